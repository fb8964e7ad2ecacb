import type { VersionScheme } from '../types.ts'
import { compareSemver, parseSemver, specification, type Semver } from './semver.ts'

export const swift: VersionScheme<Semver> = {
  id: 'swift',
  title: 'Swift packages',
  links: [specification, 'https://docs.swift.org/package-manager/PackageDescription/PackageDescription.html'],
  ecosystems: ['SwiftURL'],
  purlTypes: ['swift', 'cocoapods'],
  parse: (text) => parseSemver(text),
  order: compareSemver,
}
