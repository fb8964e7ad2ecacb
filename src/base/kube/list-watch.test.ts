import { describe, expect, it } from 'vitest'
import { fixedClock } from '../clock.ts'
import { ResourceCache, cacheSink } from './cache.ts'
import { openGate } from './gate.ts'
import { runListWatch, type ListWatchOptions } from './list-watch.ts'
import type { KubeConnection, KubeProblem, ResourceDescription, ResourceStatus } from './types.ts'

const things: ResourceDescription<{ colour: unknown }> = {
  id: 'things',
  group: 'example.org',
  version: 'v1',
  plural: 'things',
  kind: 'Thing',
  shape: { metadata: { name: true, namespace: true, uid: true, resourceVersion: true }, colour: true },
  keep: (raw) => ({ colour: raw.colour }),
}

const thing = (name: string, version: number, colour = 'red', more = {}) => ({
  apiVersion: 'example.org/v1',
  kind: 'Thing',
  metadata: { name, namespace: 'n', uid: `uid-${name}`, resourceVersion: String(version) },
  colour,
  unread: 'not kept',
  ...more,
})
const list = (items: object[], version: number, token?: string) =>
  JSON.stringify({
    kind: 'ThingList',
    apiVersion: 'example.org/v1',
    metadata: { resourceVersion: String(version), ...(token ? { continue: token } : {}) },
    items,
  })
const event = (type: string, object: object) => `${JSON.stringify({ type, object })}\n`

type Reply = { status?: number; retryAfterMs?: number; body: string | string[]; throws?: string }

/** Plays the given replies in turn and then ends the run; what was asked and what came of it is returned. */
async function play(replies: Reply[], resume?: ListWatchOptions['resume']) {
  const asked: string[] = []
  const problems: KubeProblem[] = []
  const statuses: ResourceStatus[] = []
  const waits: number[] = []
  const changes: string[] = []
  const positions: string[] = []
  const stop = new AbortController()
  let renewed = 0
  const clock = fixedClock(1_000_000)
  const connection: KubeConnection = {
    server: 'test',
    async request(path) {
      asked.push(path)
      const reply = replies.shift()
      if (reply === undefined) {
        stop.abort()
        throw new Error('the end')
      }
      if (reply.throws !== undefined) throw Object.assign(new Error(reply.throws), { code: reply.throws })
      return {
        status: reply.status ?? 200,
        retryAfterMs: reply.retryAfterMs ?? null,
        body: (async function* () {
          for (const part of [reply.body].flat()) yield Buffer.from(part)
        })(),
        cancel: () => {},
      }
    },
    renew: () => renewed++,
    close: () => {},
  }
  const cache = new ResourceCache('things', (key, before, after) => {
    const word = before === null ? '+' : after === null ? '-' : '~'
    changes.push(`${word}${key}`)
  })
  await runListWatch({
    connection,
    resource: things,
    sink: {
      ...cacheSink(() => cache),
      position: (_, version) => positions.push(version),
      status: (_, status) => statuses.push(status),
      problem: (problem) => problems.push(problem),
    },
    surroundings: {
      clock,
      random: () => 0,
      // Watchdogs wait for ever here; back-offs pass at once, and the clock with them.
      wait: async (ms, signal) => {
        if (ms >= 60_000 && ms !== 120_000 && !signal.aborted)
          return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
        waits.push(ms)
        clock.advance(ms)
      },
      lists: openGate(1),
    },
    signal: stop.signal,
    resume,
  })
  return {
    asked,
    problems,
    statuses,
    waits,
    changes,
    positions,
    renewed,
    objects: [...cache.objects].map(([key, { body }]) => `${key}=${(body as { colour: string }).colour}`),
  }
}

describe('a list-watch that goes on from where another was', () => {
  const resume = { resourceVersion: '7', syncedAtMs: 900_000, objects: 2 }

  it('watches without a list, and says which version it is at', async () => {
    const { asked, positions, statuses } = await play([{ body: event('ADDED', thing('c', 8)) }], resume)
    expect(asked[0]).toContain('resourceVersion=7&')
    expect(positions).toEqual(['8'])
    expect(statuses[0]).toMatchObject({ state: 'watching', lists: 0, objects: 2, syncedAtMs: 900_000 })
  })

  it.each([
    ['that the server has forgotten', { status: 410, body: '{"message":"too old"}' }],
    [
      'that is still to come',
      { status: 504, body: '{"message":"Too large resource version: 7, current: 3"}' },
    ],
  ])('lists at once from a version %s', async (_, reply) => {
    const { asked, positions, waits } = await play([reply, { body: list([thing('a', 1)], 3) }], resume)
    expect(asked[1]).toContain('limit=')
    expect(positions).toEqual(['3'])
    expect(waits[0]).toBe(0)
  })
})

describe('a list-watch', () => {
  it('lists in pages, then follows the watch from the version of the list', async () => {
    const { objects, asked, changes } = await play([
      { body: list([thing('a', 1)], 5, 'next') },
      { body: list([thing('b', 2)], 5) },
      {
        body: [
          event('MODIFIED', thing('a', 6, 'blue')),
          event('DELETED', thing('b', 7)),
          event('ADDED', thing('c', 8)),
          event('BOOKMARK', { kind: 'Thing', metadata: { resourceVersion: '9' } }),
        ],
      },
    ])
    expect(objects).toEqual(['n/a=blue', 'n/c=red'])
    expect(changes).toEqual(['+n/a', '+n/b', '~n/a', '-n/b', '+n/c'])
    expect(asked[1]).toContain('continue=next')
    expect(asked[2]).toMatch(/watch=1.*resourceVersion=5/)
    expect(asked[3]).toMatch(/watch=1.*resourceVersion=9/)
  })

  it('after 410 it lists again: what was missed comes, what went is gone, what stayed is no change', async () => {
    const { objects, changes } = await play([
      { body: list([thing('a', 1), thing('b', 2)], 5) },
      { body: event('ERROR', { kind: 'Status', code: 410, message: 'too old' }) },
      { body: list([thing('a', 1), thing('c', 9, 'green')], 12) },
    ])
    expect(objects).toEqual(['n/a=red', 'n/c=green'])
    expect(changes).toEqual(['+n/a', '+n/b', '+n/c', '-n/b'])
  })

  it('a list that breaks off removes nothing', async () => {
    const { objects } = await play([
      { body: list([thing('a', 1), thing('b', 2)], 5) },
      { status: 410, body: '{}' },
      { body: list([thing('a', 1)], 12).slice(0, -10) },
    ])
    expect(objects).toEqual(['n/a=red', 'n/b=red'])
  })

  it('the same name with another UID is another object', async () => {
    const { changes } = await play([
      { body: list([thing('a', 1)], 5) },
      { body: event('ADDED', { ...thing('a', 6), metadata: { ...thing('a', 6).metadata, uid: 'new' } }) },
      { body: event('DELETED', thing('a', 7)) },
    ])
    expect(changes).toEqual(['+n/a', '-n/a', '+n/a'])
  })

  it('waits as told, renews credentials, and resumes', async () => {
    const { waits, renewed, asked } = await play([
      { body: list([], 5) },
      { status: 429, retryAfterMs: 3000, body: '{}' },
      { status: 401, body: '{}' },
      { throws: 'ECONNRESET', body: '' },
      { body: event('ADDED', thing('a', 6)) },
    ])
    expect(waits.slice(0, 1)).toEqual([3000])
    expect(renewed).toBe(1)
    expect(asked.filter((path) => path.includes('resourceVersion=5'))).toHaveLength(4)
    expect(asked.filter((path) => !path.includes('watch=1'))).toHaveLength(1)
  })

  it('believes no versions that go back, no other kinds, no nameless objects', async () => {
    const { problems, objects, asked, statuses } = await play([
      {
        body: list(
          [
            thing('a', 1),
            { metadata: {} },
            { metadata: { name: 'no-uid' } },
            thing('b', 2, 'red', { kind: 'Wolf' }),
          ],
          50,
        ),
      },
      { body: [event('ADDED', thing('x', 51, 'red', { kind: 'Wolf' })), event('ADDED', thing('c', 7))] },
      { body: list([thing('a', 1), thing('c', 7)], 60) },
    ])
    expect(problems.map(({ reason }) => reason)).toEqual([
      'an object without a name',
      'an object without a UID',
      'a Wolf among things',
      'a Wolf among things',
    ])
    expect(objects).toEqual(['n/a=red', 'n/c=red'])
    // It went back from 51 to 7: only a list tells the truth.
    expect(asked[2]).not.toContain('watch=1')
    expect(statuses.some(({ reason }) => reason?.includes('went back'))).toBe(true)
  })

  it.each<[string, string]>([
    ['HTML', '<html>502</html>'],
    ['another kind', JSON.stringify({ kind: 'Status', metadata: {}, items: [] })],
    ['a list in a list', '[[[[[[['],
    ['numbers for items', '{"kind":"ThingList","metadata":{},"items":[1,2]}'],
  ])('%s instead of a list is said and tried again', async (_, body) => {
    const { statuses, objects } = await play([{ body }, { body: list([thing('a', 1)], 5) }])
    expect(statuses.some(({ state, reason }) => state === 'waiting' && reason !== null)).toBe(true)
    expect(objects).toEqual(['n/a=red'])
  })
})
