import { buildPurl } from '../purl/index.ts'
import { languageEcosystems } from '../matching/key/index.ts'
import type { SbomPackage } from '../sbom/types.ts'

/** The package's own purl, or the nearest one that its fields allow: a finding always names its package by purl. */
export function purlOf(found: SbomPackage): string {
  if (found.purl !== null) return found.purl
  const type =
    found.type !== '' && (languageEcosystems[found.type] || distributionTypes.has(found.type))
      ? found.type
      : 'generic'
  const built = buildPurl({
    type,
    namespace: found.namespace,
    name: found.name,
    version: found.version,
    qualifiers: null,
    subpath: null,
  })
  return built.ok ? built.value : `pkg:generic/${encodeURIComponent(found.name)}`
}

const distributionTypes = new Set(['deb', 'rpm', 'apk', 'alpm'])
