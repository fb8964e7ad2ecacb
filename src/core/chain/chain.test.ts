import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, type Json } from '../canonical-json.ts'
import { findBreak, linkAfter, type Link } from './index.ts'

function chainOf(bodies: readonly Json[]): Link[] {
  const links: Link[] = []
  for (const body of bodies) links.push(linkAfter(links.at(-1) ?? null, body))
  return links
}

describe('canonicalJson', () => {
  it.each<[Json, string]>([
    [{ b: 1, a: [true, null, 'é'] }, '{"a":[true,null,"é"],"b":1}'],
    // RFC 8785, 3.2.3: keys are ordered by code units, which puts an emoji before U+FB33.
    [
      { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 },
      '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\u{1f600}":5,"\ufb33":3}',
    ],
    [{ kept: 1, left: undefined }, '{"kept":1}'],
    [[1e30, 4.5, 2e-3, 1e-27, -0], '[1e+30,4.5,0.002,1e-27,0]'],
  ])('%j', (value, text) => expect(canonicalJson(value)).toBe(text))

  it.each([[Number.NaN], [Number.POSITIVE_INFINITY], ['\ud800']])('refuses %j', (value) =>
    expect(() => canonicalJson(value)).toThrow(TypeError),
  )

  it('does not depend on the order in which a value was put together, and loses nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.parse(JSON.stringify(value)) as Json
        expect(JSON.parse(canonicalJson(json))).toEqual(json)
        expect(canonicalJson(reversed(json))).toBe(canonicalJson(json))
      }),
    )
  })
})

function reversed(value: Json): Json {
  if (Array.isArray(value)) return (value as Json[]).map(reversed)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value as Record<string, Json>)
      .toReversed()
      .map(([key, member]) => [key, reversed(member)]),
  )
}

describe('findBreak', () => {
  const bodies = ['opened', 'claimed', 'contradicted', 'closed'].map((what) => ({ what }))
  const whole = chainOf(bodies)
  const at = (index: number, change: Partial<Link>) =>
    whole.map((link, i) => (i === index ? { ...link, ...change } : link))

  it('finds nothing in a chain that is whole, from its beginning or from a known entry', () => {
    expect(findBreak(whole)).toBeNull()
    expect(findBreak([])).toBeNull()
    expect(findBreak(whole.slice(2), whole[1])).toBeNull()
  })

  it.each<[string, Link[], object]>([
    ['altered', at(1, { body: { what: 'skipped' } }), { seq: 2, kind: 'altered' }],
    ['with a forged hash', at(1, { hash: 'f'.repeat(64) }), { seq: 2, kind: 'altered' }],
    ['taken out', whole.toSpliced(1, 1), { seq: 2, kind: 'missing' }],
    ['taken out at the start', whole.slice(1), { seq: 1, kind: 'missing' }],
    ['moved', [whole[0], whole[2], whole[1], whole[3]], { seq: 2, kind: 'reordered' }],
    ['doubled', [whole[0], whole[1], whole[1], whole[2]], { seq: 2, kind: 'doubled' }],
    [
      'replaced by one that is whole in itself',
      [whole[0], linkAfter({ seq: 1, hash: 'a'.repeat(64) }, { what: 'x' }), ...whole.slice(2)],
      { seq: 2, kind: 'unlinked' },
    ],
  ])('an entry that was %s is named', (_what, links, expected) => expect(findBreak(links)).toEqual(expected))

  it('finds any change of any entry', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue(), { minLength: 1, maxLength: 12 }),
        fc.nat(),
        fc.jsonValue(),
        (values, index, other) => {
          const links = chainOf(JSON.parse(JSON.stringify(values)) as Json[])
          const seq = index % links.length
          const json = JSON.parse(JSON.stringify(other)) as Json
          fc.pre(canonicalJson(json) !== canonicalJson(links[seq].body))
          const forged = links.with(seq, { ...links[seq], body: json })
          expect(findBreak(forged)).toEqual({ seq: seq + 1, kind: 'altered' })
          // Whoever hashes anew is found at the next entry.
          const hashedAnew = links.with(seq, linkAfter(links[seq - 1] ?? null, json))
          if (seq < links.length - 1)
            expect(findBreak(hashedAnew)).toEqual({ seq: seq + 2, kind: 'unlinked' })
        },
      ),
    )
  })
})
