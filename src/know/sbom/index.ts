export { packageOfPurl } from './package-of-purl.ts'
export { readSbom, sbomFormats } from './read.ts'
export { writeSbom, type WritableSbom } from './write.ts'
export type * from './types.ts'
