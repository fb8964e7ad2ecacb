import { verify, type KeyObject } from 'node:crypto'
import { findBreak } from '../chain/index.ts'
import { publicKeyOf } from './keys.ts'
import { entryText, headText } from './seal.ts'
import type { TimelineEntry, TimelineHead } from './types.ts'

export interface TimelineProblem {
  /** The entry it was noticed at; null for the timeline as a whole. */
  seq: number | null
  kind:
    | 'empty'
    | 'altered'
    | 'missing'
    | 'reordered'
    | 'doubled'
    | 'unlinked'
    | 'foreign'
    | 'unsigned'
    | 'unknown-key'
    | 'unvouched-key'
    | 'cut-off'
    | 'head-unsigned'
  text: string
}

export interface Verification {
  whole: boolean
  problems: TimelineProblem[]
  entries: number
  /** Keys that signed, in order, each with its first entry. Compare the first with what the installation says. */
  keys: { id: string; from: number }[]
  head: { seq: number; hash: string } | null
}

export interface Expected {
  /** Signed statement of where the timeline ends; null when there is none to hold it against. */
  head: TimelineHead | null
  /** Ids of keys that may begin the timeline; absent: any, and the reader compares. */
  trusted?: readonly string[]
}

/**
 * Proves a timeline from itself: each entry is whole, follows the one before, belongs to this timeline, and is signed by
 * a key that an earlier entry vouches for; and the timeline ends where the signed head says. Needs nothing but its
 * arguments, so an export proves itself on a machine that never saw the installation.
 */
export function verifyTimeline(entries: readonly TimelineEntry[], { head, trusted }: Expected): Verification {
  const problems: TimelineProblem[] = []
  const last = entries.at(-1)
  if (last === undefined)
    return { whole: false, problems: [problem(null, 'empty')], entries: 0, keys: [], head: null }
  const broken = findBreak(entries)
  if (broken !== null) problems.push(problem(broken.seq, broken.kind))
  const keys = checkSignatures(entries, trusted, problems)
  if (head !== null) checkHead(last, head, keys, problems)
  return {
    whole: problems.length === 0,
    problems,
    entries: entries.length,
    keys: [...keys].map(([id, { from }]) => ({ id, from })),
    head: { seq: last.seq, hash: last.hash },
  }
}

type Keys = Map<string, { key: KeyObject; from: number }>

function checkSignatures(
  entries: readonly TimelineEntry[],
  trusted: readonly string[] | undefined,
  problems: TimelineProblem[],
): Keys {
  const keys: Keys = new Map()
  const timeline = entries[0].body.timeline
  const introduce = (entry: TimelineEntry) => {
    const { introduces } = entry.body
    if (introduces === undefined || keys.has(introduces.id)) return
    const key = publicKeyOf(introduces)
    if (key === null) problems.push(problem(entry.seq, 'unknown-key'))
    else keys.set(introduces.id, { key, from: entry.seq })
  }
  for (const [at, entry] of entries.entries()) {
    const { body, seq, hash, signature } = entry
    if (body.timeline !== timeline) problems.push(problem(seq, 'foreign'))
    const introducesItself = body.introduces?.id === body.keyId && !keys.has(body.keyId)
    if (introducesItself) {
      introduce(entry)
      // The first key is trusted because the reader compares it; a later one has to be vouched for.
      if (at > 0) problems.push(problem(seq, 'unvouched-key'))
      else if (trusted !== undefined && !trusted.includes(body.keyId))
        problems.push(problem(seq, 'unknown-key'))
    }
    const known = keys.get(body.keyId)
    if (known === undefined) problems.push(problem(seq, 'unknown-key'))
    else if (!isSigned(entryText(hash), known.key, signature)) problems.push(problem(seq, 'unsigned'))
    else introduce(entry)
  }
  return keys
}

function checkHead(last: TimelineEntry, head: TimelineHead, keys: Keys, problems: TimelineProblem[]): void {
  const key = keys.get(head.keyId)
  if (key === undefined || !isSigned(headText(head), key.key, head.signature))
    problems.push(problem(null, 'head-unsigned'))
  else if (head.timeline !== last.body.timeline) problems.push(problem(null, 'foreign'))
  else if (head.seq > last.seq) problems.push(problem(last.seq + 1, 'cut-off'))
  else if (head.seq !== last.seq || head.hash !== last.hash) problems.push(problem(head.seq, 'altered'))
}

function isSigned(text: Buffer, key: KeyObject, signature: string): boolean {
  return verify(null, text, key, Buffer.from(signature, 'base64url'))
}

const texts: Readonly<Record<TimelineProblem['kind'], string>> = {
  empty: 'There is no entry.',
  altered: 'was altered after it was written',
  missing: 'is missing',
  reordered: 'is not in its place',
  doubled: 'is there twice',
  unlinked: 'does not follow the entry before it: one of the two was replaced',
  foreign: 'belongs to another timeline',
  unsigned: 'is not signed by the key it names',
  'unknown-key': 'is signed by a key that nothing vouches for',
  'unvouched-key': 'begins a new key without a word of the old one: it was lost, or somebody else wrote on',
  'cut-off': 'and what follows were cut off',
  'head-unsigned': 'The statement of where the timeline ends is not signed by a key of the timeline.',
}

function problem(seq: number | null, kind: TimelineProblem['kind']): TimelineProblem {
  const text = texts[kind]
  return { seq, kind, text: seq === null ? capital(text) : `Entry ${seq} ${text}.` }
}

function capital(text: string): string {
  return /^[A-Z]/.test(text) ? text : `The timeline ${text}.`
}
