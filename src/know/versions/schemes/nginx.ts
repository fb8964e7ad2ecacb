import type { VersionScheme } from '../types.ts'
import { compareSemver, parseSemver, type Semver } from './semver.ts'

export const nginx: VersionScheme<Semver> = {
  id: 'nginx',
  title: 'nginx',
  links: ['https://nginx.org/en/security_advisories.html'],
  ecosystems: [],
  purlTypes: ['nginx'],
  parse: (text) => parseSemver(text, { leadingZeros: true, partialPreRelease: true }),
  order: compareSemver,
}
