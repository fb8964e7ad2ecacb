import type { Finding, ScanReport } from '../answers.ts'
import { compareFindings, findingsAt, unjudged } from '../matching/index.ts'
import type { PackageKey } from '../matching/types.ts'
import type { Judge } from './judge.ts'
import type { ScannedDocument } from './read-scanned.ts'
import { ScannedPackages } from './scanned-packages.ts'

/** How many packages a reason of `unknown` names. */
const namedExamples = 5

/** Judges a document that has been read, or was made of an image's layers. */
export async function judgeScanned(document: ScannedDocument, judge: Judge): Promise<ScanReport> {
  const { source, subject, digest, references, format, distro, leftOut } = document
  const packages = new ScannedPackages(document.packages)
  const judged = await judge.judgedKeys(packages)
  const unknown = new UnknownPackages()
  const findings: Finding[] = []
  for (const [at, { unjudged, findings: own }] of judged.entries()) {
    if (unjudged !== null) unknown.addReason(unjudged, packages.key(at))
    if (own.length === 0) continue
    const purl = packages.purl(at)
    for (const finding of findingsAt(own, { purl, digest, references }, packages.locator(at))) {
      findings.push(finding)
      if (finding.state === 'unknown') unknown.addReason('version cannot be ordered', packages.key(at))
    }
  }
  return {
    source,
    subject,
    digest,
    format,
    distro,
    packages: packages.count,
    findings: findings.sort(compareFindings),
    unknown: unknown.list(),
    leftOut,
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
