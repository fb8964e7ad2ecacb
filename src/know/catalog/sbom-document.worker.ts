import type { Run } from '../../base/work/index.ts'
import type { DocumentBytes } from './document-bytes.ts'
import { readDocument, type ReadDocument } from './read-document.ts'

/** Reads a document that is to be stored, in a thread. */
export const run: Run<DocumentBytes, ReadDocument> = (input, transfer) => {
  const read = readDocument(input)
  transfer.push(read.bytes.buffer as ArrayBuffer)
  return read
}
