import { inspect, format } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Access,
  channels,
  type Channel,
  classify,
  clear,
  type Cleared,
  type Clearance,
  clearanceOf,
  compartments,
  contentOf,
  type Disclosure,
  drawCodeWord,
  NotCleared,
  read,
  whyNotCleared,
  words,
} from './index.ts'

const canary = 'canary-7f3a'
const title = classify(`RCE in ${canary}`, 'inc-a', 'facts')
const now = { nowMs: 1_000, terms: 1 }
const member: Access = {
  person: 'alice',
  compartments: ['facts'],
  termsAccepted: 1,
  grantedAtMs: 500,
  accountResetAtMs: null,
  endsAtMs: null,
}
const embargoed: Disclosure = {
  kind: 'embargoed',
  codeWord: drawCodeWord([], () => 0),
  link: 'https://allclear.example/incidents/inc-a',
}

describe('a classified value', () => {
  it.each<[string, () => string]>([
    ['a template', () => `${title}`],
    ['String', () => String(title)],
    ['joining', () => ['x', title].join(' ')],
    ['adding', () => `x${title as unknown as string}`],
    ['JSON', () => JSON.stringify({ deep: [{ title }] })],
    ['inspection', () => inspect({ title }, { depth: 9, showHidden: true, getters: true })],
    ['a format', () => format('%s %o %j', title, title, title)],
    ['an error', () => inspect(new Error('x', { cause: title }))],
    ['its keys', () => JSON.stringify([Object.entries(title), Reflect.ownKeys(title).map(String)])],
    ['a copy', () => JSON.stringify([{ ...title }, Object.assign({}, title), structuredClone({ ...title })])],
    [
      'a draft',
      () => `${words`${title} was opened`} ${JSON.stringify(words`${title}`)} ${inspect(words`${title}`)}`,
    ],
  ])('says nothing in %s', (_way, text) => expect(text()).not.toContain(canary))

  it('cannot be made or opened from outside, by types and at run time', () => {
    const real = clearanceOf('inc-a', member, now)!
    // Its own constructor, and every copy of what can be seen of it, make things that hold nothing.
    const Made = title.constructor as new (incident: string, compartment: 'facts') => typeof title
    expect(() => read(new Made('inc-a', 'facts'), real)).toThrow('not a classified value')
    // @ts-expect-error a shape is no brand
    const shaped: Clearance = { person: 'eve', incident: 'inc-a', compartments: new Set(['facts']) }
    expect(() => read(title, shaped)).toThrow(NotCleared)
    const copied = Object.assign(Object.create(Object.getPrototypeOf(real)), shaped) as Clearance
    expect(() => read(title, copied)).toThrow(NotCleared)
    // @ts-expect-error nor is a shape words that were cleared
    const sent: Cleared<string> = { channel: 'page', toString: () => canary, toJSON: () => canary }
    expect(() => contentOf(sent, 'page')).toThrow('were not cleared')
    // @ts-expect-error plain text is none either
    expect(() => contentOf(canary, 'page')).toThrow('were not cleared')
  })
})

describe('a clearance', () => {
  it('opens what it is for', () => {
    expect(read(title, clearanceOf('inc-a', member, now)!)).toBe(`RCE in ${canary}`)
  })

  it.each<[string, string, Partial<Access> | null]>([
    ['of another incident', 'inc-b', {}],
    ['for other compartments', 'inc-a', { compartments: ['drafts', 'affected'] }],
  ])('%s opens nothing', (_what, incident, change) => {
    const clearance = clearanceOf(incident, { ...member, ...change }, now)!
    expect(() => read(title, clearance)).toThrow(NotCleared)
  })

  it.each<[string, Access | null, string | null]>([
    ['no member', null, 'not-a-member'],
    ['a member', member, null],
    ['who has not accepted the terms', { ...member, termsAccepted: null }, 'terms'],
    ['who accepted earlier terms', { ...member, termsAccepted: 0 }, 'terms'],
    ['whose time has ended', { ...member, endsAtMs: 1_000 }, 'ended'],
    ['whose time has not ended', { ...member, endsAtMs: 1_001 }, null],
    ['whose password somebody else set afterwards', { ...member, accountResetAtMs: 600 }, 'account-reset'],
    [
      'whose password somebody else set at that moment',
      { ...member, accountResetAtMs: 500 },
      'account-reset',
    ],
    ['whose password somebody else set before', { ...member, accountResetAtMs: 400 }, null],
    ['without the compartment', { ...member, compartments: [] }, 'compartment'],
  ])('%s: %s', (_who, access, why) => {
    expect(whyNotCleared(access, 'facts', now)).toBe(why)
    expect(clearanceOf('inc-a', access, now) === null).toBe(why !== null)
  })

  it('opens exactly the compartments that were joined', () => {
    fc.assert(
      fc.property(fc.subarray([...compartments]), fc.constantFrom(...compartments), (joined, asked) => {
        const clearance = clearanceOf('inc-a', { ...member, compartments: joined }, now)
        const value = classify('x', 'inc-a', asked)
        if (clearance !== null && joined.includes(asked)) expect(read(value, clearance)).toBe('x')
        else if (clearance !== null) expect(() => read(value, clearance)).toThrow(NotCleared)
        else expect(joined).toEqual([])
      }),
    )
  })
})

describe('clear', () => {
  const draft = words`${title} affects ${412} workloads`

  it('says all of an open incident', () => {
    expect(contentOf(clear(draft, 'page', { kind: 'open' })!, 'page')).toBe(
      `RCE in ${canary} affects 412 workloads`,
    )
  })

  it.each(Object.keys(channels) as Channel[])(
    'under embargo lets out no more than the ceiling of %s',
    (channel) => {
      const cleared = clear(draft, channel, embargoed)
      const expected = {
        link: 'amber-acorn https://allclear.example/incidents/inc-a',
        name: 'amber-acorn',
        nothing: null,
      }
      expect(cleared === null ? null : contentOf(cleared, channel)).toBe(
        expected[channels[channel].embargoed],
      )
    },
  )

  it('gives outsiders the same whatever is written', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...(Object.keys(channels) as Channel[])),
        fc.string(),
        fc.string(),
        fc.string(),
        (channel, a, b, around) => {
          const said = (secret: string, plain: string) => {
            const cleared = clear(words`${plain}${classify(secret, 'inc-a', 'facts')}`, channel, embargoed)
            return cleared === null ? null : contentOf(cleared, channel)
          }
          expect(said(a, around)).toBe(said(b, ''))
        },
      ),
    )
  })

  it('is for one channel', () => {
    const cleared = clear(draft, 'page', { kind: 'open' })!
    expect(() => contentOf(cleared, 'log-line')).toThrow('for page, not for log-line')
    expect([`${cleared}`, JSON.stringify(cleared), inspect(cleared)].join()).not.toContain(canary)
  })
})
