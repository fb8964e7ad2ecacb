import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findProbe } from '../../probe/index.ts'
import { anyDocument } from '../arbitrary-for-test.ts'
import type { ChecklistDocument } from '../document.ts'
import { fromDocument } from '../from-document.ts'
import { lintChecklist, lintRules, type LintContext } from './index.ts'

const context: LintContext = {
  today: '2026-11-27',
  probe: findProbe,
  lists: new Set(['good', 'other']),
  previous: null,
  classified: ['amber otter'],
}

const good = (): ChecklistDocument => ({
  apiVersion: 'allclear/v1',
  kind: 'Checklist',
  metadata: {
    id: 'good',
    title: 'A good list',
    version: '1.0.0',
    status: 'active',
    phase: 'incident',
    stage: 'triage',
    owner: 'team:x',
    confidentiality: 'internal',
    lastReviewed: '2026-11-01',
    reviewEvery: '180d',
  },
  mode: 'READ-DO',
  pausePoints: [
    { id: 'stop', when: 'Before anything leaves', lead: 'incident-commander', holdOn: ['unknown'] },
  ],
  items: (['doc', 'room', 'tracks', 'decisions', 'onboard'] as const).map((part, at) => ({
    id: `G${at + 1}`,
    tier: 'killer',
    pause: 'stop',
    text: `Keep the ${part} complete.`,
    why: 'Nobody else does.',
    role: 'incident-commander',
    probe: { id: 'incident.record', params: { part } },
  })),
})

const exception = { id: 'ex', scope: { ns: 'a' }, owner: 'team:x', reason: 'soon', expires: '2027-01-01' }
const signal = { id: 'sig.x', layer: 'network', forcedAct: 'connect' }

type Change = (document: ChecklistDocument, item: ChecklistDocument['items'][number]) => void

/** Each row breaks one rule of a good list; it is found, with its item, and nothing else is. */
const rows: [rule: keyof typeof lintRules, item: string | null, change: Change][] = [
  ['stage-of-phase', null, (document) => void (document.metadata.phase = 'game-day')],
  ['pause-twice', null, ({ pausePoints }) => void pausePoints.push({ ...pausePoints[0], uses: 'other' })],
  ['pause-killers', null, ({ items }) => void items.splice(4)],
  ['pause-killers', null, ({ items }) => void (items[4].tier = 'extended')],
  [
    'pause-uses',
    null,
    ({ pausePoints }) => void pausePoints.push({ ...pausePoints[0], id: 'b', uses: 'absent' }),
  ],
  [
    'pause-uses',
    null,
    ({ pausePoints }) => void pausePoints.push({ ...pausePoints[0], id: 'b', uses: 'good' }),
  ],
  [
    'gate-holds-nothing',
    null,
    ({ items }) => items.forEach((one) => (one.probe = { none: 'nobody can see it' })),
  ],
  [
    'gate-holds-nothing',
    null,
    ({ metadata, pausePoints }) => {
      metadata.phase = 'rollout'
      metadata.stage = null
      pausePoints[0].holdOn = []
    },
  ],
  [
    'item-twice',
    'G1',
    ({ items }) => void items.push({ ...items[0], tier: 'extended', probe: { none: 'x' } }),
  ],
  ['item-reused', 'G1', (document) => void (document.retiredItems = ['G1'])],
  ['after-unknown', 'G1', (_, item) => void (item.after = ['X9'])],
  ['after-cycle', 'G1', (_, item) => void (item.after = ['G1'])],
  [
    'after-cycle',
    'G1',
    ({ items }) => {
      for (const [at, one] of items.entries()) one.after = [`G${((at + 1) % 5) + 1}`]
    },
  ],
  ['text-long', 'G1', (_, item) => void (item.text = `Keep ${'x '.repeat(12)}`)],
  ['text-imperative', 'G1', (_, item) => void (item.text = 'The document is complete.')],
  ['text-imperative', 'G1', (_, item) => void (item.text = 'Under embargo, checking the document.')],
  ['text-acts', 'G1', (_, item) => void (item.text = 'Open it. Close it.')],
  ['why-missing', 'G1', (_, item) => void delete item.why],
  ['why-long', 'G1', (_, item) => void (item.why = 'x '.repeat(31))],
  ['abbreviation', 'G1', (_, item) => void (item.text = 'Ask the QXZ for help.')],
  ['role-unknown', 'G1', (_, item) => void (item.role = 'janitor')],
  ['secret', 'G1', (_, item) => void (item.why = 'The key is AKIAABCDEFGHIJKLMNOP.')],
  ['secret', 'G1', (_, item) => void (item.why = 'Sign in with password: hunter2222.')],
  ['person', 'G1', (_, item) => void (item.why = 'Ask somebody@example.com for it.')],
  ['person', 'G1', (_, item) => void (item.text = 'Ask @somebody for it.')],
  ['address', 'G1', (_, item) => void (item.why = 'It is at 10.0.4.7 these days.')],
  ['classified', 'G1', (_, item) => void (item.why = 'Because of Amber Otter.')],
  ['probe-unknown', 'G1', (_, item) => void (item.probe = { id: 'no.such-probe' })],
  [
    'probe-parameters',
    'G1',
    (_, item) => void (item.probe = { id: 'incident.record', params: { part: 'all' } }),
  ],
  [
    'probe-parameters',
    'G1',
    (_, item) => void (item.probe = { id: 'incident.record', params: { section: 'doc' } }),
  ],
  ['probe-freshness', 'G1', (_, item) => void (item.probe = { id: 'net.deny-logged', freshness: '1h' })],
  ['probe-twice', 'G2', (_, item) => void (item.probe = { id: 'incident.record', params: { part: 'room' } })],
  ['action-undo', 'G1', (_, item) => void (item.fix = [{ kind: 'action', id: 'apply' }])],
  [
    'exception-incomplete',
    'G1',
    (_, item) => void (item.tailoring = { exceptions: [{ ...exception, owner: undefined }] }),
  ],
  [
    'exception-long',
    'G1',
    (_, item) => void (item.tailoring = { exceptions: [{ ...exception, expires: '2027-05-27' }] }),
  ],
  [
    'exception-expired',
    'G1',
    (_, item) => void (item.tailoring = { exceptions: [{ ...exception, expires: '2026-11-26' }] }),
  ],
  [
    'exception-compensating',
    'G1',
    (_, item) => void (item.tailoring = { exceptions: [{ ...exception, compensating: 'X1' }] }),
  ],
  [
    'exception-broad',
    'G1',
    (_, item) => void (item.tailoring = { exceptions: [{ ...exception, scope: { ns: '*' } }] }),
  ],
  [
    'tailoring-incomplete',
    'G1',
    (_, item) => void (item.tailoring = { params: [{ scope: { ns: 'a' }, set: {} }] }),
  ],
  ['review-late', null, ({ metadata }) => void (metadata.lastReviewed = '2026-05-01')],
  ['review-late', null, ({ metadata }) => void delete metadata.lastReviewed],
  ['drill-late', null, ({ metadata }) => void (metadata.lastDrilled = '2026-05-01')],
  [
    'drill-missing',
    'G1',
    ({ metadata, items }) => {
      metadata.phase = 'pre-incident'
      metadata.stage = null
      for (const one of items) one.signal = { none: 'no trace' }
      items[0].signal = signal
    },
  ],
]

describe('lintChecklist', () => {
  it('has nothing to say of a good list', () => {
    expect(lintChecklist(fromDocument(good()), context)).toEqual([])
  })

  it.each(rows)('%s', (rule, item, change) => {
    const document = good()
    change(document, document.items[0])
    const found = lintChecklist(fromDocument(document), context)
    expect([...new Set(found.map((one) => `${one.rule} ${one.item}`))]).toContain(`${rule} ${item}`)
    expect([...new Set(found.map((one) => one.rule))]).toEqual([rule])
    expect(found[0].severity).toBe(lintRules[rule].severity)
  })

  it('wants the signal of every readiness item', () => {
    const document = good()
    Object.assign(document.metadata, { phase: 'pre-incident', stage: null })
    const rules = lintChecklist(fromDocument(document), context).map(({ rule, item }) => `${rule} ${item}`)
    expect(rules).toEqual(['G1', 'G2', 'G3', 'G4', 'G5'].map((id) => `signal-missing ${id}`))
  })

  it('allows an exception of 180 days and none longer', () => {
    const lasting = (expires: string) => {
      const document = good()
      document.items[0].tailoring = { exceptions: [{ ...exception, created: '2026-11-01', expires }] }
      return lintChecklist(fromDocument(document), context).map(({ rule }) => rule)
    }
    expect(lasting('2027-04-30')).toEqual([])
    expect(lasting('2027-05-01')).toEqual(['exception-long'])
  })

  it('holds a version against the one before', () => {
    const previous = fromDocument(good())
    const after = (change: Change) => {
      const document = good()
      change(document, document.items[0])
      return lintChecklist(fromDocument(document), { ...context, previous }).map(({ rule }) => rule)
    }
    const version =
      (text: string): Change =>
      (document) =>
        void (document.metadata.version = text)
    expect(after(() => {})).toEqual([])
    expect(after((_, item) => void (item.why = 'Another reason.'))).toEqual(['version-step'])
    expect(
      after((document, item) => {
        version('1.0.1')(document, item)
        item.why = 'Another reason.'
      }),
    ).toEqual([])
    expect(
      after((document, item) => {
        version('1.1.0')(document, item)
        item.tier = 'extended'
      }),
    ).toEqual(['pause-killers', 'version-step'])
    expect(after(({ items }) => void (items[4].id = 'G6'))).toEqual(['item-removed', 'version-step'])
    expect(
      after((document) => {
        Object.assign(document, { retiredItems: ['G5'] })
        document.items[4].id = 'G6'
        document.metadata.version = '2.0.0'
      }),
    ).toEqual([])
  })

  it('answers for every document that can be read, with places within it', () => {
    fc.assert(
      fc.property(anyDocument, anyDocument, (document, before) => {
        const checklist = fromDocument(document)
        for (const { path, rule, message } of lintChecklist(checklist, {
          ...context,
          previous: fromDocument(before),
        })) {
          expect(lintRules).toHaveProperty(rule)
          expect(message).toMatch(/\S/)
          if (path[0] === 'items' && path.length > 1) expect(checklist.items[path[1] as number]).toBeDefined()
        }
      }),
    )
  })
})
