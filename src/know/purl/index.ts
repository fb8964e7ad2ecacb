export { buildPurl, canonicalPurl, type PurlParts } from './build.ts'
export { formatPurl } from './format.ts'
export { parsePurl, type PurlSpelling } from './parse.ts'
export type { Purl } from './types.ts'
