import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sealEntry, timelineKeyOf, type TimelineEntry } from '../../core/timeline/index.ts'
import { draft, type IncidentDraft } from './entries.ts'
import { foldEntries } from './fold.ts'

const { privateKey } = generateKeyPairSync('ed25519')
const key = { ...timelineKeyOf(privateKey), privateKey }

const opened = draft('anna', 'incident.opened', {
  advisory: 'CVE-2021-44228',
  title: 'Log4Shell',
  source: null,
  lists: [{ stage: 'triage', id: 'triage', version: '1.0.0' }],
})
const word = fc.constantFrom('a', 'b', 'c')
const item = fc.constantFrom('T1', 'T2')
const drafts: fc.Arbitrary<IncidentDraft> = fc.oneof(
  fc.tuple(word, item).map(([by, of]) => draft(by, 'item.claimed', { item: of, note: null, value: null })),
  fc.tuple(word, item).map(([by, of]) => draft(by, 'item.skipped', { item: of, reason: 'why' })),
  fc.tuple(word, item).map(([by, of]) => draft(by, 'item.unclaimed', { item: of, reason: 'why' })),
  fc
    .tuple(word, word)
    .map(([by, person]) => draft(by, 'role.assigned', { role: 'expert', person, from: null })),
  fc.tuple(word, word).map(([by, person]) => draft(by, 'role.acknowledged', { role: 'expert', person })),
  word.map((by) =>
    draft(by, 'exception.proposed', {
      id: 'X1',
      condition: 'slo.held',
      targets: [],
      reason: 'r',
      expiresAtMs: 9,
    }),
  ),
  word.map((by) => draft(by, 'exception.accepted', { id: 'X1' })),
  word.map((by) => draft(by, 'allclear.called', { reads: 'Clear', conditions: {}, exceptions: [] })),
  word.map((by) => draft(by, 'incident.reopened', { because: 'it runs', condition: null })),
  word.map((by) => ({ ...draft(by, 'note.added', { text: 'x' }), kind: 'of.a.newer.version' }) as never),
)

function sealed(all: readonly IncidentDraft[]): TimelineEntry[] {
  const entries: TimelineEntry[] = []
  for (const [at, one] of all.entries())
    entries.push(
      sealEntry(
        entries.at(-1) ?? null,
        {
          timeline: 'inc-1',
          atMs: at,
          ...(one as { actor: string; kind: string; data: object }),
          data: one.data as never,
        },
        key,
      ),
    )
  return entries
}

describe('foldEntries', () => {
  it('gives one state, in one go or in parts, and changes none that it was given', () => {
    fc.assert(
      fc.property(fc.array(drafts, { maxLength: 12 }), fc.nat(12), (some, cut) => {
        const entries = sealed([opened, ...some])
        const at = 1 + Math.min(cut, some.length)
        const before = foldEntries(null, entries.slice(0, at))
        const kept = structuredClone(before)
        const whole = foldEntries(null, entries)
        expect(at === entries.length ? before : foldEntries(before, entries.slice(at))).toEqual(whole)
        expect(before).toEqual(kept)
      }),
      { numRuns: 60 },
    )
  })

  it('has at most one holder of a role, and a lap more with each reopening', () => {
    fc.assert(
      fc.property(fc.array(drafts, { maxLength: 20 }), (some) => {
        const state = foldEntries(null, sealed([opened, ...some]))
        expect(state.roles.filter(({ untilMs }) => untilMs === null).length).toBeLessThanOrEqual(1)
        expect(state.lap).toBe(1 + state.reopenings.length)
        for (const [of, { by }] of Object.entries(state.claims)) {
          expect(by).toMatch(/^[abc]$/)
          expect(state.skips[of]).toBeUndefined()
        }
      }),
      { numRuns: 60 },
    )
  })

  it('is no incident without its beginning', () => {
    const [, second] = sealed([opened, draft('a', 'note.added', { text: 'x' })])
    expect(() => foldEntries(null, [second])).toThrow('before the incident was opened')
    expect(() => foldEntries(null, [])).toThrow('without entries')
  })
})
