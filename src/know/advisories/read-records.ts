import { crc32, deflateRawSync } from 'node:zlib'
import { unpackEntry, unpackTogether, type PackedEntry } from '../../base/archive/index.ts'
import { AllclearError, type ErrorCode } from '../../base/errors.ts'
import { parseJson } from '../../base/json.ts'
import { projectJson } from '../../base/json-projection.ts'
import { osvProjection, parseOsv } from './osv.ts'
import { encodeStatement } from './packed.ts'
import type { Advisory, Severity } from './types.ts'

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

/** A record ready to be stored: everything that can be made without the store. */
export interface ReadRecord {
  id: string
  feed: string
  summary: string
  severity: Severity
  vector: string | null
  score: number | null
  publishedAtMs: number | null
  modifiedAtMs: number | null
  withdrawnAtMs: number | null
  /** JSON arrays, as they are stored. */
  ecosystems: string
  linksJson: string
  contentHash: string
  /** The record as it came, raw deflate. */
  raw: Uint8Array
  rawBytes: number
  /** Vulnerability and relation, one after the other, as numbers of `ReadBatch.texts`. */
  links: number[]
  /** Ecosystem, name and what is said of it (`encodeStatement`), likewise; none of a withdrawn record. */
  statements: number[]
}

export interface ReadBatch {
  records: ReadRecord[]
  /** Texts that records share: names, versions and relations repeat, and each travels once. */
  texts: string[]
  refused: { source: string; code: ErrorCode; message: string }[]
  /** Unpacked. */
  bytes: number
  /** The buffer of the batch: records hold pieces of it. */
  buffer: ArrayBuffer
}

const asTheyAre = { method: 'stored', sizeBytes: 0, crc: 0 } as const

/** Unpacks, parses and encodes a batch. A document that is refused is listed; the others are read. */
export function readRecords({ feed, documents, bytes: packed }: RecordBatch): ReadBatch {
  const texts = new Texts()
  const batch: ReadBatch = { records: [], texts: texts.list, refused: [], bytes: 0, buffer: packed.buffer }
  const own = documents.map(({ start, length }) => packed.subarray(start, start + length))
  const unpacked = unpackTogether(
    documents.map(({ packing }, at) => ({ ...(packing ?? asTheyAre), bytes: own[at] })),
  )
  for (const [at, { source, packing }] of documents.entries()) {
    try {
      const bytes =
        unpacked?.[at] ?? (packing === null ? own[at] : unpackEntry({ ...packing, bytes: own[at] }, source))
      batch.bytes += bytes.length
      if (isList(bytes)) readList(bytes, source, feed, batch, texts)
      else {
        const json = projectJson(bytes, osvProjection, { source })
        const deflated = packing?.method === 'deflated' ? own[at] : null
        readOne(json, source, feed, batch, texts, { bytes, deflated, crc: packing?.crc ?? crc32(bytes) })
      }
    } catch (error) {
      if (!(error instanceof AllclearError)) throw error
      batch.refused.push({ source: error.where ?? source, code: error.code, message: error.message })
    }
  }
  return batch
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
  batch: ReadBatch,
  texts: Texts,
): void {
  for (const [at, json] of (parseJson(bytes, { source }) as unknown[]).entries()) {
    const own = Buffer.from(JSON.stringify(json))
    readOne(json, `${source}, record ${at + 1}`, feed, batch, texts, {
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
  batch: ReadBatch,
  texts: Texts,
  content: Content,
): void {
  const parsed = parseOsv(json, feed)
  if (!parsed.ok) {
    const message = `${source} is not an OSV record: ${parsed.reason}.`
    batch.refused.push({ source, code: 'advisory.invalid', message })
    return
  }
  const advisory = parsed.value
  if (feed === undefined) advisory.feed = feedOf(advisory)
  batch.records.push(encodeRecord(advisory, content, texts))
}

function encodeRecord(advisory: Advisory, { bytes, deflated, crc }: Content, texts: Texts): ReadRecord {
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
  return {
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
    links: links.flatMap(({ vulnerability, relation }) => [texts.no(vulnerability), texts.no(relation)]),
    statements,
  }
}

/** Numbers for texts, in the order in which they first come. */
class Texts {
  readonly list: string[] = []
  readonly #numbers = new Map<string, number>()

  no(text: string): number {
    let no = this.#numbers.get(text)
    if (no === undefined) {
      no = this.list.push(text) - 1
      this.#numbers.set(text, no)
    }
    return no
  }
}

/** `osv:Debian`: one feed for each ecosystem, as OSV exports them. */
function feedOf({ affected, id }: Advisory): string {
  const ecosystem = affected[0]?.ecosystem
  return ecosystem === undefined ? `osv:${id.split('-', 1)[0]}` : `osv:${ecosystem.split(':', 1)[0]}`
}
