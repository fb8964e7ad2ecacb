import { failed, ok, type Result } from '../../../../core/result.ts'
import type { CataloguedPackage, OwnedFiles } from '../types.ts'

/** Tags of a header that say what a package is (rpm, `include/rpm/rpmtag.h`). */
const tags = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  licence: 1014,
  vendor: 1011,
  arch: 1022,
  sourceRpm: 1044,
  dirIndexes: 1116,
  baseNames: 1117,
  dirNames: 1118,
  modularityLabel: 5096,
} as const

/** rpm's own bounds (`lib/header.cc`, hdrblobInit): 64 Ki entries, 256 MiB of data. */
const entriesMax = 0xffff
const dataBytesMax = 256 * 1024 * 1024
const entryBytes = 16

const typeInt32 = 4
const typeString = 6
const typeStringArray = 8
const typeI18nString = 9

interface Entry {
  type: number
  offset: number
  count: number
}

/**
 * A package as the database keeps it: counts of index entries and data bytes, the index, the data, all big-endian. The
 * magic that begins the same header in a file is left out. Every offset is checked against the data.
 */
export function readHeader(blob: Buffer): Result<{ found: CataloguedPackage; owned: OwnedFiles | null }> {
  if (blob.length < 8) return failed('a header that is cut off')
  const count = blob.readUInt32BE(0)
  const dataBytes = blob.readUInt32BE(4)
  if (count === 0 || count > entriesMax || dataBytes > dataBytesMax)
    return failed('a header with impossible counts')
  const dataAt = 8 + count * entryBytes
  if (dataAt + dataBytes > blob.length) return failed('a header that is cut off')
  const data = blob.subarray(dataAt, dataAt + dataBytes)
  const entries = new Map<number, Entry>()
  for (let at = 8; at < dataAt; at += entryBytes)
    entries.set(blob.readUInt32BE(at), {
      type: blob.readUInt32BE(at + 4),
      offset: blob.readUInt32BE(at + 8),
      count: blob.readUInt32BE(at + 12),
    })
  const text = (tag: number): string | null => textsOf(data, entries.get(tag), 1)[0] ?? null
  const name = text(tags.name)
  const version = text(tags.version)
  if (!name) return failed('a header without a name')
  const release = text(tags.release)
  const [epoch] = numbersOf(data, entries.get(tags.epoch))
  const arch = text(tags.arch)
  const label = text(tags.modularityLabel)
  const found: CataloguedPackage = {
    type: 'rpm',
    namespace: null,
    name,
    version: version && `${epoch ? `${epoch}:` : ''}${version}${release ? `-${release}` : ''}`,
    arch: arch === '(none)' ? null : arch,
    source: sourceOf(text(tags.sourceRpm)),
    module: label && label !== '(none)' ? label : null,
    licence: text(tags.licence),
    method: 'rpm database',
    confidence: 'high',
  }
  return ok({ found, owned: ownedOf(data, entries, name) })
}

/** `openssl-3.0.7-24.el9.src.rpm`: name, version and release behind the last two hyphens. */
function sourceOf(file: string | null): CataloguedPackage['source'] {
  const match = /^(.+)-([^-]+-[^-]+)\.(?:no)?src\.rpm$/.exec(file ?? '')
  return match ? { name: match[1], version: match[2] } : null
}

/** Paths are kept as base names with the number of their folder. */
function ownedOf(data: Buffer, entries: ReadonlyMap<number, Entry>, owner: string): OwnedFiles | null {
  const names = textsOf(data, entries.get(tags.baseNames))
  if (names.length === 0) return null
  const folders = textsOf(data, entries.get(tags.dirNames)).map((folder) => folder.replace(/^\/+/, ''))
  const indexes = numbersOf(data, entries.get(tags.dirIndexes))
  return { owner, paths: names.map((name, at) => `${folders[indexes[at]] ?? ''}${name}`).join('\n') }
}

function textsOf(data: Buffer, entry: Entry | undefined, countMax = Number.MAX_SAFE_INTEGER): string[] {
  if (
    entry === undefined ||
    (entry.type !== typeString && entry.type !== typeStringArray && entry.type !== typeI18nString)
  )
    return []
  const texts: string[] = []
  let at = entry.offset
  while (texts.length < entry.count && texts.length < countMax && at < data.length) {
    const end = data.indexOf(0, at)
    if (end < 0) break
    texts.push(data.toString('utf8', at, end))
    at = end + 1
  }
  return texts
}

function numbersOf(data: Buffer, entry: Entry | undefined): number[] {
  if (entry === undefined || entry.type !== typeInt32) return []
  const numbers: number[] = []
  for (let at = entry.offset; numbers.length < entry.count && at + 4 <= data.length; at += 4)
    numbers.push(data.readUInt32BE(at))
  return numbers
}
