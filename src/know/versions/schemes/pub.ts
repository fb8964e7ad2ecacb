import type { VersionScheme } from '../types.ts'
import { compareSemverAndBuild, parseSemver, type Semver } from './semver.ts'

/** Pub publishes `1.0.0+1` after `1.0.0` as a version of its own (pub_semver, `Version.compareTo`). */
export const pub: VersionScheme<Semver> = {
  id: 'pub',
  title: 'Pub (Dart)',
  links: ['https://dart.dev/tools/pub/versioning', 'https://pub.dev/packages/pub_semver'],
  notes: 'A build (`1.0.0+1`) comes after the release without one. Leading zeros count for nothing.',
  ecosystems: ['Pub'],
  purlTypes: ['pub'],
  parse: (text) => parseSemver(text, { leadingZeros: true }),
  order: compareSemverAndBuild,
}
