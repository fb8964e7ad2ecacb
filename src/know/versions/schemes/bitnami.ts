import type { VersionScheme } from '../types.ts'
import { compareSemver, noIdentifiers, parseSemver, type Semver } from './semver.ts'

/** A package built by Bitnami counts its own rebuilds: `2.4.54-3` is the third build of 2.4.54, not a pre-release. */
export const bitnami: VersionScheme<Semver> = {
  id: 'bitnami',
  title: 'Bitnami',
  links: ['https://github.com/bitnami/vulndb', 'https://github.com/bitnami/go-version'],
  notes: 'A number behind the hyphen counts rebuilds and is newer: `1.2.3-4` comes after `1.2.3`.',
  ecosystems: ['Bitnami'],
  purlTypes: ['bitnami'],
  parse(text) {
    const parsed = parseSemver(text, { leadingZeros: true, partialPreRelease: true })
    if (!parsed || parsed.pre.length !== 1 || typeof parsed.pre[0] === 'string') return parsed
    return { ...parsed, revision: parsed.pre[0], pre: noIdentifiers }
  },
  order: compareSemver,
}
