import {
  sealEntry,
  sealHead,
  sealRotation,
  type TimelineBody,
  type TimelineEntry,
  type TimelineHead,
} from '../../core/timeline/index.ts'
import type { Clock } from '../clock.ts'
import type { Store, Transaction } from '../store/index.ts'
import type { KeyRing } from './key-ring.ts'
import { hasCommand, insertEntries, newestSeq, readEntries } from './timeline.store.ts'

/** What is to be written: the rest of an entry follows from where it is written. */
export type Draft = Pick<TimelineBody, 'actor' | 'kind' | 'data'>

export interface Append {
  timeline: string
  /** The newest entry that the writer knew; null for a new timeline. */
  last: TimelineEntry | null
  drafts: readonly Draft[]
  /** Sent again after a broken connection it is written once. */
  command?: string
  /** Written in the same transaction. */
  also?(transaction: Transaction, entries: readonly TimelineEntry[]): Promise<void>
}

/**
 * What an append did. `moved`: somebody else wrote first, so the writer knew too little: read, decide again, append
 * again. `repeated`: this command was written before.
 */
export type Appended =
  | { outcome: 'written'; entries: TimelineEntry[] }
  | { outcome: 'moved' }
  | { outcome: 'repeated' }

/** Timelines in the store. Of two writers the chain lets one through, and the other decides again on what it then knows. */
export class Timelines {
  readonly #store: Store
  readonly #keys: KeyRing
  readonly #clock: Clock

  constructor(store: Store, keys: KeyRing, clock: Clock) {
    this.#store = store
    this.#keys = keys
    this.#clock = clock
  }

  read(timeline: string, afterSeq = 0): Promise<TimelineEntry[]> {
    return readEntries(this.#store, timeline, afterSeq)
  }

  /** Waits for the disk before it says that something is written. */
  async append({ timeline, last, drafts, command, also }: Append): Promise<Appended> {
    return this.#store.transaction<Appended>(
      async (transaction) => {
        if (command !== undefined && (await hasCommand(transaction, timeline, command)))
          return { outcome: 'repeated' }
        if ((await newestSeq(transaction, timeline)) !== (last?.seq ?? 0)) return { outcome: 'moved' }
        const entries = this.#seal(timeline, last, drafts)
        await insertEntries(transaction, entries, command ?? null)
        await also?.(transaction, entries)
        return { outcome: 'written', entries }
      },
      { mode: 'full' },
    )
  }

  /** A signed statement of where a timeline ends now. */
  headOf(last: TimelineEntry): TimelineHead {
    const key = this.#keys.find(signerAfter(last)) ?? this.#keys.current()
    return sealHead(last.body.timeline, last, this.#clock.nowMs(), key)
  }

  #seal(timeline: string, last: TimelineEntry | null, drafts: readonly Draft[]): TimelineEntry[] {
    const key = this.#keys.current()
    // A clock that was set back must not make the past look like the future.
    const atMs = Math.max(this.#clock.nowMs(), last?.body.atMs ?? 0)
    const entries: TimelineEntry[] = []
    const signedBy = last === null ? null : signerAfter(last)
    if (signedBy !== null && signedBy !== key.id)
      entries.push(sealRotation(last, { timeline, atMs }, { from: this.#keys.find(signedBy), to: key }))
    for (const draft of drafts)
      entries.push(sealEntry(entries.at(-1) ?? last, { timeline, atMs, ...draft }, key))
    return entries
  }
}

/** The key that a timeline trusts after an entry. */
function signerAfter({ body }: TimelineEntry): string {
  return body.introduces?.id ?? body.keyId
}
