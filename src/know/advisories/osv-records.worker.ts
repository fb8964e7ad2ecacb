import type { Run } from '../../base/work/index.ts'
import { readRecords, type ReadBatch, type RecordBatch } from './read-records.ts'

/** Reads a batch of OSV records in a thread. */
export const run: Run<RecordBatch, ReadBatch> = (batch, transfer) => {
  const read = readRecords(batch)
  const { buffer, numbers, fields, links, statements } = read.records
  transfer.push(buffer, numbers.buffer, fields.buffer, links.buffer, statements.buffer)
  return read
}
