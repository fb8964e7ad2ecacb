import type { Run } from '../../base/work/index.ts'
import type { DocumentBytes } from './read-document.ts'
import { readScanned, type ScannedDocument } from './read-scanned.ts'

/** Reads a document that is to be scanned, in a thread. */
export const run: Run<DocumentBytes, ScannedDocument> = (input) => readScanned(input)
