import { z } from 'zod'

/** The words that parameters of probes are made of. */
export const duration = z.string().regex(/^\d{1,6}(?:ms|s|min|m|h|d)$/, 'a duration like 15m, 24h or 90d')
export const share = z.number().min(0).max(1)
export const count = z.number().int().min(0).max(1_000_000_000)
export const word = z.string().min(1).max(300)
export const words = z.array(word).max(100)
export const flag = z.boolean()

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** `15m` as ms; throws on what `duration` does not let through. */
export function durationMs(text: string): number {
  const match = /^(\d{1,6})(ms|s|min|m|h|d)$/.exec(text)
  if (match === null) throw new RangeError(`\`${text}\` is no duration`)
  return Number(match[1]) * unitMs[match[2]]
}
