import type { ScanReport } from '../answers.ts'
import { compareFindings, findingsOf, packageKeyOf, unjudged } from '../matching/index.ts'
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
  const matches = await judge.matches(keys)
  const advisory = await judge.loadAdvisories(
    matches.flatMap((list) => list.map(({ advisoryNo }) => advisoryNo)),
  )
  const ids = new Set<string>()
  for (const list of matches)
    for (const { advisoryNo } of list) {
      const record = advisory(advisoryNo)
      ids.add(record.id)
      for (const { vulnerability } of record.links) ids.add(vulnerability)
    }
  const facts = await judge.loadVulnerabilities(ids)
  const digest = document.subject.digests[0] ?? null
  const unknown = new UnknownPackages()
  const findings = document.packages.flatMap((found, at) => {
    unknown.add(keys[at], judge.covered)
    const subject = { purl: purlOf(found), digest, references: document.subject.references }
    const own = findingsOf(keys[at], matches[at], advisory, facts, subject, found.locator)
    for (const finding of own)
      if (finding.state === 'unknown') unknown.addReason('version cannot be ordered', keys[at])
    return own
  })
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
