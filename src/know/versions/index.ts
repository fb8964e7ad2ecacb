export { compareVersions, orderVersions } from './compare.ts'
export { formatRange, parseRange, rangeContains, rangeLanguages, type RangeLanguage } from './ranges.ts'
export { schemeById, schemeForEcosystem, schemeForPurlType, versionSchemes } from './registry.ts'
export type { Interval, VersionRange, VersionScheme } from './types.ts'
