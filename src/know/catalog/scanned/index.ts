/** Documents as a scan reads them, with the readers of every format. */
export { readScanned, scannedOf } from '../read-scanned.ts'
