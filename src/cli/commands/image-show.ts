import type { ImageAnswer } from '../../know/answers.ts'
import type { CommandContext } from '../context.ts'
import { formatSection, wordsOf, workloadColumns } from '../output/answer.ts'
import { formatAge, formatCount, plural } from '../output/format.ts'
import { print } from '../output/print.ts'
import { inert, paintSeverity } from '../output/terminal.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear image show IMAGE`: exit code 3 when its contents are unknown. */
export async function run(
  context: CommandContext,
  [image]: string[],
  options: OptionValues,
): Promise<number> {
  const { limit, offset, sort } = options
  const client = await context.client()
  const answer = await client.get<ImageAnswer>(`/images/${encodeURIComponent(image)}`, {
    limit,
    offset,
    sort,
  })
  await print(context, {
    value: answer,
    names: () => [answer.id],
    table: (wide) => formatImage(context, answer, wide),
  })
  return answer.known ? 0 : 3
}

function formatImage({ terminal, io }: CommandContext, answer: ImageAnswer, wide: boolean): string {
  const nowMs = io.clock.nowMs()
  const lines = [
    `${terminal.bold(inert(answer.sentence))}\n`,
    terminal.faint(
      `${inert(answer.reference)}${answer.digest === null ? '' : `  ${answer.digest}`}${answer.distro === null ? '' : `  ${inert(answer.distro)}`}\n`,
    ),
  ]
  if (answer.known) {
    lines.push(
      `${plural(answer.packages, 'package')}: ${formatCount(answer.affected)} affected, ${formatCount(answer.fixable)} fixable, ${formatCount(answer.unknown)} could not be judged.\n`,
    )
  }
  if (answer.layers !== null) lines.push(`${formatLayers(answer.layers, nowMs)}\n`)
  for (const { reason, ecosystem, packages, examples } of answer.unknownPackages) {
    lines.push(
      terminal.faint(
        `Unknown: ${plural(packages, 'package')} of ${inert(ecosystem || 'no ecosystem')}: ${inert(reason)} (${inert(examples.slice(0, 3).join(', '))})\n`,
      ),
    )
  }
  lines.push(
    formatSection(
      'Findings',
      answer.findings,
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
        { title: 'decided by', value: (row) => row.decidedBy, wide: true },
        { title: 'place', value: (row) => row.locator, wide: true },
      ],
      terminal,
      wide,
    ),
    formatSection('Runs', answer.runs, workloadColumns(nowMs), terminal, wide),
    formatSection(
      'Documents',
      { total: answer.documents.length, rows: answer.documents },
      [
        { title: 'format', value: (row) => `${row.format} ${row.specVersion}` },
        { title: 'tools', value: (row) => row.tools.join(', '), flexible: true },
        { title: 'packages', value: (row) => row.packages },
        { title: 'made', value: (row) => formatAge(row.createdAtMs, nowMs) },
        { title: 'imported', value: (row) => formatAge(row.importedAtMs, nowMs) },
        { title: 'left out', value: (row) => row.leftOut.reduce((sum, { count }) => sum + count, 0) },
        { title: 'sha256', value: (row) => row.sha256, wide: true },
      ],
      terminal,
      wide,
    ),
  )
  return lines.join('')
}

function formatLayers(layers: NonNullable<ImageAnswer['layers']>, nowMs: number): string {
  const { total, files, packages, bases, readAtMs } = layers
  const base = bases.length === 0 ? '' : `, built on ${inert(bases[0])}`
  return `${plural(total, 'layer')}${base}: ${plural(packages, 'package')} in ${plural(files, 'file')}, read ${formatAge(readAtMs, nowMs)}. See \`image layers\`.`
}
