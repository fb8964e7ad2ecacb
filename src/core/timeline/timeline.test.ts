import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  sealEntry,
  sealHead,
  sealRotation,
  timelineKeyOf,
  verifyTimeline,
  type SigningKey,
  type TimelineEntry,
} from './index.ts'

const newKey = (): SigningKey => {
  const { privateKey } = generateKeyPairSync('ed25519')
  return { ...timelineKeyOf(privateKey), privateKey }
}
const [first, second] = [newKey(), newKey()]
const timeline = 'inc-test'

function made(count: number, rotateAfter = Infinity): TimelineEntry[] {
  const entries: TimelineEntry[] = []
  let key = first
  for (let at = 0; at < count; at++) {
    if (at === rotateAfter) {
      entries.push(sealRotation(entries.at(-1) ?? null, { timeline, atMs: at }, { from: first, to: second }))
      key = second
    }
    entries.push(
      sealEntry(
        entries.at(-1) ?? null,
        { timeline, atMs: at, actor: 'anna', kind: 'note.added', data: { text: `n${at}` } },
        key,
      ),
    )
  }
  return entries
}
const copy = (entries: TimelineEntry[]): TimelineEntry[] => structuredClone(entries)
const kinds = (entries: TimelineEntry[], head = sealHead(timeline, made(6).at(-1)!, 9, first)) =>
  verifyTimeline(entries, { head }).problems.map(({ kind, seq }) => `${kind} ${seq}`)

describe('verifyTimeline', () => {
  it('finds a whole timeline whole, over a change of keys too', () => {
    const entries = made(6, 3)
    const head = sealHead(timeline, entries.at(-1)!, 9, second)
    expect(verifyTimeline(entries, { head, trusted: [first.id] })).toEqual({
      whole: true,
      problems: [],
      entries: 7,
      keys: [
        { id: first.id, from: 1 },
        { id: second.id, from: 4 },
      ],
      head: { seq: 7, hash: entries[6].hash },
    })
  })

  it('names the entry that was altered, taken out, moved, doubled or cut off', () => {
    const entries = made(6)
    const altered = copy(entries)
    ;(altered[2].body.data as { text: string }).text = 'other'
    expect(kinds(altered)[0]).toBe('altered 3')
    expect(kinds(entries.filter(({ seq }) => seq !== 4))[0]).toBe('missing 4')
    expect(kinds([0, 1, 3, 2, 4, 5].map((at) => entries[at]))[0]).toBe('reordered 3')
    expect(kinds([0, 1, 1, 2, 3, 4, 5].map((at) => entries[at]))[0]).toBe('doubled 2')
    expect(kinds(entries.slice(0, 4))).toEqual(['cut-off 5'])
    expect(kinds([])).toEqual(['empty null'])
  })

  it('names an entry that somebody else wrote, in the place of one or after the last', () => {
    const entries = made(6)
    const what = { timeline, atMs: 9, actor: 'eve', kind: 'note.added', data: {} }
    const forged = sealEntry(entries[2], what, second)
    expect(kinds([...entries.slice(0, 3), forged, ...entries.slice(4)])).toContain('unknown-key 4')
    const self = sealRotation(entries[5], { timeline, atMs: 9 }, { from: null, to: second })
    expect(kinds([...entries, self])).toContain('unvouched-key 7')
  })

  it('knows a timeline that was written anew from the keys that may begin it', () => {
    const entries = made(2)
    const head = sealHead(timeline, entries[1], 9, first)
    expect(verifyTimeline(entries, { head, trusted: [second.id] }).problems).toMatchObject([
      { kind: 'unknown-key', seq: 1 },
    ])
  })

  it('does not take an entry of another timeline', () => {
    const entries = made(3)
    const moved = sealEntry(
      entries[2],
      { timeline: 'inc-other', atMs: 9, actor: 'a', kind: 'k', data: {} },
      first,
    )
    expect(kinds([...entries, moved])).toContain('foreign 4')
  })

  it('finds any change of any entry', () => {
    const entries = made(6, 3)
    const head = sealHead(timeline, entries.at(-1)!, 9, second)
    const places = ['atMs', 'actor', 'kind', 'keyId', 'timeline'] as const
    fc.assert(
      fc.property(fc.nat(entries.length - 1), fc.constantFrom(...places), fc.string(), (at, place, text) => {
        const changed = copy(entries) as { body: Record<string, unknown> }[]
        fc.pre(changed[at].body[place] !== text)
        changed[at].body[place] = text
        expect(verifyTimeline(changed as unknown as TimelineEntry[], { head }).whole).toBe(false)
      }),
      { numRuns: 50 },
    )
  })
})
