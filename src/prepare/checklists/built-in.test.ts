import { describe, expect, it } from 'vitest'
import { probeCatalogue } from '../../core/probe/index.ts'
import { writeChecklist } from '../../core/checklist/write.ts'
import { builtInTexts } from './built-in.ts'
import { checkText } from './check.ts'

const builtIn = builtInTexts().map(({ checklist }) => checklist)
const lists = new Set(builtIn.map(({ id }) => id))

describe('the built-in checklists', () => {
  it.each(builtInTexts().map((written) => [written.checklist.id, written] as const))(
    '%s: the lint has nothing to say, and the text is the canonical one',
    (id, { checklist, text }) => {
      const { problems } = checkText(text, {
        source: `${id}.yaml`,
        // The day of the release: that a list ages is said to whoever keeps it.
        today: checklist.lastReviewed ?? '',
        lists,
        previous: null,
        classified: [],
      })
      expect(problems).toEqual([])
      expect(writeChecklist(checklist)).toBe(text)
    },
  )

  it('has everything that is listed for the days before, for the incident and for changes', () => {
    const counts = Object.fromEntries(builtIn.map(({ id, items }) => [id, items.length]))
    expect(counts).toEqual({
      'kubernetes-api': 18,
      network: 15,
      'containers-os': 20,
      'build-images': 15,
      'response-plan': 9,
      triage: 9,
      communicate: 12,
      fix: 8,
      rollout: 10,
      after: 12,
      'contain-pod': 9,
      'contain-node': 9,
      'rollout-gate': 9,
      'content-update': 9,
      'third-party-register': 8,
      'coverage-target': 7,
    })
  })

  it('asks every probe of the catalogue, but those that other probes and drills rest on', () => {
    const asked = new Set(builtIn.flatMap(({ items }) => items.map(({ probe }) => probe?.id)))
    expect(probeCatalogue.map(({ id }) => id).filter((id) => !asked.has(id))).toEqual([
      'know.dormant',
      'drill.clean',
      'signal.grade',
    ])
  })

  it('has one list for each stage of an incident', () => {
    const stages = builtIn.flatMap(({ stage }) => (stage === null ? [] : [stage]))
    expect(stages.toSorted()).toEqual(['after', 'communicate', 'fix', 'rollout', 'triage'])
  })

  it('gives each item of an incident one id', () => {
    const ids = builtIn.flatMap(({ items }) => items.map(({ id }) => id))
    expect(ids).toEqual([...new Set(ids)])
  })
})
