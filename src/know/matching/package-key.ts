import { normaliseName } from '../advisories/index.ts'
import type { Distro, SbomPackage } from '../sbom/types.ts'
import { distributionEcosystem, distributionId, parseDistroQualifier } from './distributions.ts'
import { languageEcosystems } from './package-ecosystems.ts'
import type { PackageKey } from './types.ts'

/**
 * The key by which a package of a document is matched. Everything that decides a verdict is in the key, so that two
 * packages with the same key always get the same verdict and each distinct key is matched once for the whole fleet.
 *
 * `distro` is the document's distribution; it is used for distribution packages whose own purl does not say.
 */
export function packageKeyOf(found: SbomPackage, distro: Distro | null): PackageKey {
  const version = found.version ?? ''
  if (isDistributionType(found.type)) return distributionKey(found, distro, version)
  const ecosystem = languageEcosystems[found.type] ?? ''
  const name = normaliseName(ecosystem, advisoryName(found))
  return {
    ecosystem,
    type: found.type,
    name,
    version: advisoryVersion(ecosystem, version),
    sourceName: '',
    sourceVersion: '',
    module: '',
  }
}

function isDistributionType(type: string): boolean {
  return type === 'deb' || type === 'rpm' || type === 'apk' || type === 'alpm'
}

function distributionKey(found: SbomPackage, distro: Distro | null, version: string): PackageKey {
  const own =
    found.distroQualifier !== null ? parseDistroQualifier(found.distroQualifier, found.namespace) : null
  const id = own?.id || distributionId(found.namespace ?? distro?.id ?? '')
  // A document's own release holds for packages of the same distribution only: a Debian package in an Alpine
  // image has no known release.
  const versionId = own?.versionId ?? (distro && distributionId(distro.id) === id ? distro.versionId : null)
  const source = found.source
  const sourceName = source && source.name !== found.name ? source.name : ''
  const sourceVersion = source?.version && source.version !== version ? source.version : ''
  return {
    ecosystem: id ? distributionEcosystem(id, versionId) : '',
    type: found.type,
    name: found.name,
    version,
    sourceName,
    sourceVersion,
    module: found.type === 'rpm' ? streamOfLabel(found.module) : '',
  }
}

/** `NAME:STREAM` of a modularity label (`NAME:STREAM:VERSION:CONTEXT`), or `` when it is none. */
function streamOfLabel(label: string | null): string {
  return /^[^:\s]+:[^:\s]+/.exec(label ?? '')?.[0] ?? ''
}

/** The name as advisories of the ecosystem write it, before normalisation. */
function advisoryName(found: SbomPackage): string {
  if (found.namespace === null || found.namespace === '')
    return found.type === 'golang' && standardLibraries.has(found.name) ? 'stdlib' : found.name
  switch (found.type) {
    case 'maven':
      return `${found.namespace}:${found.name}`
    case 'npm':
    case 'golang':
    case 'composer':
    case 'swift':
    case 'githubactions':
    case 'k8s':
    case 'hex':
      return `${found.namespace}/${found.name}`
    default:
      return found.name
  }
}

/** Names that tools give Go's standard library, which its advisories call `stdlib`. */
const standardLibraries = new Set(['go', 'std'])

/** Go's standard library is versioned `go1.21.0` by toolchains and `1.21.0` by its advisories. */
function advisoryVersion(ecosystem: string, version: string): string {
  return ecosystem === 'Go' && /^go\d/.test(version) ? version.slice(2) : version
}
