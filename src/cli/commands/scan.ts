import { namesInWords } from '../../api/document-names.ts'
import { isRefusal } from '../../api/documents.ts'
import type { DocumentsAnswer } from '../../api/documents.ts'
import type { Refusal } from '../../api/context.ts'
import type { Severity } from '../../know/advisories/types.ts'
import type { Finding, ScanReport } from '../../know/answers.ts'
import { withTotal } from '../client/inputs.ts'
import type { CommandContext } from '../context.ts'
import { wordsOf } from '../output/answer.ts'
import { formatCount, plural } from '../output/format.ts'
import { formatRefusal } from '../output/refusal.ts'
import { formatTable } from '../output/table.ts'
import { inert, paintSeverity } from '../output/terminal.ts'
import { openArrayWriter } from '../output/array-writer.ts'
import type { OptionValues } from '../spec.ts'

const ranks: Record<Severity, number> = { critical: 4, high: 3, medium: 2, low: 1, none: 0, unknown: 0 }

/**
 * `allclear scan PATH…`. Exit code 1 when a finding reaches `--fail-on`. Without a threshold nothing is claimed, so a
 * scan of which every document was answered is 0; with one, packages that could not be judged make it 3.
 */
export async function run(context: CommandContext, paths: string[], options: OptionValues): Promise<number> {
  const { form, io } = context
  const failOn = options.failOn as Severity | undefined
  const seen = { documents: 0, refused: 0, over: 0, unjudged: 0, firstRefusalExit: 0 }
  const kept: (ScanReport | Refusal)[] = []
  const array = form === 'json' || form === 'yaml' ? await openArrayWriter(io, form) : null

  const client = await context.client()
  const { skipped } = await client.work<DocumentsAnswer>(
    '/scan',
    {},
    {
      inputs: paths,
      kind: 'sbom',
      onProgress: withTotal(paths, context.io, 'sbom', context.progress.show),
      onResult: async (result) => {
        const element = result as ScanReport | Refusal
        seen.documents++
        if (isRefusal(element)) {
          seen.refused++
          context.progress.end()
          io.writeError(formatRefusal(element))
        } else {
          if (element.unknown.length > 0) seen.unjudged++
          if (failOn !== undefined && element.findings.some((finding) => reaches(finding, failOn)))
            seen.over++
        }
        if (array !== null) await array.write(element)
        else if (form === 'table' || form === 'wide') await writeReport(context, element, form === 'wide')
        else kept.push(element)
      },
    },
  )
  context.progress.end()
  await array?.end()
  if (kept.length > 0) await writeKept(context, kept)
  if (skipped.length > 0) io.writeError(`Not read, by their names: ${namesInWords(skipped)}.\n`)

  if (seen.over > 0) return 1
  if (seen.refused === seen.documents) return 2
  return seen.refused > 0 || (failOn !== undefined && seen.unjudged > 0) ? 3 : 0
}

function reaches(finding: Finding, threshold: Severity): boolean {
  return finding.state === 'affected' && ranks[finding.severity] >= ranks[threshold]
}

async function writeKept(context: CommandContext, kept: readonly (ScanReport | Refusal)[]): Promise<void> {
  const reports = kept.filter((element): element is ScanReport => !isRefusal(element))
  const { io, form, version } = context
  const nowMs = io.clock.nowMs()
  if (form === 'name') {
    const names = new Set(
      reports.flatMap((report) => report.findings.map((finding) => finding.vulnerability)),
    )
    return names.size === 0 ? undefined : io.write(`${[...names].join('\n')}\n`)
  }
  const outputs = await import('../../know/matching/outputs/index.ts')
  switch (form) {
    case 'sarif':
      return io.write(outputs.writeSarif(reports, version))
    case 'cyclonedx':
      return io.write(outputs.writeCycloneDx(reports, version, nowMs))
    case 'openvex':
      return io.write(outputs.writeOpenVex(reports, version, nowMs))
    default:
      return io.write(outputs.writeMarkdown(reports))
  }
}

async function writeReport(
  context: CommandContext,
  report: ScanReport | Refusal,
  wide: boolean,
): Promise<void> {
  context.progress.end()
  const { terminal, io } = context
  if (isRefusal(report)) return
  const affected = report.findings.filter(({ state }) => state === 'affected')
  const counts = (['critical', 'high', 'medium', 'low', 'unknown'] as const)
    .map(
      (severity) => [severity, affected.filter((finding) => finding.severity === severity).length] as const,
    )
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${formatCount(count)} ${severity}`)
  const subject = report.subject ?? report.source
  const lines = [
    `${terminal.bold(inert(subject))}: ${plural(affected.length, 'finding')}${counts.length > 0 ? ` (${counts.join(', ')})` : ''} in ${plural(report.packages, 'package')}.\n`,
  ]
  for (const { reason, ecosystem, packages, examples } of report.unknown) {
    lines.push(
      terminal.faint(
        `Unknown: ${plural(packages, 'package')} of ${inert(ecosystem || 'no ecosystem')}: ${inert(reason)} (${inert(examples.slice(0, 3).join(', '))})\n`,
      ),
    )
  }
  for (const { reason, count, examples } of report.leftOut) {
    lines.push(
      terminal.faint(
        `Left out: ${formatCount(count)}: ${inert(reason)} (${inert(examples.slice(0, 3).join(', '))})\n`,
      ),
    )
  }
  if (report.findings.length > 0) {
    const sorted = report.findings.toSorted(
      (a, b) => ranks[b.severity] - ranks[a.severity] || a.package.localeCompare(b.package),
    )
    lines.push(
      '\n',
      formatTable(
        [
          {
            title: 'severity',
            value: (row) => row.severity,
            paint: (text, row) => paintSeverity(terminal, row.severity, text),
          },
          {
            title: 'vulnerability',
            value: (row) => (row.kev ? `${row.vulnerability} (exploited)` : row.vulnerability),
          },
          { title: 'package', value: (row) => row.package, flexible: true },
          { title: 'version', value: (row) => row.version, flexible: true },
          { title: 'fixed in', value: (row) => row.fixedIn || row.fixState },
          { title: 'state', value: (row) => wordsOf(row.state) },
          { title: 'advisories', value: (row) => row.advisories.join(','), wide: true },
          { title: 'decided by', value: (row) => row.decidedBy, wide: true },
          { title: 'purl', value: (row) => row.purl, wide: true },
        ],
        sorted,
        terminal,
        wide,
      ),
      '\n',
    )
  }
  await io.write(lines.join(''))
}
