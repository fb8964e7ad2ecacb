import type { Finding, ScanReport } from '../answers.ts'
import { compareFindings, findingsAt, packageKeyOf, unjudged } from '../matching/index.ts'
import type { PackageKey } from '../matching/types.ts'
import type { SbomDocument, SbomPackage } from '../sbom/types.ts'
import type { Judge } from './judge.ts'
import { purlOf } from './package-purl.ts'

/** How many packages a reason of `unknown` names. */
const namedExamples = 5

/** Judges one document without keeping anything of it. */
export async function scanDocument(
  document: SbomDocument,
  source: string,
  judge: Judge,
): Promise<ScanReport> {
  const keys = document.packages.map((found) => packageKeyOf(found, document.distro))
  const perKey = await judge.findings(keys)
  const digest = document.subject.digests[0] ?? null
  const { references } = document.subject
  const unknown = new UnknownPackages()
  const findings: Finding[] = []
  for (const [at, found] of document.packages.entries()) {
    unknown.add(keys[at], judge.covered)
    if (perKey[at].length === 0) continue
    const own = findingsAt(perKey[at], { purl: purlOf(found), digest, references }, found.locator)
    for (const finding of own) {
      findings.push(finding)
      if (finding.state === 'unknown') unknown.addReason('version cannot be ordered', keys[at])
    }
  }
  return {
    source,
    subject: document.subject.name,
    digest,
    format: `${document.format} ${document.specVersion}`,
    distro: distroText(document),
    packages: document.packages.length,
    findings: findings.sort(compareFindings),
    unknown: unknown.list(),
    leftOut: document.leftOut,
  }
}

/** Packages that cannot be judged, grouped by reason and ecosystem. */
export class UnknownPackages {
  readonly #groups = new Map<string, { reason: string; ecosystem: string; names: Set<string> }>()

  add(key: PackageKey, covered: { has(ecosystem: string): boolean }): void {
    const reason = unjudged(key, covered)
    if (reason !== null) this.addReason(reason, key)
  }

  addReason(reason: string, key: PackageKey): void {
    const ecosystem = key.ecosystem || key.type || 'unnamed'
    const id = `${reason}\n${ecosystem}`
    const group = this.#groups.get(id) ?? { reason, ecosystem, names: new Set<string>() }
    this.#groups.set(id, group)
    group.names.add(key.version === '' ? key.name : `${key.name} ${key.version}`)
  }

  list(): ScanReport['unknown'] {
    return [...this.#groups.values()]
      .map(({ reason, ecosystem, names }) => ({
        reason,
        ecosystem,
        packages: names.size,
        examples: [...names].slice(0, namedExamples),
      }))
      .sort((a, b) => b.packages - a.packages)
  }
}

function distroText({ distro }: SbomDocument): string | null {
  return distro && (distro.versionId === null ? distro.id : `${distro.id} ${distro.versionId}`)
}

export function keysOf(packages: readonly SbomPackage[], document: SbomDocument): PackageKey[] {
  return packages.map((found) => packageKeyOf(found, document.distro))
}
