import { AllclearError } from '../../base/errors.ts'
import type { ImportReport } from '../../know/answers.ts'
import { withTotal } from '../client/inputs.ts'
import type { CommandContext } from '../context.ts'
import { formatBytes, formatCount, formatDuration } from '../output/format.ts'
import { print } from '../output/print.ts'
import { formatTable } from '../output/table.ts'
import { inert } from '../output/terminal.ts'
import type { OptionValues } from '../spec.ts'

/** Refused documents that the table names; all of them are in the JSON. */
const refusedShown = 20

/** `allclear import KIND PATH…`: exit code 3 when something was refused and the rest stored, 2 when nothing of it was understood. */
export async function run(context: CommandContext, paths: string[], options: OptionValues): Promise<number> {
  const kind = context.path.split(' ')[1]
  const { cluster, feed, image } = options
  if (kind === 'manifests' && !cluster) {
    throw new AllclearError('usage', {
      message: 'Manifests do not say which cluster they are of.',
      next: 'Name it: `--cluster NAME`.',
    })
  }
  const client = await context.client()
  const report = await client.work<ImportReport>(
    `/import/${kind}`,
    { cluster, feed, image },
    {
      inputs: paths,
      kind,
      // All objects of a cluster are one picture of it; advisories and SBOMs stand each for itself.
      splits: kind !== 'manifests',
      onProgress: withTotal(paths, context.io, kind, context.progress.show),
      merge: mergeReports,
    },
  )
  await print(context, {
    value: report,
    names: () => [kind],
    table: (wide) => formatReport(context, report, wide),
  })
  const stored = report.added + report.changed + report.unchanged + report.removed
  if (stored === 0 && report.refusedTotal + report.leftOut.length > 0) return 2
  return report.refusedTotal === 0 ? 0 : 3
}

/** Several requests of one import, as one report. */
function mergeReports(a: ImportReport, b: ImportReport): ImportReport {
  return {
    kind: a.kind,
    added: a.added + b.added,
    changed: a.changed + b.changed,
    unchanged: a.unchanged + b.unchanged,
    removed: a.removed + b.removed,
    refused: [...a.refused, ...b.refused],
    refusedTotal: a.refusedTotal + b.refusedTotal,
    leftOut: [...a.leftOut, ...b.leftOut],
    findingsAdded: a.findingsAdded + b.findingsAdded,
    findingsWithdrawn: a.findingsWithdrawn + b.findingsWithdrawn,
    tookMs: a.tookMs + b.tookMs,
    bytes: a.bytes + b.bytes,
    notes: [...new Set([...a.notes, ...b.notes])],
  }
}

export function formatReport({ terminal }: CommandContext, report: ImportReport, wide: boolean): string {
  const parts = [
    `${formatCount(report.added)} added`,
    `${formatCount(report.changed)} changed`,
    `${formatCount(report.unchanged)} unchanged`,
    ...(report.removed > 0 ? [`${formatCount(report.removed)} removed`] : []),
    ...(report.refusedTotal > 0 ? [`${formatCount(report.refusedTotal)} refused`] : []),
  ]
  const findings: string[] = []
  if (report.findingsAdded > 0) findings.push(`${formatCount(report.findingsAdded)} findings came`)
  if (report.findingsWithdrawn > 0) findings.push(`${formatCount(report.findingsWithdrawn)} were withdrawn`)
  const lines = [
    `${terminal.bold(`Imported ${report.kind}: ${parts.join(', ')}.`)}${findings.length > 0 ? ` ${findings.join(', ')}.` : ''} ${formatBytes(report.bytes)} in ${formatDuration(report.tookMs)}.\n`,
  ]
  for (const note of report.notes) lines.push(`${inert(note)}\n`)
  for (const { reason, count, examples } of report.leftOut) {
    lines.push(
      terminal.faint(
        `Left out: ${formatCount(count)}: ${inert(reason)} (${inert(examples.slice(0, 3).join(', '))})\n`,
      ),
    )
  }
  if (report.refusedTotal > 0) {
    const rows = wide ? report.refused : report.refused.slice(0, refusedShown)
    lines.push(
      '\n',
      formatTable(
        [
          { title: 'refused', value: (row) => row.source, flexible: true },
          { title: 'because', value: (row) => row.reason, flexible: true },
          { title: 'code', value: (row) => row.code, wide: true },
        ],
        rows,
        terminal,
        wide,
      ),
    )
    if (report.refusedTotal > rows.length)
      lines.push(terminal.faint(`… and ${formatCount(report.refusedTotal - rows.length)} more\n`))
  }
  return lines.join('')
}
