import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  applyExceptions,
  asOf,
  decide,
  defaultTolerance,
  rollUp,
  settled,
  verdicts,
  type Measurement,
  type ProbeResult,
} from './index.ts'

const measurement = (change: Partial<Measurement> = {}): Measurement => ({
  query: 'allclear where x',
  sentence: 'It is so.',
  examined: 3,
  counterexamples: { total: 0, sample: [] },
  excepted: 0,
  unknownTargets: { total: 0, sample: [] },
  inputs: [{ input: 'objects', coverage: 1, asOfMs: 0, gaps: [] }],
  ...change,
})

const anyMeasurement = fc
  .record({
    examined: fc.nat(5),
    found: fc.nat(3),
    coverages: fc.array(fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(NaN)), {
      maxLength: 3,
    }),
  })
  .map(({ examined, found, coverages }) =>
    measurement({
      examined,
      counterexamples: { total: found, sample: [] },
      inputs: coverages.map((coverage) => ({ input: 'flows', coverage, asOfMs: null, gaps: [] })),
    }),
  )

describe('decide', () => {
  it.each([
    ['nothing speaks against it', {}, 'confirmed'],
    ['one counterexample', { counterexamples: { total: 1, sample: [] } }, 'contradicted'],
    ['nothing was examined', { examined: 0 }, 'unknown'],
    [
      'too little was seen',
      { inputs: [{ input: 'objects', coverage: 0.94, asOfMs: 0, gaps: [] }] },
      'unknown',
    ],
    [
      'just enough was seen',
      { inputs: [{ input: 'objects', coverage: 0.95, asOfMs: 0, gaps: [] }] },
      'confirmed',
    ],
    ['a condition of its own does not hold', { withheld: 'There is no test yet.' }, 'unknown'],
  ] as const)('%s', (_, change, verdict) => {
    expect(decide(measurement(change), defaultTolerance).verdict).toBe(verdict)
  })

  it('contradicts by a counterexample whatever else is missing', () => {
    fc.assert(
      fc.property(anyMeasurement, (found) => {
        const more = { ...found, counterexamples: { total: found.counterexamples.total + 1, sample: [] } }
        expect(decide(more, defaultTolerance).verdict).toBe('contradicted')
      }),
    )
  })

  it('never passes what was not seen', () => {
    fc.assert(
      fc.property(anyMeasurement, (found) => {
        const { verdict } = decide(found, defaultTolerance)
        if (verdict !== 'confirmed') return
        expect(found.examined).toBeGreaterThan(0)
        expect(found.counterexamples.total).toBe(0)
        for (const { coverage } of found.inputs) expect(coverage).toBeGreaterThanOrEqual(0.95)
      }),
    )
  })

  it('tolerates as many as it is told to', () => {
    const two = measurement({ counterexamples: { total: 2, sample: [] } })
    expect(decide(two, { ...defaultTolerance, maxContradicted: 2 }).verdict).toBe('confirmed')
    expect(decide(two, { ...defaultTolerance, maxContradicted: 1 }).verdict).toBe('contradicted')
  })
})

describe('asOf', () => {
  const result: ProbeResult = {
    probe: 'know.affected',
    params: {},
    verdict: 'contradicted',
    reason: 'It runs.',
    atMs: 0,
    freshUntilMs: 10,
    evidence: null,
  }

  it('keeps the old answer visible and makes gates read it as unknown', () => {
    expect(asOf(result, 9)).toBe(result)
    const old = asOf(result, 10)
    expect(old).toMatchObject({ verdict: 'stale', reason: 'Checked too long ago: It runs.' })
    expect(settled(old.verdict)).toBe('unknown')
    expect(asOf(old, 20)).toBe(old)
  })
})

describe('rollUp', () => {
  it('is the worst of its parts, in any order, with all numbers', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...verdicts)), fc.array(fc.constantFrom(...verdicts)), (a, b) => {
        const whole = rollUp([...a, ...b])
        expect(rollUp([...b, ...a])).toEqual(whole)
        expect(Object.values(whole.counts).reduce((sum, count) => sum + count)).toBe(a.length + b.length)
        // Rolled up by cluster and then by fleet it is the same.
        if (a.length > 0 && b.length > 0)
          expect(rollUp([rollUp(a).verdict, rollUp(b).verdict]).verdict).toBe(whole.verdict)
        if (whole.verdict === 'confirmed') expect(new Set([...a, ...b])).toEqual(new Set(['confirmed']))
      }),
    )
  })
})

describe('applyExceptions', () => {
  const found = ['a', 'b', 'c'].map((target) => ({ target, because: 'it runs' }))

  it('moves a covered counterexample until the exception ends, and loses none', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c', 'd')),
        fc.integer({ min: 0, max: 20 }),
        (targets, nowMs) => {
          const exceptions = targets.map((target, at) => ({
            id: `x${at}`,
            covers: (other: string) => other === target,
            expiresAtMs: 10,
          }))
          const { counterexamples, excepted } = applyExceptions(found, exceptions, { examined: 100, nowMs })
          expect(counterexamples.length + excepted.length).toBe(3)
          if (nowMs >= 10) expect(excepted).toEqual([])
          else expect(excepted.every(({ target }) => (targets as string[]).includes(target))).toBe(true)
        },
      ),
    )
  })

  it('flags what covers nothing and what covers too much', () => {
    const exceptions = [
      { id: 'inert', covers: () => false, expiresAtMs: 10 },
      { id: 'broad', covers: () => true, expiresAtMs: 10 },
    ]
    expect(applyExceptions(found, exceptions, { examined: 20, nowMs: 0 }).flagged).toEqual([
      { id: 'inert', why: 'covers nothing' },
      { id: 'broad', why: 'covers too much' },
    ])
  })
})
