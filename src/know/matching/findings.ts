import type { Finding } from '../answers.ts'
import type { Relation, Severity, VexStatement } from '../advisories/types.ts'
import { compareVersions, schemeForEcosystem } from '../versions/orders/index.ts'
import type { KeyMatch } from './match.ts'
import type { PackageKey } from './types.ts'
import { stateAfter, statementFor, type VexSubject } from './vex.ts'

/** What a finding needs to know of an advisory record. */
export interface AdvisoryFacts {
  no: number
  id: string
  summary: string
  severity: Severity
  score: number | null
  withdrawnAtMs: number | null
  links: readonly { vulnerability: string; relation: Relation }[]
}

/** Facts about vulnerabilities, joined when findings are shown: they change daily, findings do not. */
export interface VulnerabilityFacts {
  isKnownExploited(vulnerability: string): boolean
  /** EPSS probability 0 to 1, or `null`. */
  epss(vulnerability: string): number | null
  statements(vulnerability: string): readonly VexStatement[]
}

/** A finding before it is known where the package lies: the same for every package with the key. */
export interface KeyFinding extends Omit<Finding, 'purl' | 'state' | 'vex' | 'locator'> {
  /** By the versions alone. */
  ownState: KeyMatch['state']
  /** VEX statements about any of its names; which of them holds depends on the package and its image. */
  statements: readonly VexStatement[]
}

/** The findings of one package, one for each vulnerability. */
export function findingsOf(
  key: PackageKey,
  matches: readonly KeyMatch[],
  advisory: (no: number) => AdvisoryFacts,
  facts: VulnerabilityFacts,
  subject: VexSubject,
  locator: string,
): Finding[] {
  return findingsAt(findingsOfKey(key, matches, advisory, facts), subject, locator)
}

/**
 * The findings of a key: records that name the same vulnerability (a CVE, its GHSA and the ecosystem's own record) are
 * one finding. An erratum that covers several vulnerabilities stays one finding under its own id, since it is one
 * update.
 */
export function findingsOfKey(
  key: PackageKey,
  matches: readonly KeyMatch[],
  advisory: (no: number) => AdvisoryFacts,
  facts: VulnerabilityFacts,
): KeyFinding[] {
  const groups = new Map<string, { match: KeyMatch; record: AdvisoryFacts }[]>()
  for (const match of matches) {
    const record = advisory(match.advisoryNo)
    if (record.withdrawnAtMs !== null) continue
    const id = vulnerabilityOf(record)
    const group = groups.get(id)
    if (group) group.push({ match, record })
    else groups.set(id, [{ match, record }])
  }
  const findings: KeyFinding[] = []
  for (const [vulnerability, group] of groups) {
    const deciding = group.reduce((best, next) => (decidesBefore(next, best) ? next : best))
    const ids = idsOf(group.map(({ record }) => record))
    const fix = highestFix(key.ecosystem, group)
    findings.push({
      package: key.name,
      version: key.version,
      ecosystem: key.ecosystem,
      vulnerability,
      advisories: [deciding, ...group.filter((other) => other !== deciding)].map(({ record }) => record.id),
      aliases: ids.filter((id) => id !== vulnerability),
      severity: worstSeverity(group.map(({ record }) => record.severity)),
      score: group.reduce<number | null>(
        (best, { record }) => (record.score === null ? best : Math.max(best ?? 0, record.score)),
        null,
      ),
      fixedIn: fix,
      fixState: fix !== '' ? 'fixed-in' : deciding.match.fixState,
      ownState: deciding.match.state,
      decidedBy:
        deciding.match.by === 'source'
          ? `source package ${key.sourceName}: ${deciding.match.decidedBy}`
          : deciding.match.decidedBy,
      kev: ids.some((id) => facts.isKnownExploited(id)),
      epss: ids.reduce<number | null>((best, id) => {
        const score = facts.epss(id)
        return score === null ? best : Math.max(best ?? 0, score)
      }, null),
      summary: deciding.record.summary,
      statements: ids.flatMap((id) => facts.statements(id)),
    })
  }
  return findings
}

/** The findings of a key on one package of one image. */
export function findingsAt(findings: readonly KeyFinding[], subject: VexSubject, locator: string): Finding[] {
  return findings.map((found) => {
    const statement = found.statements.length === 0 ? null : statementFor(found.statements, subject)
    return {
      purl: subject.purl,
      package: found.package,
      version: found.version,
      ecosystem: found.ecosystem,
      vulnerability: found.vulnerability,
      advisories: found.advisories,
      aliases: found.aliases,
      severity: found.severity,
      score: found.score,
      fixedIn: found.fixedIn,
      fixState: found.fixState,
      state: stateAfter(found.ownState, statement),
      decidedBy: found.decidedBy,
      kev: found.kev,
      epss: found.epss,
      summary: found.summary,
      vex: statement && {
        author: statement.author,
        status: statement.status,
        statement: statement.statement ?? statement.justification,
      },
      locator,
    }
  })
}

/**
 * The vulnerability a record is about: its own id or alias that is a CVE, else the one CVE it was derived from, else
 * its own id. `related` is no identity (OSV schema, "related field").
 */
export function vulnerabilityOf({ id, links }: Pick<AdvisoryFacts, 'id' | 'links'>): string {
  if (id.startsWith('CVE-')) return id
  let alias: string | null = null
  const upstream: string[] = []
  for (const { vulnerability, relation } of links) {
    if (!vulnerability.startsWith('CVE-')) continue
    if (relation === 'alias' && (alias === null || vulnerability < alias)) alias = vulnerability
    else if (relation === 'upstream') upstream.push(vulnerability)
  }
  if (alias !== null) return alias
  if (upstream.length === 1) return upstream[0]
  const ghsa = links.find(
    ({ vulnerability, relation }) => relation === 'alias' && vulnerability.startsWith('GHSA-'),
  )
  return ghsa ? ghsa.vulnerability : id
}

const severityRank: Record<Severity, number> = {
  critical: 5,
  high: 4,
  medium: 3,
  low: 2,
  none: 1,
  unknown: 0,
}

/** Larger is worse; `unknown` ranks lowest and is shown as such. */
export function rankOfSeverity(severity: Severity): number {
  return severityRank[severity]
}

/** Worst first, then vulnerabilities by id: the same findings are always in the same order. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    severityRank[b.severity] - severityRank[a.severity] ||
    (b.score ?? 0) - (a.score ?? 0) ||
    compareText(a.vulnerability, b.vulnerability) ||
    compareText(a.purl, b.purl)
  )
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function worstSeverity(severities: Severity[]): Severity {
  return severities.reduce(
    (worst, next) => (severityRank[next] > severityRank[worst] ? next : worst),
    'unknown',
  )
}

/** `affected` decides before `unknown`; a record that names a fix before one that does not. */
function decidesBefore(a: { match: KeyMatch }, b: { match: KeyMatch }): boolean {
  if (a.match.state !== b.match.state) return a.match.state === 'affected'
  return a.match.fixedIn !== '' && b.match.fixedIn === ''
}

/** Where records of one vulnerability name different fixes, the highest is the one that satisfies them all. */
function highestFix(ecosystem: string, group: readonly { match: KeyMatch }[]): string {
  const scheme = schemeForEcosystem(ecosystem)
  let highest = ''
  for (const { match } of group)
    if (
      match.fixedIn !== '' &&
      (highest === '' || (compareVersions(scheme, match.fixedIn, highest) ?? 0) > 0)
    )
      highest = match.fixedIn
  return highest
}

/** Every id that names the same thing, sorted, the records' own included. */
function idsOf(records: readonly AdvisoryFacts[]): string[] {
  const ids = new Set<string>()
  for (const { id, links } of records) {
    ids.add(id)
    for (const { vulnerability } of links) ids.add(vulnerability)
  }
  return [...ids].sort()
}
