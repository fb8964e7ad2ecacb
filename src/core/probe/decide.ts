import type { Decided, Measurement, ProbeResult, Tolerance, Verdict } from './types.ts'

/**
 * The rules that all probes share.
 *
 * 1. One counterexample without a live exception contradicts, also when other data is missing.
 * 2. Nothing speaks against it, something was examined, and each input covers enough of the targets: confirmed.
 * 3. All else is unknown. No data, nothing examined and no right to look are never a pass.
 */
export function decide(
  measurement: Measurement,
  { minCoverage, maxContradicted }: Tolerance,
): { verdict: Decided; reason: string } {
  const { counterexamples, examined, inputs, withheld, sentence } = measurement
  if (counterexamples.total > maxContradicted) return { verdict: 'contradicted', reason: sentence }
  if (withheld !== undefined) return { verdict: 'unknown', reason: withheld }
  if (examined === 0) return { verdict: 'unknown', reason: 'Nothing was there to examine.' }
  for (const { input, coverage, gaps } of inputs)
    if (!(coverage >= minCoverage))
      return {
        verdict: 'unknown',
        reason: `Only ${percent(coverage)} of what it needs was seen (${[input, ...gaps].join('; ')}); ${percent(minCoverage)} is needed.`,
      }
  return { verdict: 'confirmed', reason: sentence }
}

/** Rule 4: an answer that is older than it may be stays visible, and is stale. */
export function asOf<Result extends ProbeResult>(result: Result, nowMs: number): Result {
  if (result.verdict === 'stale' || nowMs < result.freshUntilMs) return result
  return { ...result, verdict: 'stale', reason: `Checked too long ago: ${result.reason}` }
}

/** What gates read: stale is no answer. */
export function settled(verdict: Verdict): Decided {
  return verdict === 'stale' ? 'unknown' : verdict
}

const worstFirst: readonly Verdict[] = ['contradicted', 'stale', 'unknown', 'confirmed']

/** Rule 6: the worst of the parts, always with the four numbers. Of no parts nothing is known. */
export function rollUp(parts: Iterable<Verdict>): { verdict: Verdict; counts: Record<Verdict, number> } {
  const counts: Record<Verdict, number> = { confirmed: 0, contradicted: 0, unknown: 0, stale: 0 }
  for (const part of parts) counts[part]++
  return { verdict: worstFirst.find((verdict) => counts[verdict] > 0) ?? 'unknown', counts }
}

/** Never rounds up to what was not seen. */
function percent(share: number): string {
  return `${(Math.floor(Math.max(0, share) * 1000) / 10).toFixed(share >= 1 ? 0 : 1)} %`
}
