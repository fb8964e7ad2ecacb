import type { Finding, Page } from './answers.ts'
import { windowOf } from './answering/index.ts'
import type { ListQuery } from './knowledge.ts'
import { rankOfSeverity } from './matching/index.ts'

export type FindingQuery = ListQuery & { severity?: Finding['severity'] }

/** Columns by which findings can be sorted; a leading `-` sorts downwards. Ties keep the order worst first. */
const orders: Record<string, (a: Finding, b: Finding) => number> = {
  severity: (a, b) =>
    rankOfSeverity(a.severity) - rankOfSeverity(b.severity) || (a.score ?? 0) - (b.score ?? 0),
  vulnerability: (a, b) => byText(a.vulnerability, b.vulnerability),
  package: (a, b) => byText(a.package, b.package) || byText(a.version, b.version),
  fix: (a, b) => byText(a.fixedIn || a.fixState, b.fixedIn || b.fixState),
  exploited: (a, b) => Number(a.kev) - Number(b.kev) || (a.epss ?? 0) - (b.epss ?? 0),
}

/** A window of findings that come worst first; an unknown `sort` keeps that order. */
export function arrangeFindings(findings: readonly Finding[], query: FindingQuery): Page<Finding> {
  const { limit, offset } = windowOf(query)
  const text = query.q?.toLowerCase() ?? ''
  const wanted = findings.filter(
    (finding) =>
      (query.severity === undefined || finding.severity === query.severity) &&
      (text === '' || textsOf(finding).some((field) => field.toLowerCase().includes(text))),
  )
  const downwards = query.sort?.startsWith('-') ?? false
  const order = orders[query.sort?.replace(/^-/, '') ?? '']
  if (order !== undefined) wanted.sort(downwards ? (a, b) => order(b, a) : order)
  return { total: wanted.length, rows: wanted.slice(offset, offset + limit) }
}

function textsOf({ vulnerability, package: name, summary, purl, aliases }: Finding): string[] {
  return [vulnerability, name, summary, purl, ...aliases]
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
