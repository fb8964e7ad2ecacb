import { AllclearError } from '../../base/errors.ts'
import { normaliseName } from '../advisories/index.ts'
import {
  distributionEcosystem,
  languageEcosystems,
  needsRelease,
  parseDistroQualifier,
} from '../matching/index.ts'
import { parsePurl, type Purl } from '../purl/index.ts'
import { parseRange } from '../versions/index.ts'

export interface ProvisionalRecord {
  id: string
  package: string
  range: string
  title: string
  severity?: string
  vector?: string
}

/** An OSV record from what a person types before any feed knows. Throws with the place that cannot be understood. */
export function provisionalOsv(input: ProvisionalRecord, atMs: number): Record<string, unknown> {
  const parsed = parsePurl(input.package)
  if (!parsed.ok) {
    throw new AllclearError('purl.invalid', {
      message: `"${input.package}" is not a package URL: ${parsed.reason}.`,
      next: 'Write it as pkg:type/namespace/name, e.g. pkg:maven/org.example/lib.',
    })
  }
  const { type, namespace, name } = parsed.value
  const ecosystem = languageEcosystems[type] ?? distributionOfPurl(parsed.value)
  if (!ecosystem) {
    throw new AllclearError('purl.invalid', {
      message: `Packages of type ${type} have no ecosystem that advisories can name${['deb', 'rpm', 'apk'].includes(type) ? ' without a release' : ''}.`,
      next: ['deb', 'rpm', 'apk'].includes(type)
        ? 'Add the release: pkg:deb/debian/openssl?distro=debian-12.'
        : 'Use a type such as maven, npm, pypi, golang, deb or apk.',
    })
  }
  const range = parseRange('query', input.range)
  if (!range.ok)
    throw new AllclearError('range.invalid', {
      message: `"${input.range}" is not a version range: ${range.reason}.`,
      next: 'Write it as `>=1.0 <1.4.2`, `<2.17.1` or `1.2.3`.',
    })
  const full =
    type === 'maven'
      ? `${namespace}:${name}`
      : namespace !== null && !['deb', 'rpm', 'apk'].includes(type)
        ? `${namespace}/${name}`
        : name
  const versions: string[] = []
  const ranges = range.value.intervals.flatMap((interval) => {
    if (interval.from !== null && interval.from === interval.to) {
      versions.push(interval.from)
      return []
    }
    const events: Record<string, string>[] = [{ introduced: interval.from ?? '0' }]
    if (interval.to !== null)
      events.push(interval.toInclusive ? { last_affected: interval.to } : { fixed: interval.to })
    return [{ type: 'ECOSYSTEM', events }]
  })
  const at = new Date(atMs).toISOString()
  return {
    schema_version: '1.7.0',
    id: input.id,
    modified: at,
    published: at,
    summary: input.title,
    affected: [
      { package: { ecosystem, name: normaliseName(ecosystem, full), purl: input.package }, ranges, versions },
    ],
    ...(input.vector
      ? {
          severity: [
            { type: input.vector.startsWith('CVSS:4') ? 'CVSS_V4' : 'CVSS_V3', score: input.vector },
          ],
        }
      : {}),
    ...(input.severity ? { database_specific: { severity: input.severity } } : {}),
  }
}

/** `Debian:12` for `pkg:deb/debian/openssl?distro=debian-12`; `null` without a release that advisories are bound to. */
function distributionOfPurl({ type, namespace, qualifiers }: Purl): string | null {
  if (type !== 'deb' && type !== 'rpm' && type !== 'apk') return null
  const { id, versionId } = parseDistroQualifier(qualifiers?.distro ?? namespace ?? '', namespace)
  const ecosystem = distributionEcosystem(id, versionId)
  return ecosystem === '' || needsRelease(ecosystem) ? null : ecosystem
}
