import type { VersionScheme } from '../types.ts'
import { compareSemverAndBuild, parseSemver, specification, type Semver } from './semver.ts'

export const cargo: VersionScheme<Semver> = {
  id: 'cargo',
  title: 'Cargo (crate semver)',
  links: [specification, 'https://doc.rust-lang.org/cargo/reference/resolver.html#semver-compatibility'],
  notes:
    'Orders equal releases by their build metadata, as the crate `semver` does. Advisories for crates.io are ' +
    'judged with `semver` instead, because the OSV schema gives SEMVER ranges the precedence of the specification.',
  ecosystems: [],
  purlTypes: [],
  parse: (text) => parseSemver(text),
  order: compareSemverAndBuild,
}
