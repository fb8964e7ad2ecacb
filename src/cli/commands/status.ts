import type { StatusAnswer } from '../../know/answers.ts'
import type { CommandContext } from '../context.ts'
import { formatCoverage } from '../output/answer.ts'
import { formatAge, formatBytes, formatCount, formatDuration } from '../output/format.ts'
import { print } from '../output/print.ts'
import { formatTable } from '../output/table.ts'
import { inert } from '../output/terminal.ts'

/** `allclear status` */
export async function run(context: CommandContext): Promise<number> {
  const client = await context.client()
  const status = await client.get<StatusAnswer>('/status')
  await print(context, {
    value: status,
    names: () => [status.dataDirectory],
    table: (wide) => formatStatus(context, status, client.description, wide),
  })
  return 0
}

function formatStatus(
  { terminal, io }: CommandContext,
  status: StatusAnswer,
  through: string,
  wide: boolean,
): string {
  const nowMs = io.clock.nowMs()
  const { counts } = status
  const lines = [
    status.example
      ? terminal.paint(
          'yellow',
          'Example fleet: invented; it takes no imports. Your data goes to a directory of its own.\n',
        )
      : '',
    `${terminal.bold(inert(status.sentence))}\n`,
    formatCoverage(status.coverage, nowMs, terminal),
    '\n',
    formatTable(
      [
        { title: 'of', value: (row) => row[0] },
        { title: 'count', value: (row) => formatCount(row[1]), right: true },
      ],
      [
        ['clusters', counts.clusters],
        ['nodes', counts.nodes],
        ['namespaces', counts.namespaces],
        ['workloads', counts.workloads],
        ['pods', counts.pods],
        ['images', counts.images],
        ['images with known contents', counts.imagesKnown],
        ['package versions', counts.packageVersions],
        ['advisories', counts.advisories],
        ['vulnerabilities that run', counts.vulnerabilities],
        ['findings', counts.findings],
      ] as [string, number][],
      terminal,
      wide,
    ),
  ]
  if (status.coverage.feeds.length > 0) {
    lines.push(
      '\n',
      formatTable(
        [
          { title: 'feed', value: (feed) => feed.id },
          { title: 'records', value: (feed) => feed.records },
          { title: 'newest record', value: (feed) => formatAge(feed.newestRecordAtMs, nowMs) },
          { title: 'fetched', value: (feed) => formatAge(feed.fetchedAtMs, nowMs) },
        ],
        status.coverage.feeds,
        terminal,
        wide,
      ),
    )
  }
  lines.push(
    `\n${terminal.faint(`Allclear ${status.version}, ${status.engine}, ${status.dataDirectory}, ${through}; index built in ${formatDuration(status.index.builtInMs)}, ${formatBytes(status.index.bytes)}`)}\n`,
  )
  if (status.next.length > 0) {
    lines.push(`\n${terminal.bold('Next')}\n`)
    for (const { title, command } of status.next) lines.push(`  ${inert(title)}\n    ${inert(command)}\n`)
  }
  return lines.join('')
}
