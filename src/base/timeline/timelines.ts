import { randomBytes } from 'node:crypto'
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
import type { Envelopes } from '../envelope/index.ts'
import type { KeyRing } from './key-ring.ts'
import {
  hasCommand,
  insertEntries,
  newestSeq,
  readEntries,
  sealEntries,
  type Sealer,
} from './timeline.store.ts'

/** What is to be written: the rest of an entry follows from where it is written. */
export type Draft = Pick<TimelineBody, 'actor' | 'kind' | 'data'>

export interface Append {
  timeline: string
  /** The newest entry that the writer knew; null for a new timeline. */
  last: TimelineEntry | null
  drafts: readonly Draft[]
  /** Sent again after a broken connection it is written once. */
  command?: string
  /** The store gets these entries, and all before them, encrypted. */
  sealed?: boolean
  /** Written in the same transaction. `sealer` encrypts as the entries are; null where they are not. */
  also?(transaction: Transaction, entries: readonly TimelineEntry[], sealer: Sealer | null): Promise<void>
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
  readonly #envelopes: Envelopes

  constructor(store: Store, keys: KeyRing, clock: Clock, envelopes: Envelopes) {
    this.#store = store
    this.#keys = keys
    this.#clock = clock
    this.#envelopes = envelopes
  }

  read(timeline: string, afterSeq = 0): Promise<TimelineEntry[]> {
    return readEntries(this.#store, timeline, afterSeq, () => this.#envelopes.opener(boxOf(timeline)))
  }

  /** Waits for the disk before it says that something is written. */
  async append({ timeline, last, drafts, command, sealed = false, also }: Append): Promise<Appended> {
    const sealer = sealed ? await this.#envelopes.sealer(boxOf(timeline)) : null
    return this.#store.transaction<Appended>(
      async (transaction) => {
        if (command !== undefined && (await hasCommand(transaction, timeline, command)))
          return { outcome: 'repeated' }
        if ((await newestSeq(transaction, timeline)) !== (last?.seq ?? 0)) return { outcome: 'moved' }
        const entries = this.#seal(timeline, last, drafts, sealed)
        await insertEntries(transaction, entries, command ?? null, sealer)
        if (sealer !== null) await sealEntries(transaction, timeline, sealer)
        await also?.(transaction, entries, sealer)
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

  #seal(
    timeline: string,
    last: TimelineEntry | null,
    drafts: readonly Draft[],
    salted: boolean,
  ): TimelineEntry[] {
    const key = this.#keys.current()
    // A clock that was set back must not make the past look like the future.
    const atMs = Math.max(this.#clock.nowMs(), last?.body.atMs ?? 0)
    const entries: TimelineEntry[] = []
    const signedBy = last === null ? null : signerAfter(last)
    if (signedBy !== null && signedBy !== key.id)
      entries.push(sealRotation(last, { timeline, atMs }, { from: this.#keys.find(signedBy), to: key }))
    for (const draft of drafts)
      entries.push(sealEntry(entries.at(-1) ?? last, { timeline, atMs, ...draft, ...saltOf(salted) }, key))
    return entries
  }
}

/** What an embargoed incident keeps of itself lies in one box, see base/envelope. */
function boxOf(timeline: string): string {
  return `${timeline}/facts`
}

/** 128 bits: nobody finds what was said by hashing what could have been said. */
function saltOf(salted: boolean): { salt?: string } {
  return salted ? { salt: randomBytes(16).toString('hex') } : {}
}

/** The key that a timeline trusts after an entry. */
function signerAfter({ body }: TimelineEntry): string {
  return body.introduces?.id ?? body.keyId
}
