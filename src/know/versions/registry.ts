import { alpm } from './schemes/alpm.ts'
import { apk } from './schemes/apk.ts'
import { bitnami } from './schemes/bitnami.ts'
import { cargo } from './schemes/cargo.ts'
import { composer } from './schemes/composer.ts'
import { conan } from './schemes/conan.ts'
import { cran } from './schemes/cran.ts'
import { datetime } from './schemes/datetime.ts'
import { deb } from './schemes/deb.ts'
import { gem } from './schemes/gem.ts'
import { generic } from './schemes/generic.ts'
import { gentoo } from './schemes/gentoo.ts'
import { go } from './schemes/go.ts'
import { hackage } from './schemes/hackage.ts'
import { hex } from './schemes/hex.ts'
import { julia } from './schemes/julia.ts'
import { lexicographic } from './schemes/lexicographic.ts'
import { maven } from './schemes/maven.ts'
import { nginx } from './schemes/nginx.ts'
import { npm } from './schemes/npm.ts'
import { nuget } from './schemes/nuget.ts'
import { opam } from './schemes/opam.ts'
import { openssl } from './schemes/openssl.ts'
import { pub } from './schemes/pub.ts'
import { pypi } from './schemes/pypi.ts'
import { rpm } from './schemes/rpm.ts'
import { semver } from './schemes/semver.ts'
import { swift } from './schemes/swift.ts'
import type { VersionScheme } from './types.ts'

/** Every version order, by id. */
export const versionSchemes: readonly VersionScheme[] = [
  alpm,
  apk,
  bitnami,
  cargo,
  composer,
  conan,
  cran,
  datetime,
  deb,
  gem,
  generic,
  gentoo,
  go,
  hackage,
  hex,
  julia,
  lexicographic,
  maven,
  nginx,
  npm,
  nuget,
  opam,
  openssl,
  pub,
  pypi,
  rpm,
  semver,
  swift,
] as VersionScheme[]

const byId = new Map(versionSchemes.map((scheme) => [scheme.id, scheme]))
/** Other names that the field uses for the same orders. */
const synonyms: Record<string, string> = {
  alpine: 'apk',
  arch: 'alpm',
  'crates.io': 'cargo',
  debian: 'deb',
  dpkg: 'deb',
  ebuild: 'gentoo',
  golang: 'go',
  packagist: 'composer',
  pep440: 'pypi',
  portage: 'gentoo',
  python: 'pypi',
  ruby: 'gem',
  rubygems: 'gem',
}
const byEcosystem = new Map(
  versionSchemes.flatMap((scheme) => scheme.ecosystems.map((name) => [name.toLowerCase(), scheme] as const)),
)
const byPurlType = new Map(
  versionSchemes.flatMap((scheme) => scheme.purlTypes.map((type) => [type, scheme] as const)),
)

/** By id, or by another name of the field: an OSV ecosystem, `dpkg`, `golang`. Case does not matter. */
export function schemeById(id: string): VersionScheme | undefined {
  const name = id.toLowerCase()
  return byId.get(name) ?? (Object.hasOwn(synonyms, name) ? byId.get(synonyms[name]) : byEcosystem.get(name))
}

/**
 * The order of an OSV ecosystem; a release behind the colon does not matter. Root rebuilds packages of other
 * ecosystems and names them behind its colon (`Root:Debian:12`, `Root:npm`). Unknown ecosystems get `generic`.
 */
export function schemeForEcosystem(ecosystem: string): VersionScheme {
  const known = found.get(ecosystem)
  if (known) return known
  const scheme = findScheme(ecosystem)
  if (found.size >= foundMax) found.clear()
  found.set(ecosystem, scheme)
  return scheme
}

/** Ecosystems with their releases are a few hundred; asked for with every comparison. */
const foundMax = 1_000
const found = new Map<string, VersionScheme>()

function findScheme(ecosystem: string): VersionScheme {
  const name = ecosystem.toLowerCase().replace(/^root:/, '')
  const colon = name.indexOf(':')
  return byEcosystem.get(colon < 0 ? name : name.slice(0, colon)) ?? (generic as VersionScheme)
}

export function schemeForPurlType(type: string): VersionScheme {
  return byPurlType.get(type) ?? (generic as VersionScheme)
}
