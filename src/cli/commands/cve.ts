import type { CveAnswer, UnknownVulnerability } from '../../know/answers.ts'
import type { CommandContext } from '../context.ts'
import {
  formatCoverage,
  formatSection,
  formatSentence,
  formatUnknown,
  imageColumns,
  isPartial,
  placedWorkloadColumns,
} from '../output/answer.ts'
import { formatCount, formatDate, formatTime, plural } from '../output/format.ts'
import { print } from '../output/print.ts'
import { inert, paintSeverity } from '../output/terminal.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear cve ID`: exit code 3 when the answer is from partial data, or no feed knows the id. */
export async function run(context: CommandContext, [id]: string[], options: OptionValues): Promise<number> {
  const { cluster, owner, limit, offset, sort } = options
  const client = await context.client()
  const answer = await client.get<CveAnswer | UnknownVulnerability>(`/cve/${encodeURIComponent(id)}`, {
    cluster,
    owner,
    limit,
    offset,
    sort,
    places: 'true',
  })
  if ('known' in answer) {
    await print(context, {
      value: answer,
      names: () => [],
      table: () => formatUnknown(answer, context.io.clock.nowMs(), context.terminal),
    })
    return 3
  }
  await print(context, {
    value: answer,
    names: () => answer.workloads.rows.map((row) => row.id),
    table: (wide) => formatCve(context, answer, wide),
  })
  return isPartial(answer.verdict, answer.radius) ? 3 : 0
}

function formatCve({ terminal, io }: CommandContext, answer: CveAnswer, wide: boolean): string {
  const nowMs = io.clock.nowMs()
  const { radius } = answer
  const lines = [
    formatSentence(answer.sentence, answer.verdict, terminal),
    formatCoverage(answer.coverage, nowMs, terminal),
    `\n${headline(answer)}\n`,
  ]
  if (answer.aliases.length > 0) lines.push(terminal.faint(`Also ${inert(answer.aliases.join(', '))}\n`))

  lines.push(
    formatRows('Affected', [
      ...answer.ranges
        .slice(0, wide ? undefined : 8)
        .map(
          (range) => `${range.ecosystem} ${range.text}${range.fixedIn ? `, fixed in ${range.fixedIn}` : ''}`,
        ),
      ...(wide || answer.ranges.length <= 8
        ? []
        : [`… and ${formatCount(answer.ranges.length - 8)} more; see -o wide`]),
    ]),
  )
  const chain = answer.graph.columns.map(
    (column) => `${column.title.toLowerCase()} ${formatCount(column.total)}`,
  )
  if (chain.length > 0 && radius.images.value > 0) lines.push(`\n${chain.join(' → ')}\n`)

  if (answer.fixes.length > 0) {
    lines.push(
      formatSection(
        'Fixes',
        { total: answer.fixes.length, rows: answer.fixes },
        [
          { title: 'package', value: (row) => row.package, flexible: true },
          { title: 'ecosystem', value: (row) => row.ecosystem },
          { title: 'fixed in', value: (row) => row.fixedIn || row.fixState },
          { title: 'images', value: (row) => row.images },
          { title: 'workloads', value: (row) => row.workloads },
        ],
        terminal,
        wide,
      ),
    )
  }
  lines.push(
    formatSection('Images', answer.images, imageColumns(nowMs), terminal, wide),
    formatSection('Workloads', answer.workloads, placedWorkloadColumns(nowMs), terminal, wide),
  )
  if (answer.notAffected.workloads > 0) {
    lines.push(
      `\nVEX says not affected: ${plural(answer.notAffected.workloads, 'workload')}, ${plural(answer.notAffected.images, 'image')} (not counted above).\n`,
    )
  }
  lines.push(
    formatRows(
      'Unknown',
      answer.unknown.map(
        (row) => `${plural(row.images, 'image')}, ${plural(row.packages, 'package')}: ${row.reason}`,
      ),
    ),
  )
  if (answer.reconciliation !== null) {
    const { provisional, record, same, differences } = answer.reconciliation
    lines.push(
      formatRows('Reconciled', [
        `${provisional} and ${record} ${same ? 'say the same' : 'differ'}`,
        ...differences,
      ]),
    )
  }
  if (wide) {
    lines.push(
      formatSection(
        'Advisories',
        { total: answer.advisories.length, rows: answer.advisories },
        [
          { title: 'advisory', value: (row) => row.id },
          { title: 'feed', value: (row) => row.feed },
          {
            title: 'severity',
            value: (row) => row.severity,
            paint: (text, row) => paintSeverity(terminal, row.severity, text),
          },
          { title: 'modified', value: (row) => formatDate(row.modifiedAtMs) },
          { title: 'withdrawn', value: (row) => formatDate(row.withdrawnAtMs) },
          { title: 'summary', value: (row) => row.summary, flexible: true },
        ],
        terminal,
        wide,
      ),
      formatRows(
        'History',
        answer.history.map((change) => `${formatTime(change.atMs)}  ${change.text}`),
      ),
    )
  }
  return lines.join('')

  function headline(cve: CveAnswer): string {
    const parts = [
      `${cve.id}  ${paintSeverity(terminal, cve.severity, cve.severity)}${cve.score === null ? '' : ` ${cve.score.toFixed(1)}`}`,
      inert(cve.title),
    ]
    if (cve.kev !== null) {
      const due = cve.kev.dueAtMs === null ? '' : `, due ${formatDate(cve.kev.dueAtMs)}`
      parts.push(
        terminal.paint(
          'red',
          `exploited: known since ${formatDate(cve.kev.addedAtMs)}${due}${cve.kev.ransomware ? ', by ransomware' : ''}`,
        ),
      )
    }
    if (cve.epss !== null) parts.push(`EPSS ${(cve.epss.score * 100).toFixed(1)} %`)
    if (cve.ssvc !== null)
      parts.push(
        `SSVC exploitation ${cve.ssvc.exploitation}, automatable ${cve.ssvc.automatable}, impact ${cve.ssvc.technicalImpact}`,
      )
    return parts.filter((part) => part !== '').join('  ')
  }

  function formatRows(title: string, rows: readonly string[]): string {
    if (rows.length === 0) return ''
    return `\n${terminal.bold(title)}\n${rows.map((row) => `  ${inert(row)}\n`).join('')}`
  }
}
