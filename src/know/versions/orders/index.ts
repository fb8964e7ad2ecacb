/** Comparing versions, without the languages of ranges: all that a scan needs. */
export { compareVersions, orderVersions } from '../compare.ts'
export { schemeById, schemeForEcosystem, versionSchemes } from '../registry.ts'
export type { VersionScheme } from '../types.ts'
