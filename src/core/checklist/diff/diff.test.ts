import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyDocument } from '../arbitrary-for-test.ts'
import { fromDocument } from '../from-document.ts'
import type { Checklist, ChecklistItem } from '../types.ts'
import { compareVersions, isStep, nextVersion, stepBetween } from '../versions.ts'
import { diffChecklists } from './index.ts'

const list = (): Checklist =>
  fromDocument({
    apiVersion: 'allclear/v1',
    kind: 'Checklist',
    metadata: {
      id: 'a',
      title: 'A',
      version: '1.2.3',
      status: 'active',
      phase: 'pre-incident',
      owner: 'team:x',
      confidentiality: 'internal',
    },
    mode: 'DO-CONFIRM',
    pausePoints: [
      { id: 'p', when: 'Now', lead: 'expert', every: '90d', holdOn: ['unknown'] },
      { id: 'q', when: 'Later', lead: 'expert', holdOn: [] },
    ],
    items: [
      {
        id: 'A1',
        tier: 'killer',
        pause: 'p',
        text: 'Do it.',
        role: 'expert',
        after: ['A2'],
        probe: { id: 'net.egress', params: { limit: '60s' }, freshness: '24h' },
        signal: {
          id: 'sig.x',
          layer: 'network',
          forcedAct: 'go',
          sources: ['flow'],
          retention: '90d',
          minGrade: 'observed',
        },
        proof: { drill: 'DR8', every: '7d' },
        tailoring: { exceptions: [{ id: 'ex', scope: { ns: 'a' }, expires: '2027-01-01' }] },
      },
      { id: 'A2', tier: 'extended', pause: 'p', text: 'Do that.', role: 'expert' },
    ],
  })

const rows: [summary: string, step: string, change: (list: Checklist, item: ChecklistItem) => void][] = [
  ['reworded A1 text', 'patch', (_, item) => void (item.text = 'Do it well.')],
  ['reworded A1 role', 'patch', (_, item) => void (item.role = 'operations-lead')],
  ['loosened A1 tier', 'major', (_, item) => void (item.tier = 'extended')],
  ['tightened A2 tier', 'minor', ({ items }) => void (items[1].tier = 'killer')],
  ['loosened A1 claim', 'major', (_, item) => void (item.claim = 'auto')],
  ['loosened A1 pause', 'major', (_, item) => void (item.pause = 'q')],
  ['loosened A1 after', 'major', (_, item) => void (item.after = [])],
  ['loosened A1 applies', 'major', (_, item) => void (item.applies = 'sometimes')],
  ['loosened A1 probe', 'major', (_, item) => void (item.probe = null)],
  ['tightened A2 probe', 'minor', ({ items }) => void (items[1].probe = items[0].probe)],
  ['loosened A1 probe.params', 'major', (_, { probe }) => void (probe!.params = { limit: '50s' })],
  ['loosened A1 probe.freshness', 'major', (_, { probe }) => void (probe!.freshnessMs *= 2)],
  ['tightened A1 probe.freshness', 'minor', (_, { probe }) => void (probe!.freshnessMs /= 2)],
  ['loosened A1 probe.minCoverage', 'major', (_, { probe }) => void (probe!.minCoverage = 0.5)],
  ['loosened A1 probe.maxContradicted', 'major', (_, { probe }) => void (probe!.maxContradicted = 1)],
  ['loosened A1 signal.minGrade', 'major', (_, { signal }) => void (signal!.minGrade = 'configured')],
  ['tightened A1 signal.minGrade', 'minor', (_, { signal }) => void (signal!.minGrade = 'canary')],
  ['loosened A1 signal.retention', 'major', (_, { signal }) => void (signal!.retentionMs = 1000)],
  ['loosened A1 signal.blindSpots', 'major', (_, { signal }) => void signal!.blindSpots.push('here')],
  ['loosened A1 signal.sources', 'major', (_, { signal }) => void signal!.sources.pop()],
  ['loosened A1 proof.every', 'major', (_, { proof }) => void (proof!.everyMs! *= 2)],
  [
    'loosened A1 exception.ex.expires',
    'major',
    (_, { tailoring }) => void (tailoring.exceptions[0].expires = '2027-02-01'),
  ],
  ['tightened A1 exception', 'minor', (_, { tailoring }) => void tailoring.exceptions.pop()],
  ['removed A1', 'major', ({ items }) => void items.shift()],
  ['removed A2', 'minor', ({ items }) => void items.pop()],
  ['added A3', 'minor', ({ items }) => void items.push({ ...items[1], id: 'A3' })],
  ['reworded null order', 'patch', ({ items }) => void items.reverse()],
  ['loosened p holdOn', 'major', ({ pausePoints }) => void (pausePoints[0].holdOn = [])],
  ['tightened q holdOn', 'minor', ({ pausePoints }) => void pausePoints[1].holdOn.push('stale')],
  ['loosened p every', 'major', ({ pausePoints }) => void (pausePoints[0].everyMs = null)],
  [
    'loosened p passAnyway',
    'major',
    ({ pausePoints }) => void (pausePoints[0].passAnyway = { role: 'expert', needs: [] }),
  ],
  ['removed q', 'major', ({ pausePoints }) => void pausePoints.pop()],
  ['loosened null scope', 'major', (one) => void (one.scope = { cluster: 'a' })],
  ['loosened null status', 'major', (one) => void (one.status = 'retired')],
  ['reworded null title', 'patch', (one) => void (one.title = 'B')],
]

describe('diffChecklists', () => {
  it.each(rows)('%s: %s', (summary, step, change) => {
    const after = list()
    change(after, after.items[0])
    const diff = diffChecklists(list(), after)
    expect(
      diff.changes.map(({ kind, item, pause, field }) => `${kind} ${item ?? pause} ${field}`.trim()),
    ).toContain(summary)
    expect(diff.step).toBe(step)
  })

  it('passes over no item of a draft that uses an id twice', () => {
    const [before, after] = [list(), list()]
    for (const one of [before, after]) one.items.push({ ...one.items[0], text: 'The second of this name.' })
    after.items[0].probe = null
    expect(diffChecklists(before, before).changes).toEqual([])
    expect(diffChecklists(before, after)).toMatchObject({
      changes: [{ kind: 'loosened', item: 'A1', field: 'probe' }],
      step: 'major',
    })
  })

  it('of a list and itself is empty; of two lists, one direction loosens where the other tightens', () => {
    fc.assert(
      fc.property(anyDocument, anyDocument, (a, b) => {
        const [left, right] = [fromDocument(a), fromDocument(b)]
        expect(diffChecklists(left, left)).toEqual({ changes: [], step: null })
        const there = diffChecklists(left, right).changes
        const back = diffChecklists(right, left).changes
        // What tightens one way never tightens the other way as well.
        const tightened = new Set(there.filter(({ kind }) => kind === 'tightened').map(keyOf))
        for (const change of back)
          if (change.kind === 'tightened') expect(tightened.has(keyOf(change))).toBe(false)
      }),
    )
  })
})

function keyOf({
  item,
  pause,
  field,
  before,
  after,
}: {
  item: string | null
  pause: string | null
  field: string
  before: string | null
  after: string | null
}): string {
  return JSON.stringify([item, pause, field, [before, after].toSorted()])
}

describe('versions', () => {
  const version = fc.tuple(fc.nat(30), fc.nat(30), fc.nat(30)).map((numbers) => numbers.join('.'))
  it('are ordered as numbers', () => {
    expect(compareVersions('1.10.0', '1.9.9')).toBeGreaterThan(0)
    expect(stepBetween('1.9.9', '1.10.0')).toBe('minor')
    expect(stepBetween('1.2.3', '1.2.3')).toBeNull()
    expect(stepBetween('2.0.0', '1.9.9')).toBeNull()
  })

  it('grow by the step that is asked for', () => {
    fc.assert(
      fc.property(
        version,
        fc.constantFrom('major' as const, 'minor' as const, 'patch' as const),
        (from, step) => {
          expect(stepBetween(from, nextVersion(from, step))).toBe(step)
          expect(isStep(stepBetween(from, nextVersion(from, step)), step)).toBe(true)
        },
      ),
    )
  })
})
