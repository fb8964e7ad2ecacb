import { createHash } from 'node:crypto'
import type { Severity } from '../../advisories/types.ts'
import type { Finding, ScanReport } from '../../answers.ts'
import type { FindingState } from '../types.ts'

/** CycloneDX 1.6, `vulnerabilities[].analysis.state`. `affected` alone is no state there: it goes to `affects[]`. */
const analysisStates: Partial<Record<FindingState, string>> = {
  not_affected: 'not_affected',
  fixed: 'resolved',
  under_investigation: 'in_triage',
  affected: 'exploitable',
}
const severities: Record<Severity, string> = {
  critical: 'critical',
  high: 'high',
  medium: 'medium',
  low: 'low',
  none: 'none',
  unknown: 'unknown',
}

/** Scans as one CycloneDX 1.6 document: a component for each affected package, a vulnerability with what it affects. */
export function writeCycloneDx(reports: readonly ScanReport[], toolVersion: string, atMs: number): string {
  const components = new Map<string, object>()
  const vulnerabilities = new Map<string, { finding: Finding; affects: Map<string, string> }>()
  for (const report of reports) {
    for (const finding of report.findings) {
      const ref = referenceOf(finding)
      if (!components.has(ref)) components.set(ref, componentOf(finding, ref))
      let entry = vulnerabilities.get(`${finding.vulnerability} ${finding.state}`)
      if (entry === undefined) {
        entry = { finding, affects: new Map() }
        vulnerabilities.set(`${finding.vulnerability} ${finding.state}`, entry)
      }
      entry.affects.set(ref, finding.version)
    }
  }
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: serialOf([...components.keys(), ...vulnerabilities.keys()], atMs),
    version: 1,
    metadata: {
      timestamp: new Date(atMs).toISOString(),
      tools: { components: [{ type: 'application', name: 'allclear', version: toolVersion }] },
      ...(reports.length === 1 && reports[0].subject !== null
        ? { component: { type: 'container', 'bom-ref': 'subject', name: reports[0].subject } }
        : {}),
    },
    components: [...components.values()],
    vulnerabilities: [...vulnerabilities.values()].map(vulnerabilityOf),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

function referenceOf(finding: Finding): string {
  return finding.purl || `${finding.ecosystem}:${finding.package}@${finding.version}`
}

function componentOf(finding: Finding, ref: string): object {
  return {
    type: 'library',
    'bom-ref': ref,
    name: finding.package,
    version: finding.version,
    ...(finding.purl === '' ? {} : { purl: finding.purl }),
  }
}

function vulnerabilityOf({ finding, affects }: { finding: Finding; affects: Map<string, string> }): object {
  const state = analysisStates[finding.state]
  const recommendation =
    finding.fixedIn === '' ? undefined : `Update ${finding.package} to ${finding.fixedIn} or later.`
  return {
    id: finding.vulnerability,
    references: finding.advisories
      .filter((id) => id !== finding.vulnerability)
      .map((id) => ({
        id,
        source: { name: 'OSV', url: `https://osv.dev/vulnerability/${encodeURIComponent(id)}` },
      })),
    ratings: [
      {
        severity: severities[finding.severity],
        ...(finding.score === null ? {} : { score: finding.score, method: 'other' }),
      },
    ],
    ...(finding.summary === '' ? {} : { description: finding.summary }),
    ...(recommendation === undefined ? {} : { recommendation }),
    ...(state === undefined || (finding.vex === null && finding.state === 'affected')
      ? {}
      : { analysis: { state, ...(finding.vex?.statement ? { detail: finding.vex.statement } : {}) } }),
    affects: [...affects].map(([ref, version]) => ({
      ref,
      versions: [
        {
          version,
          status:
            finding.state === 'affected'
              ? 'affected'
              : finding.state === 'unknown'
                ? 'unknown'
                : 'unaffected',
        },
      ],
    })),
  }
}

/** A UUID made from the contents (RFC 9562, version 8), so that the same scan gives the same document. */
function serialOf(parts: readonly string[], atMs: number): string {
  const digits = createHash('sha256')
    .update(`${atMs}\n${parts.join('\n')}`)
    .digest('hex')
  const variant = ((Number.parseInt(digits[16], 16) & 3) | 8).toString(16)
  return `urn:uuid:${digits.slice(0, 8)}-${digits.slice(8, 12)}-8${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20, 32)}`
}
