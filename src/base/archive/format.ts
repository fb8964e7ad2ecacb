/** What a file is, told by its first bytes and not by its name. */
export type Format = 'zip' | 'gzip' | 'zstd' | 'tar' | 'plain' | 'other-archive'

/** `detectFormat` looks at no more bytes than this: a tar header. */
export const headBytes = 512

export function detectFormat(head: Uint8Array): { format: Format; title: string } {
  for (const { format, title, magic } of magics) if (startsWith(head, magic)) return { format, title }
  if (isTarHeader(head)) return { format: 'tar', title: 'tar' }
  return { format: 'plain', title: 'file' }
}

const magics: readonly { format: Format; title: string; magic: readonly (number | null)[] }[] = [
  // PKWARE APPNOTE 4.3: a local header; an empty archive is its end record alone.
  { format: 'zip', title: 'zip', magic: [0x50, 0x4b, 0x03, 0x04] },
  { format: 'zip', title: 'zip', magic: [0x50, 0x4b, 0x05, 0x06] },
  // RFC 1952, section 2.3.1, with the one method there is.
  { format: 'gzip', title: 'gzip', magic: [0x1f, 0x8b, 0x08] },
  // RFC 8878, section 3.1.
  { format: 'zstd', title: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd] },
  { format: 'other-archive', title: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { format: 'other-archive', title: '7z', magic: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c] },
  { format: 'other-archive', title: 'rar', magic: [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07] },
  { format: 'other-archive', title: 'bzip2', magic: [0x42, 0x5a, 0x68, null, 0x31, 0x41, 0x59, 0x26] },
]

function startsWith(head: Uint8Array, magic: readonly (number | null)[]): boolean {
  return head.length >= magic.length && magic.every((byte, at) => byte === null || head[at] === byte)
}

/** The checksum decides (POSIX.1-2017, pax, "ustar Interchange Format"): archives older than `ustar` have no magic. */
function isTarHeader(head: Uint8Array): boolean {
  if (head.length < 512 || head[0] === 0) return false
  let sum = 0
  for (let at = 0; at < 512; at++) sum += at >= 148 && at < 156 ? 0x20 : head[at]
  const text = Buffer.from(head.buffer, head.byteOffset + 148, 8).toString('latin1')
  const written = /^ *([0-7]{1,7})[ \0]/.exec(text)
  return written !== null && Number.parseInt(written[1], 8) === sum
}

/** Entries of archives are looked into when their name says so: reading all of them for their magic would cost more. */
export function namesArchive(name: string): boolean {
  return /\.(?:zip|tar|tgz|gz|tzst|zst)$/i.test(name)
}

/** `all.json.gz` to `all.json`; the name of what a compressed file holds. */
export function innerName(name: string): string {
  return name.replace(/\.(?:gz|zst)$/i, '')
}
