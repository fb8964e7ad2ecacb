import type { VersionScheme } from '../types.ts'
import type { Digits } from './numbers.ts'
import { compareSemver, semverOf, type Semver } from './semver.ts'

const pattern = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?$/

/** NuGet: up to four numbers of which missing ones are zero; labels are compared without case, metadata is ignored. */
export const nuget: VersionScheme<Semver> = {
  id: 'nuget',
  title: 'NuGet',
  links: ['https://learn.microsoft.com/nuget/concepts/package-versioning'],
  notes: '`1.0`, `1.0.0` and `1.0.0.0` are the same version; `1.0.0-BETA` is `1.0.0-beta`.',
  ecosystems: ['NuGet'],
  purlTypes: ['nuget', 'dotnet-core'],
  parse(text) {
    const match = pattern.exec(text.trim())
    if (!match) return null
    const [, major, minor = '', patch = '', revision = '', pre, build] = match
    const version = semverOf([major, minor, patch, revision], pre?.toLowerCase(), build, true)
    return version && { ...version, pre: version.pre.map(labelOf) }
  },
  order: compareSemver,
}

/** NuGet takes a label for a number where it fits a 32-bit integer, and for a word otherwise (VersionComparer). */
const labelMax = 0x7fffffff

function labelOf(label: Digits | string): Digits | string {
  return typeof label === 'string' || label <= labelMax ? label : String(label)
}
