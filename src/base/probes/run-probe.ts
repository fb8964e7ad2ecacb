import { decide, type Probe, type ProbeResult } from '../../core/probe/index.ts'
import type { Clock } from '../clock.ts'
import type { Question } from './question.ts'

/**
 * Asks a probe once. Whatever happens the answer is a verdict: a probe that throws or takes too long knows nothing, and
 * says why.
 */
export async function runProbe(
  probe: Probe,
  question: Question,
  { clock, timeoutMs }: { clock: Clock; timeoutMs: number },
): Promise<ProbeResult> {
  const { params, tolerance } = question
  const atMs = clock.nowMs()
  const answer = (
    verdict: ProbeResult['verdict'],
    reason: string,
    evidence: ProbeResult['evidence'],
  ): ProbeResult => ({
    probe: probe.id,
    params,
    verdict,
    reason,
    atMs,
    freshUntilMs: atMs + tolerance.freshnessMs,
    evidence,
  })
  const stop = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => {
      stop.abort()
      resolve(null)
    }, timeoutMs).unref()
  })
  const begun = performance.now()
  try {
    const measured = await Promise.race([probe.ask(params, { signal: stop.signal, nowMs: atMs }), late])
    if (measured === null) return answer('unknown', `It gave no answer within ${timeoutMs / 1000} s.`, null)
    const { verdict, reason } = decide(measured, tolerance)
    return answer(verdict, reason, { ...measured, tookMs: Math.round(performance.now() - begun) })
  } catch (error) {
    return answer('unknown', `It could not be asked: ${(error as Error).message}`, null)
  } finally {
    clearTimeout(timer)
  }
}
