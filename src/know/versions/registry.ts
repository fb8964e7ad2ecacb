import { limit } from '../../base/limits.ts'
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
import { echo, rebuiltBy, root, type Rebuilder } from './schemes/rebuilt.ts'
import { rpm } from './schemes/rpm.ts'
import { semver } from './schemes/semver.ts'
import { swift } from './schemes/swift.ts'
import type { VersionScheme } from './types.ts'

/** Every version order, by id. None reads a text longer than the limit. */
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
].map((scheme) => bounded(scheme as VersionScheme))

function bounded(scheme: VersionScheme): VersionScheme {
  return {
    ...scheme,
    parse: (text) => (text.length > limit('versionCharacters') ? null : scheme.parse(text)),
  }
}

const byId = new Map(versionSchemes.map((scheme) => [scheme.id, scheme]))
const fallback = byId.get(generic.id) as VersionScheme
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

/** By id, or by another name of the field: an OSV ecosystem, `dpkg`, `golang`. Case does not matter. */
export function schemeById(id: string): VersionScheme | undefined {
  const name = id.toLowerCase()
  return byId.get(name) ?? (Object.hasOwn(synonyms, name) ? byId.get(synonyms[name]) : byEcosystem.get(name))
}

/**
 * The order of an OSV ecosystem; a release behind the colon does not matter. Some vendors rebuild packages of other
 * ecosystems and name those behind the colon (`Root:Debian:12`, `Echo:npm`, `TuxCare:npm`). Unknown ecosystems get `generic`.
 */
export function schemeForEcosystem(ecosystem: string): VersionScheme {
  const known = found.get(ecosystem)
  if (known) return known
  const scheme = findScheme(ecosystem.toLowerCase())
  if (found.size >= foundMax) found.clear()
  found.set(ecosystem, scheme)
  return scheme
}

/** Ecosystems with their releases are a few hundred; asked for with every comparison. */
const foundMax = 1_000
const found = new Map<string, VersionScheme>()
const vendors = new Set(['root', 'echo', 'tuxcare', 'docker hardened images', 'red hat lightwell'])
/** Vendors whose rebuilds have a number of their own behind the version. */
const rebuilders = new Map<string, Rebuilder>([
  ['root', root],
  ['echo', echo],
])
const rebuilt = new Map<string, VersionScheme>()

function findScheme(ecosystem: string): VersionScheme {
  const colon = ecosystem.indexOf(':')
  const name = colon < 0 ? ecosystem : ecosystem.slice(0, colon)
  // Echo is a distribution, too: without another ecosystem behind it, it has an order of its own.
  const own = byEcosystem.get(name)
  if (!vendors.has(name)) return own ?? fallback
  const inner = withoutVendor(ecosystem.slice(name.length + 1)) ?? own ?? fallback
  const rebuilder = rebuilders.get(name)
  if (rebuilder === undefined || inner === own) return inner
  const key = `${name}:${inner.id}`
  let scheme = rebuilt.get(key)
  if (scheme === undefined) {
    scheme = rebuiltBy(rebuilder, inner)
    rebuilt.set(key, scheme)
  }
  return scheme
}

function withoutVendor(ecosystem: string): VersionScheme | undefined {
  return byEcosystem.get(ecosystem.split(':', 1)[0])
}
