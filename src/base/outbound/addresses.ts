import { BlockList, isIP } from 'node:net'

/**
 * How far inside an address lies. `forbidden` is never called: link-local addresses, where clouds answer with the
 * credentials of the machine, and addresses that name nobody. The others are ordered: what a public server says must not
 * lead to a private address, nor what a private one says to this machine itself.
 */
export type AddressClass = 'public' | 'private' | 'loopback' | 'forbidden'

export const depthOf: Record<AddressClass, number> = { public: 0, private: 1, loopback: 2, forbidden: 3 }

/** IANA special-purpose registries (RFC 6890), and the metadata addresses of clouds that are not link-local. */
const ranges: Record<'private' | 'loopback' | 'forbidden', readonly string[]> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '198.18.0.0/15', 'fc00::/7'],
  forbidden: [
    '0.0.0.0/8',
    '169.254.0.0/16',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/4',
    '240.0.0.0/4',
    '100.100.100.200/32',
    '::/128',
    'fe80::/10',
    'ff00::/8',
    '100::/64',
    '2001:db8::/32',
    'fd00:ec2::254/128',
    'fd20:ce::254/128',
  ],
}

const lists = {
  forbidden: blockList(ranges.forbidden),
  loopback: blockList(ranges.loopback),
  private: blockList(ranges.private),
}

export function classOfAddress(address: string): AddressClass {
  const plain = unmapped(address)
  const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4'
  if (isIP(plain) === 0) return 'forbidden'
  if (lists.forbidden.check(plain, family)) return 'forbidden'
  if (lists.loopback.check(plain, family)) return 'loopback'
  return lists.private.check(plain, family) ? 'private' : 'public'
}

/** `::ffff:169.254.169.254` and the NAT64 and 6to4 spellings mean the IPv4 address within (RFC 4291, 6052, 3056). */
function unmapped(address: string): string {
  const text = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '')
  if (isIP(text) !== 6) return text
  const words = wordsOf(text)
  const tail = (high: number, low: number) => [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.')
  const zeros = (count: number) => words.slice(0, count).every((word) => word === 0)
  if (zeros(5) && words[5] === 0xffff) return tail(words[6], words[7])
  // The deprecated compatible form; `::` and `::1` are addresses of their own.
  if (zeros(6) && (words[6] !== 0 || words[7] > 1)) return tail(words[6], words[7])
  if (words[0] === 0x64 && words[1] === 0xff9b && words.slice(2, 6).every((word) => word === 0))
    return tail(words[6], words[7])
  if (words[0] === 0x2002) return tail(words[1], words[2])
  return text
}

function wordsOf(text: string): number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text)
  const hex = dotted
    ? `${dotted[1]}${((Number(dotted[2]) << 8) | Number(dotted[3])).toString(16)}:${((Number(dotted[4]) << 8) | Number(dotted[5])).toString(16)}`
    : text
  const [head, tail] = hex.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = tail === undefined ? 0 : 8 - before.length - after.length
  return [...before, ...Array<string>(Math.max(0, missing)).fill('0'), ...after].map((word) =>
    Number.parseInt(word, 16),
  )
}

export function blockList(entries: readonly string[]): BlockList {
  const list = new BlockList()
  for (const entry of entries) {
    const [address, bits] = entry.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return list
}
