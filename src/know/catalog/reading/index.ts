/** Reading documents that are not kept: without what judges them, so that a thread can begin meanwhile. */
export { openScanReader } from '../scan-reader.ts'
