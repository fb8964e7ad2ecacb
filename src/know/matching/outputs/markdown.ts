import type { Finding, ScanReport } from '../../answers.ts'

/** Rows of one document's table; a pull request comment ends at 65,536 characters. */
const rowsMax = 200

/** Scans as Markdown for a comment or a job summary: a table for each document, unknown packages below it. */
export function writeMarkdown(reports: readonly ScanReport[]): string {
  return `${reports.map(sectionOf).join('\n')}`
}

function sectionOf(report: ScanReport): string {
  const open = report.findings.filter(({ state }) => state === 'affected')
  const others = report.findings.length - open.length
  const lines = [`## ${escape(report.subject ?? report.source)}`, '']
  lines.push(
    open.length === 0
      ? `No finding in ${report.packages} packages.`
      : `${open.length} ${open.length === 1 ? 'finding' : 'findings'} in ${report.packages} packages.`,
  )
  if (others > 0) lines.push('', `${others} more are judged otherwise (VEX) or cannot be ordered.`)
  if (open.length > 0) {
    lines.push(
      '',
      '| Severity | Vulnerability | Package | Version | Fixed in |',
      '| --- | --- | --- | --- | --- |',
    )
    for (const finding of open.slice(0, rowsMax)) lines.push(rowOf(finding))
    if (open.length > rowsMax) lines.push('', `… and ${open.length - rowsMax} more.`)
  }
  if (report.unknown.length > 0) {
    lines.push('', 'Not judged:', '')
    for (const { reason, ecosystem, packages, examples } of report.unknown) {
      lines.push(
        `- ${packages} of ${escape(ecosystem || 'no ecosystem')}: ${escape(reason)} (${examples.slice(0, 3).map(escape).join(', ')})`,
      )
    }
  }
  return `${lines.join('\n')}\n`
}

function rowOf(finding: Finding): string {
  const exploited = finding.kev ? ' (exploited)' : ''
  const cells = [
    `${finding.severity}${exploited}`,
    finding.vulnerability,
    finding.package,
    finding.version,
    finding.fixedIn || finding.fixState,
  ]
  return `| ${cells.map(escape).join(' | ')} |`
}

/** Text of documents is inert: no markup, no links, no mentions, one line. */
function escape(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_{}[\]<>()#+!|~@-]/g, (mark) => `\\${mark}`)
}
