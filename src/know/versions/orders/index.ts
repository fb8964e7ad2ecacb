/** Comparing versions, without the languages of ranges: all that a scan needs. */
export { compareVersions } from '../compare.ts'
export { schemeForEcosystem } from '../registry.ts'
