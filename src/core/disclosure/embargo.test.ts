import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { duty, embargoActions, embargoStates } from './embargo.ts'
import {
  type Embargo,
  type EmbargoAction,
  type EmbargoStep,
  isSettled,
  isShut,
  legalActions,
  nextState,
  noEmbargo,
  takeStep,
} from './index.ts'

const letters: Record<string, EmbargoAction> = { p: 'propose', a: 'accept', r: 'reject', t: 'terminate' }

/** Every trace of up to seven actions that ends where negotiation may rest, as CERT/CC lists them for the same machine. */
const published = `
pr pat ppr ppat papt prpr pppr ppppr pprpr prppr pappt ppapt pppat papat paprt prpat pppppr papppt prpppr ppprpr ppappt
pppapt prprpr papapt pprppr pappat paprpt prppat prpapt ppaprt pprpat ppapat papprt ppppat pprprpr prprppr paprppt prpprpr
pappprt papppat ppppapt prpaprt papappt pappapt pppappt pprpppr pppprpr prppppr ppprppr ppapppt ppaprpt papprpt ppapprt
ppappat prpppat prpapat ppprpat ppppppr pprppat papapat paprpat ppapapt prprpat paprprt prppapt pppapat pprpapt pppaprt
pppppat prpappt papaprt pappppt`
  .trim()
  .split(/\s+/)

function traces(lengthMax: number): string[] {
  const found: string[] = []
  const walk = (state: (typeof embargoStates)[number], trace: string): void => {
    if (trace !== '' && isSettled(state)) found.push(trace)
    if (trace.length === lengthMax) return
    for (const [letter, action] of Object.entries(letters)) {
      const next = nextState(state, action)
      if (next !== undefined) walk(next, trace + letter)
    }
  }
  walk('none', '')
  return found
}

const terms = (endsAtMs: number) => ({ endsAtMs, text: 'nothing leaves' })
const step = (action: EmbargoAction, endsAtMs = 0): EmbargoStep =>
  action === 'propose' ? { action, terms: terms(endsAtMs) } : { action }

describe('the embargo', () => {
  it('has exactly the published traces of up to seven actions', () => {
    expect(published).toHaveLength(72)
    expect(traces(7).toSorted()).toEqual(published.toSorted())
  })

  it('refuses what is not legal with what is', () => {
    for (const state of embargoStates)
      for (const action of embargoActions) {
        const taken = takeStep({ ...noEmbargo, state }, step(action))
        expect(taken.ok, `${state} ${action}`).toBe(legalActions(state).includes(action))
        if (!taken.ok) for (const legal of legalActions(state)) expect(taken.reason).toContain(legal)
      }
    expect(takeStep(noEmbargo, step('accept'))).toEqual({
      ok: false,
      reason: 'There is no embargo. It cannot be accepted now. One can propose now.',
    })
  })

  it('is never interrupted by a revision, ends for good, and holds what was agreed last', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...embargoActions), fc.nat()), { maxLength: 40 }),
        (steps) => {
          let embargo: Embargo = noEmbargo
          let agreed: number | null = null
          let proposed: number | null = null
          for (const [action, at] of steps) {
            const before = embargo
            const taken = takeStep(before, step(action, at))
            if (!taken.ok) continue
            embargo = taken.value
            if (action === 'propose') proposed = at
            if (action === 'accept') agreed = proposed
            if (agreed !== null && embargo.state !== 'exited') expect(isShut(embargo)).toBe(true)
            if (before.state === 'exited') expect.unreachable('something came after the end')
            expect(embargo.agreed?.endsAtMs ?? null).toBe(agreed)
            expect(embargo.version).toBe(before.version + (action === 'accept' ? 1 : 0))
            expect(embargo.proposal === null).toBe(embargo.state !== 'proposed' && embargo.state !== 'revise')
          }
        },
      ),
    )
  })

  it.each([
    ['active', { publicAware: true }, 'must-end'],
    ['revise', { exploitPublic: true }, 'must-end'],
    ['active', { attacksObserved: true }, 'should-end'],
    ['active', {}, null],
    ['none', { attacksObserved: true }, 'must-not-begin'],
    ['proposed', { publicAware: true }, 'must-not-begin'],
    ['none', {}, null],
    ['exited', { publicAware: true }, null],
  ] as const)('%s when %j: %s', (state, facts, expected) => {
    const world = { publicAware: false, exploitPublic: false, attacksObserved: false, ...facts }
    expect(duty({ state }, world)).toBe(expected)
  })
})
