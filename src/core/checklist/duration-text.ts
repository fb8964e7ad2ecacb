const unitsMs = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const

/** The shortest text for whole seconds: `15m`, `24h`, `7d`. One day stays `24h`, which is how people say it of answers. */
export function durationText(ms: number): string {
  for (const [unit, size] of Object.entries(unitsMs)) {
    const least = unit === 'd' ? 2 : 1
    if (ms % size === 0 && ms / size >= least) return `${ms / size}${unit}`
  }
  return `${Math.ceil(ms / 1000)}s`
}
