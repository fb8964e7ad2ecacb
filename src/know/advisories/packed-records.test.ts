import { expect, it } from 'vitest'
import { RecordPacker, unpackRecords, type ReadRecord } from './packed-records.ts'

const buffer = Uint8Array.from([1, 2, 3, 4, 5]).buffer
const record = (over: Partial<ReadRecord>): ReadRecord => ({
  id: 'CVE-1',
  feed: 'osv:npm',
  summary: 'a',
  severity: 'high',
  vector: 'CVSS:3.1/AV:N',
  score: 7.5,
  publishedAtMs: 1,
  modifiedAtMs: 2,
  withdrawnAtMs: 3,
  ecosystems: '["npm"]',
  linksJson: '[]',
  contentHash: 'a-1',
  raw: new Uint8Array(buffer, 1, 2),
  rawBytes: 9,
  links: Uint32Array.of(0, 1),
  statements: Uint32Array.of(2, 3, 4),
  ...over,
})

it('records come out of their columns as they went in', () => {
  const records = [
    record({}),
    // What is not there, and a record whose bytes are its own.
    record({
      id: 'CVE-2',
      vector: null,
      score: null,
      publishedAtMs: null,
      modifiedAtMs: null,
      withdrawnAtMs: null,
      raw: Uint8Array.of(9, 9),
      links: Uint32Array.of(),
      statements: Uint32Array.of(),
    }),
    record({ id: 'CVE-3', score: 0, publishedAtMs: -62135596800000, raw: new Uint8Array(buffer, 3, 2) }),
  ]
  const packer = new RecordPacker(buffer)
  for (const { links, statements, ...rest } of records) packer.add(rest, [...links], [...statements])
  expect([...unpackRecords(structuredClone(packer.finish()))]).toEqual(records)
})
