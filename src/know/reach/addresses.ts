import { Refused } from './refusal.ts'

export type Family = 4 | 6

/** Addresses from `first` to `last`, both included. */
export interface AddressRange {
  family: Family
  first: bigint
  last: bigint
}

const bits = { 4: 32, 6: 128 } as const

export function wholeFamily(family: Family): AddressRange {
  return { family, first: 0n, last: (1n << BigInt(bits[family])) - 1n }
}

/** A CIDR block as the API server takes it: an address, `/`, a prefix length. Bits behind the prefix are not looked at. */
export function parseCidr(text: string, path: string): AddressRange {
  const slash = text.indexOf('/')
  const address = slash < 0 ? null : parseAddress(text.slice(0, slash))
  const prefix = slash < 0 ? '' : text.slice(slash + 1)
  if (address === null || !/^(?:0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > bits[address.family])
    throw new Refused(path, `${JSON.stringify(text.slice(0, 60))} is no CIDR block`)
  const size = 1n << BigInt(bits[address.family] - Number(prefix))
  const first = address.value - (address.value % size)
  return { family: address.family, first, last: first + size - 1n }
}

/** An IPv4 address in four decimal parts or an IPv6 address (RFC 4291, section 2.2); `null` for what is neither. */
export function parseAddress(text: string): { family: Family; value: bigint } | null {
  const value4 = parseV4(text)
  if (value4 !== null) return { family: 4, value: value4 }
  const value6 = parseV6(text)
  return value6 === null ? null : { family: 6, value: value6 }
}

function parseV4(text: string): bigint | null {
  const parts = text.split('.')
  if (parts.length !== 4) return null
  let value = 0n
  for (const part of parts) {
    // A leading zero is read as octal by some programs and as decimal by others; the API server refuses it.
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return null
    value = value * 256n + BigInt(part)
  }
  return value
}

function parseV6(text: string): bigint | null {
  if (!text.includes(':') || text.length > 45) return null
  const halves = text.split('::')
  if (halves.length > 2) return null
  const groupsOf = (half: string): bigint[] | null => {
    if (half === '') return []
    const groups: bigint[] = []
    const parts = half.split(':')
    for (const [at, part] of parts.entries()) {
      const embedded = at === parts.length - 1 ? parseV4(part) : null
      if (embedded !== null) groups.push(embedded >> 16n, embedded & 0xffffn)
      else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(BigInt(`0x${part}`))
      else return null
    }
    return groups
  }
  const head = groupsOf(halves[0])
  const tail = halves.length === 2 ? groupsOf(halves[1]) : []
  if (head === null || tail === null) return null
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null
  return [...head, ...Array.from({ length: missing }, () => 0n), ...tail].reduce(
    (value, group) => value * 65_536n + group,
    0n,
  )
}

/** `10.0.0.0-10.255.255.255` */
export function formatRange({ family, first, last }: AddressRange): string {
  return `${formatAddress(family, first)}-${formatAddress(family, last)}`
}

export function formatAddress(family: Family, value: bigint): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.')
  const groups = Array.from({ length: 8 }, (_, at) =>
    ((value >> BigInt(112 - 16 * at)) & 0xffffn).toString(16),
  )
  // RFC 5952: the longest run of zero groups, the first of equals, is written `::`.
  const runs = [...groups.join(':').matchAll(/(?<![^:])0(?::0)+(?![^:])/g)]
  const longest = runs.reduce<RegExpExecArray | null>(
    (best, run) => (best === null || run[0].length > best[0].length ? run : best),
    null,
  )
  if (longest === null) return groups.join(':')
  const text = groups.join(':')
  const before = text.slice(0, longest.index).replace(/:$/, '')
  const after = text.slice(longest.index + longest[0].length).replace(/^:/, '')
  return `${before}::${after}`
}

export function contains(outer: AddressRange, inner: AddressRange): boolean {
  return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last
}

/**
 * Cuts each family of the blocks at every edge of a block: addresses of one piece are in the same blocks. Families without a
 * block are left out, but IPv4 is always there.
 */
export function cutAtEdges(blocks: readonly AddressRange[]): AddressRange[] {
  const pieces: AddressRange[] = []
  for (const family of [4, 6] as const) {
    const own = blocks.filter((block) => block.family === family)
    if (family === 6 && own.length === 0) continue
    const whole = wholeFamily(family)
    const edges = new Set<bigint>([whole.first, whole.last + 1n])
    for (const { first, last } of own) edges.add(first).add(last + 1n)
    const sorted = [...edges].toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    for (let at = 0; at + 1 < sorted.length; at++)
      pieces.push({ family, first: sorted[at], last: sorted[at + 1] - 1n })
  }
  return pieces
}
