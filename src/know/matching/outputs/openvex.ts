import { createHash } from 'node:crypto'
import type { Finding, ScanReport } from '../../answers.ts'

/**
 * Scans as one OpenVEX 0.2.0 document. A match of versions says that a vulnerable component is present, which is
 * `affected` with the update as action; what cannot be ordered is `under_investigation`. `not_affected` and `fixed`
 * are passed on only where a VEX author said so.
 */
export function writeOpenVex(reports: readonly ScanReport[], toolVersion: string, atMs: number): string {
  const statements = new Map<string, { finding: Finding; products: Map<string, Set<string>> }>()
  for (const report of reports) {
    const product = productOf(report)
    for (const finding of report.findings) {
      const key = `${finding.vulnerability} ${statusOf(finding)} ${finding.fixedIn}`
      let statement = statements.get(key)
      if (statement === undefined) {
        statement = { finding, products: new Map() }
        statements.set(key, statement)
      }
      let components = statement.products.get(product)
      if (components === undefined) statement.products.set(product, (components = new Set()))
      if (finding.purl !== '') components.add(finding.purl)
    }
  }
  const timestamp = new Date(atMs).toISOString()
  const digest = createHash('sha256')
    .update(timestamp + [...statements.keys()].join('\n'))
    .digest('hex')
  const document = {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': `urn:allclear:vex:${digest}`,
    author: 'Allclear',
    role: 'Scanner',
    timestamp,
    version: 1,
    tooling: `allclear ${toolVersion}`,
    statements: [...statements.values()].map(({ finding, products }) => ({
      vulnerability: {
        name: finding.vulnerability,
        ...(finding.aliases.length > 0 ? { aliases: finding.aliases } : {}),
      },
      timestamp,
      products: [...products].map(([id, components]) => ({
        '@id': id,
        ...(components.size > 0 ? { subcomponents: [...components].map((purl) => ({ '@id': purl })) } : {}),
      })),
      status: statusOf(finding),
      ...extrasOf(finding),
    })),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

function statusOf(finding: Finding): string {
  return finding.state === 'unknown' ? 'under_investigation' : finding.state
}

/** OpenVEX 0.2.0: `affected` should carry an action, `not_affected` must carry a justification or impact statement. */
function extrasOf(finding: Finding): object {
  if (finding.state === 'affected') {
    return {
      action_statement:
        finding.fixedIn === ''
          ? `No fixed version of ${finding.package} is known; mitigate or remove it.`
          : `Update ${finding.package} to ${finding.fixedIn} or later.`,
    }
  }
  if (finding.state === 'not_affected') {
    const author = finding.vex?.author ?? 'a VEX author'
    return { impact_statement: finding.vex?.statement ?? `Stated by ${author}.` }
  }
  return {}
}

/** An image by its digest where the document gives one (purl type `oci`), else the subject's or the file's name. */
function productOf(report: ScanReport): string {
  const name = report.subject ?? report.source
  if (report.digest === null) return name
  const repository = name.replace(/[@:][^/]*$/, '')
  const last = repository.split('/').at(-1) ?? repository
  const at = `pkg:oci/${encodeURIComponent(last.toLowerCase())}@${encodeURIComponent(report.digest)}`
  return repository === last ? at : `${at}?repository_url=${encodeURIComponent(repository)}`
}
