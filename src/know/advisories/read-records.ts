import { crc32, deflateRawSync } from 'node:zlib'
import { unpackEntry, unpackTogether, type PackedEntry } from '../../base/archive/index.ts'
import { AllclearError, type ErrorCode } from '../../base/errors.ts'
import { parseJson } from '../../base/json.ts'
import { projectJson } from '../../base/json-projection.ts'
import { osvProjection, parseOsv } from './osv.ts'
import { encodeStatement } from './packed.ts'
import { RecordPacker, type PackedRecords } from './packed-records.ts'
import type { Advisory } from './types.ts'

/** Documents of one archive with their bytes in one buffer, so that it can be moved to a thread and back. */
export interface RecordBatch {
  /** Overrides the feed that a record's ecosystem tells. */
  feed: string | undefined
  documents: {
    source: string
    /** Where its bytes lie in `bytes`. */
    start: number
    length: number
    /** `null`: as they are. */
    packing: Omit<PackedEntry, 'bytes'> | null
  }[]
  bytes: Uint8Array<ArrayBuffer>
}

export interface ReadBatch {
  records: PackedRecords
  refused: { source: string; code: ErrorCode; message: string }[]
  /** Unpacked. */
  bytes: number
}

type Refused = ReadBatch['refused']

const asTheyAre = { method: 'stored', sizeBytes: 0, crc: 0 } as const

/** Unpacks, parses and encodes a batch. A document that is refused is listed; the others are read. */
export function readRecords({ feed, documents, bytes: packed }: RecordBatch): ReadBatch {
  const packer = new RecordPacker(packed.buffer)
  const refused: Refused = []
  let totalBytes = 0
  const own = documents.map(({ start, length }) => packed.subarray(start, start + length))
  const unpacked = unpackTogether(
    documents.map(({ packing }, at) => ({ ...(packing ?? asTheyAre), bytes: own[at] })),
  )
  for (const [at, { source, packing }] of documents.entries()) {
    try {
      const bytes =
        unpacked?.[at] ?? (packing === null ? own[at] : unpackEntry({ ...packing, bytes: own[at] }, source))
      totalBytes += bytes.length
      if (isList(bytes)) readList(bytes, source, feed, packer, refused)
      else {
        const json = projectJson(bytes, osvProjection, { source })
        const deflated = packing?.method === 'deflated' ? own[at] : null
        readOne(json, source, feed, packer, refused, {
          bytes,
          deflated,
          crc: packing?.crc ?? crc32(bytes),
        })
      }
    } catch (error) {
      if (!(error instanceof AllclearError)) throw error
      refused.push({ source: error.where ?? source, code: error.code, message: error.message })
    }
  }
  return { records: packer.finish(), refused, bytes: totalBytes }
}

function isList(bytes: Uint8Array): boolean {
  let at = 0
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++
  return bytes[at] === 0x5b
}

/** Records in one JSON array: the whole of each is kept, so each is read whole. */
function readList(
  bytes: Uint8Array,
  source: string,
  feed: string | undefined,
  packer: RecordPacker,
  refused: Refused,
): void {
  for (const [at, json] of (parseJson(bytes, { source }) as unknown[]).entries()) {
    const own = Buffer.from(JSON.stringify(json))
    readOne(json, `${source}, record ${at + 1}`, feed, packer, refused, {
      bytes: own,
      deflated: null,
      crc: crc32(own),
    })
  }
}

/** A record as it came. */
interface Content {
  bytes: Uint8Array
  deflated: Uint8Array | null
  crc: number
}

function readOne(
  json: unknown,
  source: string,
  feed: string | undefined,
  packer: RecordPacker,
  refused: Refused,
  content: Content,
): void {
  const parsed = parseOsv(json, feed)
  if (!parsed.ok) {
    const message = `${source} is not an OSV record: ${parsed.reason}.`
    refused.push({ source, code: 'advisory.invalid', message })
    return
  }
  const advisory = parsed.value
  if (feed === undefined) advisory.feed = feedOf(advisory)
  encodeRecord(advisory, content, packer)
}

function encodeRecord(advisory: Advisory, { bytes, deflated, crc }: Content, packer: RecordPacker): void {
  const { texts } = packer
  const { affected, links, withdrawnAtMs } = advisory
  const ecosystems: string[] = []
  const statements: number[] = []
  for (const one of affected) {
    const { ecosystem, name } = one
    if (!ecosystems.includes(ecosystem)) ecosystems.push(ecosystem)
    // A withdrawn record stays readable and matches nothing (OSV schema, "withdrawn").
    if (withdrawnAtMs === null)
      statements.push(texts.no(ecosystem), texts.no(name), texts.no(encodeStatement(one)))
  }
  packer.add(
    {
      id: advisory.id,
      feed: advisory.feed,
      summary: advisory.summary,
      severity: advisory.severity,
      vector: advisory.vector,
      score: advisory.score,
      publishedAtMs: advisory.publishedAtMs,
      modifiedAtMs: advisory.modifiedAtMs,
      withdrawnAtMs,
      ecosystems: JSON.stringify(ecosystems),
      linksJson: JSON.stringify(links),
      // The zip has it already. It only tells two states of one record apart, together with their size and time.
      contentHash: `${crc.toString(16)}-${bytes.length.toString(16)}`,
      raw: deflated ?? deflateRawSync(bytes, { level: 1 }),
      rawBytes: bytes.length,
    },
    links.flatMap(({ vulnerability, relation }) => [texts.no(vulnerability), texts.no(relation)]),
    statements,
  )
}

/** `osv:Debian`: one feed for each ecosystem, as OSV exports them. */
function feedOf({ affected, id }: Advisory): string {
  const ecosystem = affected[0]?.ecosystem
  return ecosystem === undefined ? `osv:${id.split('-', 1)[0]}` : `osv:${ecosystem.split(':', 1)[0]}`
}
