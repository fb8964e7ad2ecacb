import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { verdicts, type ProbeResult, type Verdict } from '../../core/probe/index.ts'
import { allClearOf, conditionProbes, conditionsOf, contradictionOf } from './conditions.ts'
import type { ExceptionState, IncidentState } from './state.ts'

const nowMs = 1_000
const result = (probe: string, verdict: Verdict, targets: string[] = []): ProbeResult => ({
  probe,
  params: {},
  verdict,
  reason: `${probe} is ${verdict}`,
  atMs: 0,
  freshUntilMs: 9_999,
  evidence: {
    query: '',
    sentence: '',
    examined: 100,
    counterexamples: {
      total: targets.length,
      sample: targets.map((target) => ({ target, because: 'runs' })),
    },
    excepted: 0,
    unknownTargets: { total: 0, sample: [] },
    inputs: [],
    tookMs: 0,
  },
})
const exception = (condition: string, change: Partial<ExceptionState> = {}): ExceptionState => ({
  id: 'X1',
  condition,
  targets: [],
  reason: 'nothing measures it',
  expiresAtMs: nowMs + 1,
  proposedBy: 'anna',
  proposedAtMs: 0,
  acceptedBy: 'ben',
  acceptedAtMs: 0,
  withdrawn: false,
  ...change,
})
const stateWith = (exceptions: ExceptionState[]) =>
  ({ exceptions, verdicts: {}, status: 'clear' }) as unknown as IncidentState
const answersOf = (verdictOf: (probe: string) => Verdict) =>
  new Map(
    conditionProbes.map((probe) => [
      probe,
      result(probe, verdictOf(probe), verdictOf(probe) === 'contradicted' ? ['a'] : []),
    ]),
  )
const standing = (exceptions: ExceptionState[], answer: ProbeResult) =>
  conditionsOf(stateWith(exceptions), new Map([[answer.probe, answer]]), nowMs).find(
    ({ probe }) => probe === answer.probe,
  )?.standing

describe('the all clear', () => {
  it('is clear only when every condition is confirmed or accepted, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...verdicts), {
          minLength: conditionProbes.length,
          maxLength: conditionProbes.length,
        }),
        fc.subarray([...conditionProbes]),
        (drawn, accepted) => {
          const answers = answersOf((probe) => drawn[conditionProbes.indexOf(probe)])
          const conditions = conditionsOf(
            stateWith(accepted.map((probe) => exception(probe))),
            answers,
            nowMs,
          )
          const { clear, missing, holds, of } = allClearOf(conditions)
          const abused = answers.get('abuse.window')?.verdict === 'contradicted'
          const bad = conditions.filter(({ probe, part, verdict }) => {
            if (part === 'closed' || (probe === 'eviction.done' && !abused)) return false
            if (verdict === 'confirmed') return false
            return verdict === 'contradicted' || !accepted.includes(probe)
          })
          expect(missing).toEqual(bad.map(({ probe }) => probe))
          expect(clear).toBe(bad.length === 0)
          expect(holds + missing.length).toBe(of)
        },
      ),
    )
  })

  it.each([
    ['nothing is accepted', [], 'unknown', 'missing'],
    ['one person would', [exception('slo.held', { acceptedBy: null })], 'unknown', 'proposed'],
    ['two do', [exception('slo.held')], 'unknown', 'accepted'],
    ['two do, of an answer that is too old', [exception('slo.held')], 'stale', 'accepted'],
    ['two did, and it has ended', [exception('slo.held', { expiresAtMs: nowMs })], 'unknown', 'missing'],
    ['two did, and took it back', [exception('slo.held', { withdrawn: true })], 'unknown', 'missing'],
    ['it holds anyway', [exception('slo.held')], 'confirmed', 'holds'],
  ] as const)('%s', (_, exceptions, verdict, expected) => {
    expect(standing([...exceptions], result('slo.held', verdict))).toBe(expected)
  })

  it('accepts what speaks against it only by name', () => {
    const against = result('rollout.digest-coverage', 'contradicted', ['shop/a', 'shop/b'])
    const named = (targets: string[]) => [exception('rollout.digest-coverage', { targets })]
    expect(standing(named([]), against)).toBe('missing')
    expect(standing(named(['shop/a']), against)).toBe('missing')
    expect(standing(named(['shop/a', 'shop/b']), against)).toBe('accepted')
    // More than the evidence lists are not named, and so not accepted.
    const more = structuredClone(against)
    more.evidence!.counterexamples.total = 21
    expect(standing(named(['shop/a', 'shop/b']), more)).toBe('missing')
  })

  it('no longer stands when one condition is contradicted, but does when one turns unknown', () => {
    const broken = (verdict: Verdict) => {
      const answers = answersOf((probe) => (probe === 'guard.admission' ? verdict : 'confirmed'))
      return contradictionOf(stateWith([]), conditionsOf(stateWith([]), answers, nowMs), nowMs)
    }
    expect(broken('contradicted')).toMatchObject({ condition: 'guard.admission' })
    expect(broken('unknown')).toBeNull()
    expect(broken('confirmed')).toBeNull()
  })

  it('bears a cloudy view of the fleet for a day', () => {
    const answers = answersOf((probe) => (probe === 'know.coverage' ? 'contradicted' : 'confirmed'))
    const dayMs = 24 * 60 * 60 * 1000
    const at = (sinceMs: number) => {
      const state = {
        ...stateWith([]),
        verdicts: { 'know.coverage': { verdict: 'contradicted', reason: '', sinceMs } },
      }
      const now = nowMs + dayMs
      return contradictionOf(state as IncidentState, conditionsOf(state as IncidentState, answers, now), now)
    }
    expect(at(nowMs + 1)).toBeNull()
    expect(at(nowMs)).toMatchObject({ condition: 'know.coverage' })
  })
})
