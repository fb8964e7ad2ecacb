import type { VersionScheme } from '../types.ts'
import type { Digits } from './numbers.ts'
import { compareIdentifiers, compareSemver, noIdentifiers, parseSemver, type Semver } from './semver.ts'

export interface BitnamiVersion {
  readonly upstream: Semver
  /** `2.4.54-3` is the third build that Bitnami made of 2.4.54. Empty is none, and so is 0. */
  readonly revision: readonly (Digits | string)[]
}

/** A package built by Bitnami counts its own rebuilds behind a hyphen, where semantic versions have pre-releases. */
export const bitnami: VersionScheme<BitnamiVersion> = {
  id: 'bitnami',
  title: 'Bitnami',
  links: ['https://github.com/bitnami/vulndb', 'https://github.com/bitnami/go-version'],
  notes:
    'A number behind the hyphen counts rebuilds and is newer: `1.2.3-4` comes after `1.2.3`. A range whose bound names ' +
    'no rebuild is about all of them: 1.2.3-4 is in `<=1.2.3`.',
  ecosystems: ['Bitnami'],
  purlTypes: ['bitnami'],
  parse(text) {
    const parsed = parseSemver(text, { leadingZeros: true, partialPreRelease: true })
    if (!parsed || parsed.pre.length === 0 || typeof parsed.pre[0] === 'string') {
      return parsed && { upstream: parsed, revision: noIdentifiers }
    }
    return { upstream: { ...parsed, pre: noIdentifiers }, revision: withoutTrailingZeros(parsed.pre) }
  },
  order: (a, b) => compareSemver(a.upstream, b.upstream) || compareIdentifiers(a.revision, b.revision),
  judge: (a, b) =>
    compareSemver(a.upstream, b.upstream) ||
    (a.revision.length === 0 || b.revision.length === 0 ? 0 : compareIdentifiers(a.revision, b.revision)),
}

function withoutTrailingZeros(revision: BitnamiVersion['revision']): BitnamiVersion['revision'] {
  let end = revision.length
  while (end > 0 && revision[end - 1] === 0) end--
  return revision.slice(0, end)
}
