export { buildPurl, canonicalPurl, formatPurl, type PurlParts } from './build.ts'
export { parsePurl } from './parse.ts'
export type { Purl } from './types.ts'
