import type { Severity } from '../../advisories/types.ts'
import type { Finding, ScanReport } from '../../answers.ts'

/** SARIF 2.1.0, section 3.27.10: `level`. Code scanning views sort by `security-severity`. */
const levels: Record<Severity, string> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  none: 'none',
  unknown: 'warning',
}
/** The middle of the CVSS v3 rating, where the advisory gives a word and no score. */
const scores: Record<Severity, string> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.0',
  none: '0.0',
  unknown: '5.0',
}

/** Findings of scans as one SARIF 2.1.0 run: a rule for each vulnerability, a result for each package it is in. */
export function writeSarif(reports: readonly ScanReport[], toolVersion: string): string {
  const rules: object[] = []
  const ruleIndex = new Map<string, number>()
  const results: object[] = []
  for (const report of reports) {
    for (const finding of report.findings) {
      if (
        finding.state !== 'affected' &&
        finding.state !== 'unknown' &&
        finding.state !== 'under_investigation'
      )
        continue
      let index = ruleIndex.get(finding.vulnerability)
      if (index === undefined) {
        index = rules.length
        ruleIndex.set(finding.vulnerability, index)
        rules.push(ruleOf(finding))
      }
      results.push(resultOf(report, finding, index))
    }
  }
  const sarif = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'allclear', version: toolVersion, rules } },
        columnKind: 'utf16CodeUnits',
        results,
      },
    ],
  }
  return `${JSON.stringify(sarif, null, 2)}\n`
}

function ruleOf(finding: Finding): object {
  return {
    id: finding.vulnerability,
    name: finding.vulnerability,
    shortDescription: { text: finding.summary || finding.vulnerability },
    helpUri: helpOf(finding.vulnerability),
    properties: {
      'security-severity': finding.score === null ? scores[finding.severity] : finding.score.toFixed(1),
      tags: ['vulnerability', 'security', finding.severity],
    },
  }
}

function resultOf(report: ScanReport, finding: Finding, ruleIndex: number): object {
  const fix = finding.fixedIn === '' ? 'No fix is named.' : `Fixed in ${finding.fixedIn}.`
  return {
    ruleId: finding.vulnerability,
    ruleIndex,
    level: levels[finding.severity],
    message: {
      text: `${finding.package} ${finding.version}: ${finding.vulnerability}${finding.summary === '' ? '' : `, ${finding.summary}`}. ${fix}`,
    },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: uriOf(report.source) }, region: { startLine: 1 } },
        logicalLocations: [
          { fullyQualifiedName: finding.purl || `${finding.package}@${finding.version}`, kind: 'module' },
        ],
      },
    ],
    // Stable over runs as long as the package and the vulnerability are the same; lines of an SBOM move.
    partialFingerprints: {
      'packageVulnerability/v1': `${finding.purl || `${finding.package}@${finding.version}`}:${finding.vulnerability}`,
    },
    properties: {
      advisories: finding.advisories,
      state: finding.state,
      fixState: finding.fixState,
      decidedBy: finding.decidedBy,
    },
  }
}

/** Where people read about an id; SARIF wants an absolute URI. */
function helpOf(vulnerability: string): string {
  const id = encodeURIComponent(vulnerability)
  return vulnerability.startsWith('CVE-')
    ? `https://www.cve.org/CVERecord?id=${id}`
    : `https://osv.dev/vulnerability/${id}`
}

/** RFC 3986 path of a file name; blanks and `#` would end it. */
function uriOf(source: string): string {
  return source.split('/').map(encodeURIComponent).join('/')
}
