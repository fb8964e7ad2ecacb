import type { ExposureAnswer, ExposureGroup, ExposureRow, MatrixCell } from '../../know/exposure/index.ts'
import type { CommandContext } from '../context.ts'
import { formatSection } from '../output/answer.ts'
import { formatCount, formatDate } from '../output/format.ts'
import { print } from '../output/print.ts'
import { formatTable } from '../output/table.ts'
import { inert, paintSeverity } from '../output/terminal.ts'
import type { OptionValues } from '../spec.ts'

/**
 * `allclear exposure [CVE]`: exit code 3 when running images or clusters are not seen, so that the order may be longer.
 */
export async function run(
  context: CommandContext,
  [vulnerability]: string[],
  options: OptionValues,
): Promise<number> {
  const { group, cluster, owner, reach, privilege, q, limit, offset } = options
  const client = await context.client()
  const answer = await client.get<ExposureAnswer>('/exposure', {
    vulnerability,
    group,
    cluster,
    owner,
    reach,
    privilege,
    q,
    limit,
    offset,
  })
  const byGroup = group === 'team' || group === 'cluster'
  await print(context, {
    value: answer,
    names: () =>
      byGroup
        ? answer.groups.rows.flatMap(({ name }) => (name === null ? [] : [name]))
        : answer.workloads.rows.map(({ id }) => id),
    table: (wide) =>
      (options.rank === true ? '' : overview(context, answer)) +
      (byGroup
        ? formatGroups(context, answer, wide, group)
        : formatRows(context, answer, wide, vulnerability === undefined)),
  })
  return answer.unseen.images > 0 || answer.unseen.clusters.length > 0 ? 3 : 0
}

const reachTitles: readonly (readonly [MatrixCell['reach'], string])[] = [
  ['internet', 'internet'],
  ['network', 'network of nodes'],
  ['cluster', 'cluster'],
  ['isolated', 'nothing known'],
  ['unknown', 'unknown'],
]
const privilegeTitles: readonly (readonly [MatrixCell['privilege'], string])[] = [
  ['cluster-admin', 'cluster-admin'],
  ['node', 'node'],
  ['elevated', 'elevated'],
  ['normal', 'normal'],
  ['unknown', 'unknown'],
]

function overview({ terminal }: CommandContext, { sentence, matrix, deadlines }: ExposureAnswer): string {
  if (matrix.length === 0) return `${inert(sentence)}\n`
  const workloadsAt = (reach: string, privilege: string): number =>
    matrix.find((cell) => cell.reach === reach && cell.privilege === privilege)?.workloads ?? 0
  const shown = reachTitles.filter(([reach]) => matrix.some((cell) => cell.reach === reach))
  const columns = privilegeTitles.filter(([level]) => matrix.some((cell) => cell.privilege === level))
  return [
    `${inert(sentence)}\n`,
    `${deadlines.map(({ outcome, workloads }) => `${outcome}: ${formatCount(workloads)}`).join(', ')}\n`,
    `\n${terminal.bold('Reached from × what it may become, workloads')}\n`,
    formatTable(
      [
        { title: '', value: ([, title]: (typeof reachTitles)[number]) => title },
        ...columns.map(([level, title]) => ({
          title,
          value: ([reach]: (typeof reachTitles)[number]) => workloadsAt(reach, level),
        })),
      ],
      shown,
      terminal,
      true,
    ),
  ].join('')
}

function formatRows(
  { terminal }: CommandContext,
  { workloads }: ExposureAnswer,
  wide: boolean,
  all: boolean,
): string {
  return formatSection(
    'Fix first',
    workloads,
    [
      { title: '#', value: (row: ExposureRow) => row.rank },
      { title: 'workload', value: (row: ExposureRow) => row.id, flexible: true },
      { title: 'due', value: (row: ExposureRow) => dueInWords(row) },
      { title: 'priority', value: (row: ExposureRow) => openly(row.priority) },
      ...(all
        ? [
            {
              title: 'worst',
              value: (row: ExposureRow) => row.vulnerability,
              paint: (text: string, row: ExposureRow) =>
                paintSeverity(terminal, row.severity as Parameters<typeof paintSeverity>[1], text),
            },
          ]
        : []),
      { title: 'why', value: (row: ExposureRow) => row.sentence, flexible: true },
      { title: 'pods', value: (row: ExposureRow) => row.pods },
      { title: 'owner', value: (row: ExposureRow) => row.owner ?? '-' },
      {
        title: 'score here',
        value: (row: ExposureRow) =>
          row.environment === null ? '-' : `${row.environment.base} → ${row.environment.score}`,
        wide: true,
      },
      {
        title: 'what would change it',
        value: (row: ExposureRow) =>
          row.changes.map(({ fact, effect }) => `${fact}: ${effect}`).join('; ') || '-',
        wide: true,
      },
    ],
    terminal,
    wide,
  )
}

/** `3 days, by 2026-10-04`; `or less urgent` where something that is not known could make it so. */
function dueInWords({ deadline }: ExposureRow): string {
  const { outcome, dueAtMs } = deadline
  const words = outcome === 'fix on system upgrade' ? 'next upgrade' : outcome
  return `${openly({ ...deadline, outcome: words })}${dueAtMs === null ? '' : `, by ${formatDate(dueAtMs)}`}`
}

function openly({ outcome, between }: ExposureRow['priority']): string {
  return between.length > 1 ? `${outcome} (?)` : outcome
}

function formatGroups(
  { terminal }: CommandContext,
  { groups }: ExposureAnswer,
  wide: boolean,
  title: string,
): string {
  return formatSection(
    'Fix first',
    groups,
    [
      { title: '#', value: (row: ExposureGroup) => row.rank },
      { title, value: (row: ExposureGroup) => row.name ?? 'nobody', flexible: true },
      { title: 'workloads', value: (row: ExposureGroup) => row.workloads },
      { title: 'pods', value: (row: ExposureGroup) => row.pods },
      {
        title: 'due',
        value: (row: ExposureGroup) =>
          row.deadlines.map(({ outcome, workloads }) => `${outcome}: ${workloads}`).join(', '),
        flexible: true,
      },
      { title: 'first', value: (row: ExposureGroup) => row.first.id, flexible: true },
      { title: 'why', value: (row: ExposureGroup) => row.first.sentence, flexible: true, wide: true },
    ],
    terminal,
    wide,
  )
}
