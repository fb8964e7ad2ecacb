import { createHash } from 'node:crypto'
import { canonicalJson, type Json } from '../canonical-json.ts'

/**
 * An entry of an append-only record. `hash` covers the number, the hash before it and the body, so that an entry that is
 * altered, taken out, put in or moved no longer fits its neighbours. What was cut off at the end cannot be seen from
 * inside: whoever wants to see that keeps the newest hash elsewhere (or signs it).
 */
export interface Link<Body extends Json = Json> {
  /** From 1, without gaps. */
  seq: number
  /** `hash` of the entry before; 64 zeros for the first. */
  previous: string
  body: Body
  /** SHA-256, lower-case hexadecimal. */
  hash: string
}

/** What stands before the first entry. */
const chainStart = '0'.repeat(64)

/** Where a chain does not hold, and how. */
export interface ChainBreak {
  /** The number at which it was noticed. */
  seq: number
  kind: 'altered' | 'missing' | 'reordered' | 'doubled' | 'unlinked'
}

/** The entry that follows `last`; null begins a chain. */
export function linkAfter<Body extends Json>(
  last: Pick<Link, 'seq' | 'hash'> | null,
  body: Body,
): Link<Body> {
  const seq = (last?.seq ?? 0) + 1
  const previous = last?.hash ?? chainStart
  return { seq, previous, body, hash: hashOf(seq, previous, body) }
}

/** The first place where the chain does not hold; null when it is whole. */
export function findBreak(
  links: Iterable<Link>,
  after: Pick<Link, 'seq' | 'hash'> | null = null,
): ChainBreak | null {
  let seq = after?.seq ?? 0
  let previous = after?.hash ?? chainStart
  const seen = new Set<number>()
  for (const link of links) {
    const expected = seq + 1
    if (link.seq !== expected) {
      if (seen.has(link.seq)) return { seq: link.seq, kind: link.seq === seq ? 'doubled' : 'reordered' }
      return { seq: expected, kind: laterHas(links, expected) ? 'reordered' : 'missing' }
    }
    if (hashOf(link.seq, link.previous, link.body) !== link.hash) return { seq: link.seq, kind: 'altered' }
    // Whole in itself, and yet not made after the one before it: that one was replaced, or this one.
    if (link.previous !== previous) return { seq: link.seq, kind: 'unlinked' }
    seen.add(link.seq)
    seq = link.seq
    previous = link.hash
  }
  return null
}

function laterHas(links: Iterable<Link>, seq: number): boolean {
  // Only what can be read twice can be looked through again; a stream says "missing".
  return Array.isArray(links) && (links as Link[]).some((link) => link.seq === seq)
}

function hashOf(seq: number, previous: string, body: Json): string {
  return createHash('sha256').update(canonicalJson({ seq, previous, body })).digest('hex')
}
