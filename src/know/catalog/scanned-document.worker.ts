import type { Run } from '../../base/work/index.ts'
import type { DocumentBytes } from './document-bytes.ts'
import { readScanned, type ScannedDocument } from './read-scanned.ts'

/** Reads a document that is to be scanned, in a thread. */
export const run: Run<DocumentBytes, ScannedDocument> = (input, transfer) => {
  const read = readScanned(input)
  transfer.push(read.packages.ends.buffer)
  return read
}
