import { sign } from 'node:crypto'
import { linkAfter } from '../chain/index.ts'
import type { SigningKey } from './keys.ts'
import type { TimelineBody, TimelineEntry, TimelineHead } from './types.ts'

type Last = Pick<TimelineEntry, 'seq' | 'hash'> | null

/** The entry that follows `last`; null begins the timeline, and introduces the key. */
export function sealEntry(
  last: Last,
  what: Omit<TimelineBody, 'keyId' | 'introduces'>,
  key: SigningKey,
): TimelineEntry {
  const { id, publicKey } = key
  return signed(
    last,
    { ...what, keyId: id, ...(last === null ? { introduces: { id, publicKey } } : {}) },
    key,
  )
}

/**
 * The entry with which `from` hands over to `to`. A `from` that is lost cannot: then `to` introduces itself, and whoever
 * verifies is told that nobody vouches for it.
 */
export function sealRotation(
  last: Last,
  { timeline, atMs }: Pick<TimelineBody, 'timeline' | 'atMs'>,
  { from, to }: { from: SigningKey | null; to: SigningKey },
): TimelineEntry {
  const signer = from ?? to
  return signed(
    last,
    {
      timeline,
      atMs,
      actor: 'allclear',
      kind: 'key.rotated',
      data: { vouched: from !== null },
      keyId: signer.id,
      introduces: { id: to.id, publicKey: to.publicKey },
    },
    signer,
  )
}

/** Where the timeline ends now. */
export function sealHead(
  timeline: string,
  { seq, hash }: Pick<TimelineEntry, 'seq' | 'hash'>,
  atMs: number,
  key: SigningKey,
): TimelineHead {
  const signature = sign(null, headText({ timeline, seq, hash, atMs }), key.privateKey)
  return { timeline, seq, hash, atMs, keyId: key.id, signature: signature.toString('base64url') }
}

function signed(last: Last, body: TimelineBody, key: SigningKey): TimelineEntry {
  const link = linkAfter(last, body)
  return { ...link, signature: sign(null, entryText(link.hash), key.privateKey).toString('base64url') }
}

/** What is signed says what it is, so that one signature never stands for another thing. */
export function entryText(hash: string): Buffer {
  return Buffer.from(`allclear timeline entry\n${hash}`)
}

export function headText({
  timeline,
  seq,
  hash,
  atMs,
}: Pick<TimelineHead, 'timeline' | 'seq' | 'hash' | 'atMs'>): Buffer {
  return Buffer.from(`allclear timeline head\n${timeline}\n${seq}\n${hash}\n${atMs}`)
}
