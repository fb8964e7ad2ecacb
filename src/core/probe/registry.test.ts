import { describe, expect, it } from 'vitest'
import { durationMs, findProbe, probeCatalogue, ProbeRegistry } from './index.ts'

const nothing = async () => ({
  query: '',
  sentence: '',
  examined: 0,
  counterexamples: { total: 0, sample: [] },
  excepted: 0,
  unknownTargets: { total: 0, sample: [] },
  inputs: [],
})

describe('the catalogue', () => {
  it('names each probe once, each with a question and a rule', () => {
    expect(new Set(probeCatalogue.map(({ id }) => id)).size).toBe(probeCatalogue.length)
    for (const { id, title, rule, inputs } of probeCatalogue) {
      expect(id).toMatch(/^[a-z]+\.[a-z-]+$/)
      expect(title).toMatch(/^[A-Z].*\?$/)
      expect(rule).toMatch(/^[A-Z].*\.$/)
      expect(inputs.length).toBeGreaterThan(0)
    }
  })

  it('refuses parameters that a probe does not have', () => {
    const { parameters } = findProbe('incident.record') as (typeof probeCatalogue)[number]
    expect(parameters.safeParse({ part: 'handover', max: '8h' }).success).toBe(true)
    expect(parameters.safeParse({ part: 'nonsense' }).success).toBe(false)
    expect(parameters.safeParse({ max: '8 hours' }).success).toBe(false)
    expect(parameters.safeParse({ colour: 'blue' }).success).toBe(false)
  })
})

describe('ProbeRegistry', () => {
  it('lists what nothing answers yet, and says what would connect it', () => {
    const registry = new ProbeRegistry().connect({ 'know.affected': nothing })
    expect(registry.list()).toHaveLength(probeCatalogue.length)
    expect(registry.find('know.affected')).toMatchObject({ connected: true })
    expect(registry.find('audit.delivery')).toMatchObject({
      connected: false,
      needs: 'needs audit events of the API servers; metrics',
    })
    expect(registry.find('no.such')).toBeUndefined()
  })

  it('takes no handler for a probe that is not there, and none twice', () => {
    expect(() => new ProbeRegistry().connect({ 'no.such': nothing })).toThrow('no.such')
    const registry = new ProbeRegistry().connect({ 'know.affected': nothing })
    expect(() => registry.connect({ 'know.affected': nothing })).toThrow('twice')
  })
})

describe('durationMs', () => {
  it.each([
    ['500ms', 500],
    ['60s', 60_000],
    ['15m', 900_000],
    ['15min', 900_000],
    ['24h', 86_400_000],
    ['90d', 7_776_000_000],
  ])('%s', (text, ms) => {
    expect(durationMs(text)).toBe(ms)
  })
})
