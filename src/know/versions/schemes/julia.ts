import type { VersionScheme } from '../types.ts'
import { compareSemverAndBuild, parseSemver, type Semver } from './semver.ts'

/** Julia's JLL packages count their rebuilds behind a plus: `1.0.7+0`, `1.0.7+1` (Base.VersionNumber, `isless`). */
export const julia: VersionScheme<Semver> = {
  id: 'julia',
  title: 'Julia (VersionNumber)',
  links: ['https://docs.julialang.org/en/v1/manual/strings/#man-version-number-literals'],
  ecosystems: ['Julia'],
  purlTypes: ['julia'],
  parse: (text) => parseSemver(text, { leadingZeros: true, partialPreRelease: true }),
  order: compareSemverAndBuild,
}
