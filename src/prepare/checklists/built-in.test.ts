import { describe, expect, it } from 'vitest'
import { builtInChecklists, checklistOf } from './index.ts'

describe('the built-in checklists', () => {
  it('has one list for each stage of an incident', () => {
    const stages = builtInChecklists().flatMap(({ stage }) => (stage === null ? [] : [stage]))
    expect(stages.toSorted()).toEqual(['after', 'communicate', 'fix', 'rollout', 'triage'])
  })

  it('gives each item of an incident one id', () => {
    const ids = builtInChecklists().flatMap(({ items }) => items.map(({ id }) => id))
    expect(ids).toEqual([...new Set(ids)])
  })

  it('is asked by id and version', () => {
    expect(checklistOf('triage').items[2]).toMatchObject({
      id: 'T3',
      claim: 'required',
      probe: { id: 'know.affected', freshnessMs: 900_000, minCoverage: 0.95, maxContradicted: 0 },
    })
    expect(() => checklistOf('nothing')).toThrow('There is no checklist “nothing”')
    expect(() => checklistOf('triage', '9.9.9')).toThrow('There is no version 9.9.9')
  })
})
