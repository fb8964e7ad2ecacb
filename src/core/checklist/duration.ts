const unitsMs = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const

/** Milliseconds of `90s`, `15m`, `24h`, `180d`. The text has passed the schema; anything else is a defect. */
export function durationMs(text: string): number {
  const match = /^(\d+)([smhd])$/.exec(text)
  if (match === null) throw new Error(`no duration: ${text}`)
  return Number(match[1]) * unitsMs[match[2] as keyof typeof unitsMs]
}
