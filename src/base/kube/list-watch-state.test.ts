import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FailureKind } from './failures.ts'
import {
  initialListWatchState,
  stepListWatch,
  type ListWatchEvent,
  type ListWatchState,
} from './list-watch-state.ts'

const rules = { pagesMax: 100, backoffMs: 30_000, nowMs: 1000, random: 0.5 }
const failed = (kind: FailureKind, retryAfterMs: number | null = null): ListWatchEvent => ({
  type: 'failed',
  failure: { kind, reason: kind, retryAfterMs },
})

function after(...events: ListWatchEvent[]) {
  let state: ListWatchState = initialListWatchState
  let effects: ReturnType<typeof stepListWatch>['effects'] = []
  for (const event of events) ({ state, effects } = stepListWatch(state, event, rules))
  return { state, effects }
}

const start: ListWatchEvent = { type: 'start' }
const lastPage: ListWatchEvent = { type: 'page', continueToken: null, resourceVersion: '10' }

describe('list and watch', () => {
  it.each<[string, ListWatchEvent[], unknown[]]>([
    ['begins with a list', [start], [{ type: 'begin-replacement' }, { type: 'list', continueToken: null }]],
    [
      'goes on with the next page',
      [start, { type: 'page', continueToken: 'a', resourceVersion: '10' }],
      [{ type: 'list', continueToken: 'a' }],
    ],
    [
      'ends the list and watches from its version',
      [start, lastPage],
      [{ type: 'end-replacement' }, { type: 'watch', resourceVersion: '10' }],
    ],
    [
      'resumes from the last version that was heard',
      [start, lastPage, { type: 'heard', resourceVersion: '17' }, { type: 'ended' }],
      [{ type: 'watch', resourceVersion: '17' }],
    ],
    [
      'resumes after a broken connection, too',
      [start, lastPage, { type: 'heard', resourceVersion: '17' }, failed('network'), { type: 'due' }],
      [{ type: 'watch', resourceVersion: '17' }],
    ],
    [
      'lists again at once when the version is gone',
      [start, lastPage, failed('gone')],
      [{ type: 'wait', ms: 0 }],
    ],
    [
      '… from the beginning',
      [start, lastPage, failed('gone'), { type: 'due' }],
      [{ type: 'begin-replacement' }, { type: 'list', continueToken: null }],
    ],
    [
      'begins a broken list anew: a part of it is no state of the cluster',
      [
        start,
        { type: 'page', continueToken: 'a', resourceVersion: '10' },
        failed('network'),
        { type: 'due' },
      ],
      [{ type: 'begin-replacement' }, { type: 'list', continueToken: null }],
    ],
    ['waits as long as the server says', [start, failed('throttled', 7000)], [{ type: 'wait', ms: 7500 }]],
    ['… but not for a day', [start, failed('throttled', 86_400_000)], [{ type: 'wait', ms: 120_500 }]],
    [
      'asks for fresh credentials',
      [start, lastPage, failed('unauthorized')],
      [{ type: 'renew-credentials' }, { type: 'wait', ms: 188 }],
    ],
    ['tries what people have to mend slowly', [start, failed('forbidden')], [{ type: 'wait', ms: 45_000 }]],
  ])('%s', (_, events, effects) => {
    expect(after(...events).effects).toEqual(effects)
  })

  it('a continue token that comes twice, or no end of pages, is no list', () => {
    const page = (token: string): ListWatchEvent => ({
      type: 'page',
      continueToken: token,
      resourceVersion: '1',
    })
    expect(after(start, page('a'), page('a')).state.failure?.kind).toBe('malformed')
    const pages = Array.from({ length: 150 }, (_, at) => page(`t${at}`))
    const { state } = after(start, ...pages.slice(0, 100))
    expect(state.failure?.reason).toContain('more than 100 pages')
  })

  it('a watch that ends without a word backs off, longer each time and never for ever', () => {
    let { state } = after(start, lastPage)
    let last = 0
    for (let turn = 0; turn < 20; turn++) {
      const ended = stepListWatch(state, { type: 'ended' }, rules)
      const wait = ended.effects.find((effect) => effect.type === 'wait')
      if (wait?.type !== 'wait') throw new Error('it does not wait')
      expect(wait.ms).toBeGreaterThanOrEqual(last)
      expect(wait.ms).toBeLessThanOrEqual(30_000)
      last = wait.ms
      state = stepListWatch(ended.state, { type: 'due' }, rules).state
    }
    expect(last).toBeGreaterThan(20_000)
  })

  it('whatever happens: it asks for exactly one thing to wait for, and replacements begin before they end', () => {
    const event = fc.oneof(
      fc.record({
        type: fc.constant('page' as const),
        continueToken: fc.option(fc.string(), { nil: null }),
        resourceVersion: fc.nat().map(String),
      }),
      fc.record({ type: fc.constant('heard' as const), resourceVersion: fc.nat().map(String) }),
      fc.constant({ type: 'ended' as const }),
      fc
        .constantFrom<FailureKind>(
          'gone',
          'throttled',
          'unauthorized',
          'forbidden',
          'not-served',
          'conflict',
          'server',
          'network',
          'malformed',
        )
        .map((kind) => failed(kind)),
    )
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 60 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (events, random) => {
          let { state, effects } = stepListWatch(initialListWatchState, start, { ...rules, random })
          let replacing = false
          for (const next of events) {
            const asked = effects.filter(({ type }) => type === 'list' || type === 'watch' || type === 'wait')
            expect(asked).toHaveLength(1)
            for (const effect of effects) {
              if (effect.type === 'begin-replacement') replacing = true
              if (effect.type === 'end-replacement') {
                expect(replacing).toBe(true)
                replacing = false
              }
              if (effect.type === 'watch') expect(effect.resourceVersion).toMatch(/^\d+$/)
              if (effect.type === 'wait') {
                expect(effect.ms).toBeGreaterThanOrEqual(0)
                expect(effect.ms).toBeLessThanOrEqual(330_000)
              }
            }
            // Only what can follow: pages while listing, words and ends while watching, time while waiting.
            const possible: ListWatchEvent =
              state.phase === 'waiting'
                ? { type: 'due' }
                : state.phase === 'listing'
                  ? next.type === 'page' || next.type === 'failed'
                    ? next
                    : failed('network')
                  : next.type === 'page' || next.type === 'heard'
                    ? { type: 'ended' }
                    : next
            ;({ state, effects } = stepListWatch(state, possible, { ...rules, random }))
          }
        },
      ),
    )
  })
})
