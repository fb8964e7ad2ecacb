import type { Failure } from './failures.ts'

/**
 * The state machine of one resource of one cluster; a function of its arguments. The driver (`list-watch.ts`) does what
 * it asks for and tells it what came of it.
 *
 *     idle ──start──▶ listing ──last page──▶ watching ──ended──▶ watching again, from where it was
 *                     ▲  │ ▲ page                │
 *                     │  └─┘                     │ failed
 *                     │   failed                 ▼
 *                     └────────due──────────  waiting ──due──▶ watching, when there is a resource version to go on from
 *
 * - A list is read in pages by continue token; while it runs, what it does not name is not yet gone. Only after the
 *   last page (`replaced`) is what was not named removed: a list that breaks off removes nothing.
 * - A watch goes on from the last resource version that was heard, bookmarks included, so that nothing is missed.
 * - 410 means that this version is compacted: list again, at once the first time. 409 in a list: begin it anew.
 * - 401 asks for fresh credentials and goes on where it was. 403 and 404 may be mended by people: tried again slowly.
 * - 429 waits as long as the server says. Everything else waits with exponential back-off and full jitter.
 * - A watch that ends without having said anything counts as a failure, or a broken proxy would be asked in a loop.
 */
export interface ListWatchState {
  phase: 'idle' | 'listing' | 'watching' | 'waiting'
  /** To resume the watch from; null when a list is needed. */
  resourceVersion: string | null
  /** Of the list that is under way. */
  continueToken: string | null
  pages: number
  /** Consecutive failures, for the back-off. */
  failures: number
  /** Why it waits. */
  failure: Failure | null
  /** Something was heard on the present watch. */
  heard: boolean
  lists: number
  watches: number
  syncedAtMs: number | null
  heardAtMs: number | null
}

export type ListWatchEvent =
  | { type: 'start' }
  | { type: 'page'; continueToken: string | null; resourceVersion: string }
  | { type: 'heard'; resourceVersion: string }
  | { type: 'ended' }
  | { type: 'failed'; failure: Failure }
  | { type: 'due' }

export type ListWatchEffect =
  /** Begin a complete list: what is not put from here on is to go. */
  | { type: 'begin-replacement' }
  | { type: 'list'; continueToken: string | null }
  | { type: 'end-replacement' }
  | { type: 'watch'; resourceVersion: string }
  | { type: 'renew-credentials' }
  | { type: 'wait'; ms: number }

export interface ListWatchRules {
  pagesMax: number
  /** Longest wait of the back-off. */
  backoffMs: number
  nowMs: number
  /** From 0 to below 1. */
  random: number
}

export const initialListWatchState: ListWatchState = {
  phase: 'idle',
  resourceVersion: null,
  continueToken: null,
  pages: 0,
  failures: 0,
  failure: null,
  heard: false,
  lists: 0,
  watches: 0,
  syncedAtMs: null,
  heardAtMs: null,
}

const backoffFirstMs = 250
/** People give rights and install APIs by hand; the new state shows within minutes. */
const mendedByPeopleMs = { forbidden: 60_000, 'not-served': 300_000 } as const
/** A server that says "later" without saying when (RFC 6585, section 4). */
const throttledMs = 1_000
/** Longest `Retry-After` that is followed: a wrong one must not blind us for a day. */
const retryAfterMaxMs = 120_000

export interface Step {
  state: ListWatchState
  effects: ListWatchEffect[]
}

export function stepListWatch(state: ListWatchState, event: ListWatchEvent, rules: ListWatchRules): Step {
  switch (event.type) {
    case 'start':
    case 'due':
      return state.resourceVersion === null ? list(state) : watch(state)
    case 'page':
      return nextPage(state, event, rules)
    case 'heard':
      return {
        state: {
          ...state,
          resourceVersion: event.resourceVersion,
          heard: true,
          failures: 0,
          failure: null,
          heardAtMs: rules.nowMs,
        },
        effects: [],
      }
    case 'ended':
      if (state.heard) return watch(state)
      return fail(
        state,
        { kind: 'network', reason: 'the watch ended without a word', retryAfterMs: null },
        rules,
      )
    case 'failed':
      return fail(state, event.failure, rules)
  }
}

function list(state: ListWatchState): Step {
  return {
    state: { ...state, phase: 'listing', continueToken: null, pages: 0, lists: state.lists + 1 },
    effects: [{ type: 'begin-replacement' }, { type: 'list', continueToken: null }],
  }
}

function watch(state: ListWatchState): Step {
  return {
    state: { ...state, phase: 'watching', heard: false, watches: state.watches + 1 },
    effects: [{ type: 'watch', resourceVersion: state.resourceVersion! }],
  }
}

function nextPage(
  state: ListWatchState,
  { continueToken, resourceVersion }: Extract<ListWatchEvent, { type: 'page' }>,
  rules: ListWatchRules,
): Step {
  const pages = state.pages + 1
  if (continueToken !== null) {
    // A token that comes again, or no end of them: this list will never be complete.
    if (continueToken === state.continueToken || pages >= rules.pagesMax) {
      const reason =
        continueToken === state.continueToken
          ? 'the list repeats its continue token'
          : `the list has more than ${rules.pagesMax} pages`
      return fail({ ...state, pages }, { kind: 'malformed', reason, retryAfterMs: null }, rules)
    }
    return {
      state: { ...state, continueToken, pages, heardAtMs: rules.nowMs },
      effects: [{ type: 'list', continueToken }],
    }
  }
  const { effects, state: watching } = watch({ ...state, resourceVersion })
  return {
    state: {
      ...watching,
      continueToken: null,
      failures: 0,
      failure: null,
      syncedAtMs: rules.nowMs,
      heardAtMs: rules.nowMs,
    },
    effects: [{ type: 'end-replacement' }, ...effects],
  }
}

function fail(state: ListWatchState, failure: Failure, rules: ListWatchRules): Step {
  const failures = state.failures + 1
  const effects: ListWatchEffect[] = []
  // What was listed in part is not a state of the cluster; a watch may go on from where it was.
  const resourceVersion = state.phase === 'watching' && failure.kind !== 'gone' ? state.resourceVersion : null
  if (failure.kind === 'unauthorized') effects.push({ type: 'renew-credentials' })
  effects.push({ type: 'wait', ms: waitMs(failure, failures, rules) })
  return {
    state: { ...state, phase: 'waiting', resourceVersion, continueToken: null, failures, failure },
    effects,
  }
}

function waitMs(failure: Failure, failures: number, { backoffMs, random }: ListWatchRules): number {
  const { kind, retryAfterMs } = failure
  // Full jitter: a thousand clusters behind one broken proxy must not come back at the same instant.
  const jittered = (ms: number) => Math.ceil(ms * (0.5 + random / 2))
  if (retryAfterMs !== null) return Math.min(retryAfterMs, retryAfterMaxMs) + Math.ceil(random * 1_000)
  if (kind === 'gone' && failures === 1) return 0
  if (kind === 'forbidden' || kind === 'not-served') return jittered(mendedByPeopleMs[kind])
  const firstMs = kind === 'throttled' ? throttledMs : backoffFirstMs
  return jittered(Math.min(backoffMs, firstMs * 2 ** Math.min(failures - 1, 20)))
}
