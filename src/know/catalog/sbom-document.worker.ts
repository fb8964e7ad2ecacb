import type { Run } from '../../base/work/index.ts'
import { readDocument, type DocumentBytes, type ReadDocument } from './read-document.ts'

/** Reads a document that is to be stored, in a thread. */
export const run: Run<DocumentBytes, ReadDocument> = (input, transfer) => {
  const read = readDocument(input)
  transfer.push(read.bytes.buffer as ArrayBuffer)
  return read
}
