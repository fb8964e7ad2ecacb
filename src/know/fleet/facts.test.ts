import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, testPostgresUrl } from '../../../test/postgres.ts'
import { fixedClock } from '../../base/clock.ts'
import { openStore, type Store } from '../../base/store/index.ts'
import { checkFact, effectiveFacts, observedFacts, parseScope, type DeclaredFact } from './facts.ts'
import { readFactsFile } from './facts-file.ts'
import { factsAbove, listFacts, replaceFileFacts, setFacts } from './facts.store.ts'

const read = (text: string) => readFactsFile(text, { source: 'facts.yaml', atMs: 1 })

describe('a fact', () => {
  it.each([
    ['criticality', 'High', 'high'],
    ['users', '120,000', '120000'],
    ['users', '007', '7'],
    ['data', 'personal health  personal', 'health,personal'],
    ['team', ' payments ', 'payments'],
  ])('%s=%s is %s', (fact, value, expected) => {
    expect(checkFact(fact, value).value).toBe(expected)
  })

  it.each([
    ['colour', 'red', 'Facts are'],
    ['criticality', 'enormous', 'low, medium, high, critical'],
    ['users', 'many', 'whole number'],
    ['users', '-5', 'whole number'],
    ['team', 'a\nb', 'one line'],
    ['team', ' ', 'one line'],
    ['tenant', 'x'.repeat(300), 'one line'],
  ])('%s=%j is refused with what is allowed', (fact, value, next) => {
    expect(() => checkFact(fact, value)).toThrow(
      expect.objectContaining({ next: expect.stringContaining(next) }),
    )
  })

  it.each(['', 'a/b/c', 'a//b', 'a/b/c/d/e', '/a'])('%j is no place', (place) => {
    expect(() => parseScope(place)).toThrow()
  })
})

describe('what counts', () => {
  const of = (place: string, value: string, source: string): DeclaredFact => ({
    scope: parseScope(place),
    fact: 'team',
    value,
    source,
    declaredAtMs: 1,
  })
  const said = [
    of('c', 'of-cluster', 'hand:ana'),
    of('c/ns', 'of-namespace', 'file:facts.yaml'),
    of('c/ns/Deployment/web', 'labelled', 'label:team'),
    of('c/ns/Deployment/web', 'filed', 'file:facts.yaml'),
    of('c/ns/Deployment/web', 'by-hand', 'hand:ana'),
  ]

  it.each([
    [5, 'by-hand', 'workload'],
    [4, 'filed', 'workload'],
    [3, 'labelled', 'workload'],
    [2, 'of-namespace', 'namespace'],
    [1, 'of-cluster', 'cluster'],
  ])('of %i words is %s, and the others are named', (count, value, from) => {
    const [fact] = effectiveFacts(said.slice(0, count))
    expect(fact).toMatchObject({ value, from })
    expect(fact.others).toHaveLength(count - 1)
  })

  it('labels and annotations say what they can, the rest is nobody’s fact', () => {
    const facts = observedFacts(parseScope('c/ns/Deployment/web'), {
      labels: { team: 'search', tier: 'backend' },
      annotations: { 'allclear.dev/criticality': 'critical' },
    })
    expect(facts.map(({ fact, value, source }) => [fact, value, source])).toEqual([
      ['team', 'search', 'label:team'],
      ['criticality', 'critical', 'annotation:allclear.dev/criticality'],
    ])
  })
})

describe('a file', () => {
  it('names places and their facts', () => {
    const facts = read(
      'shop-eu: {tenant: shop}\nshop-eu/search/Deployment/indexer:\n  data: [personal, payment]\n  users: 120000\n',
    )
    expect(facts.map(({ fact, value }) => `${fact}=${value}`)).toEqual([
      'tenant=shop',
      'data=payment,personal',
      'users=120000',
    ])
  })

  it.each([
    ['shop-eu: {colour: red}', 'no fact'],
    ['- a\n- b', 'no mapping'],
    ['shop-eu: high', 'no mapping of facts'],
    ['a/b/c: {team: x}', 'names no cluster'],
    ['a: {team: x}\na: {team: y}', 'unique'],
    ['a: {team: x', 'facts.yaml'],
    ['a: &a {team: x}\nb: *a\nc: *zz', 'zz'],
  ])('%j is refused whole', (text, reason) => {
    expect(() => read(text)).toThrow(reason)
  })
})

for (const postgres of [false, true])
  describe.skipIf(postgres && testPostgresUrl === null)(
    postgres
      ? 'facts on PostgreSQL (skipped where ALLCLEAR_TEST_POSTGRES names no server)'
      : 'facts on SQLite',
    () => {
      let drop = async () => {}
      let store: Store
      beforeEach(async () => {
        const database = postgres ? await createTestDatabase() : null
        drop = database?.drop ?? drop
        store = await openStore({ clock: fixedClock(0), url: database?.url })
      })
      afterEach(async () => {
        await store.close()
        await drop()
      })
      const place = parseScope('c/ns/Deployment/web')

      it('keeps one word by hand for each fact, and gives it back', async () => {
        await setFacts(store, place, [{ fact: 'team', value: 'a' }], { by: 'ana', atMs: 1 })
        await setFacts(store, place, [{ fact: 'team', value: 'b' }], { by: 'ben', atMs: 2 })
        expect(await factsAbove(store, place)).toMatchObject([{ value: 'b', source: 'hand:ben' }])
        await setFacts(store, place, [{ fact: 'team', value: null }], { by: 'ana', atMs: 3 })
        expect(await factsAbove(store, place)).toEqual([])
      })

      it('takes a file for what it is now', async () => {
        const first = read('c: {tenant: t}\nc/ns: {team: a}\n')
        const second = read('c: {tenant: u}\nc/other: {team: b}\n')
        expect(await replaceFileFacts(store, 'file:facts.yaml', first)).toMatchObject({ added: 2 })
        expect(await replaceFileFacts(store, 'file:facts.yaml', first)).toMatchObject({
          added: 0,
          unchanged: 2,
        })
        expect(await replaceFileFacts(store, 'file:facts.yaml', second)).toEqual({
          added: 1,
          changed: 1,
          removed: 1,
          unchanged: 0,
        })
        expect((await listFacts(store, { limit: 10, offset: 0 })).total).toBe(2)
        expect(await factsAbove(store, place)).toMatchObject([{ fact: 'tenant', value: 'u' }])
      })
    },
  )
