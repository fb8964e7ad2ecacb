import type { VersionScheme } from '../types.ts'
import { compareSemver, semverOf, specification, type Semver } from './semver.ts'

// What node-semver reads with `loose`: any `v`, `=` and blanks before, a pre-release without its hyphen.
const pattern =
  /^[v=\s]*(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+)|([A-Za-z][0-9A-Za-z.-]*))?(?:\+([0-9A-Za-z.-]+))?$/

export const npm: VersionScheme<Semver> = {
  id: 'npm',
  title: 'npm (node-semver)',
  links: [specification, 'https://docs.npmjs.com/cli/v6/using-npm/semver'],
  notes: 'Reads what node-semver reads loosely (`v1.2.3`, `= 1.2.3`, `1.2.3beta`), and `1.2` as `1.2.0`.',
  ecosystems: ['npm'],
  purlTypes: ['npm'],
  parse(text) {
    const match = pattern.exec(text.trim())
    if (!match) return null
    const [, major, minor = '', patch = '', pre, loosePre, build] = match
    if (patch === '' && (pre !== undefined || loosePre !== undefined || build !== undefined)) return null
    return semverOf([major, minor, patch, ''], pre ?? loosePre, build, true)
  },
  order: compareSemver,
}
