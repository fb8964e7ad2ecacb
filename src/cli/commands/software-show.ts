import type { SoftwareDetail, SoftwareVersion, WebhookReach } from '../../know/register/index.ts'
import type { CommandContext } from '../context.ts'
import { formatSection } from '../output/answer.ts'
import { print } from '../output/print.ts'
import { inert, type Terminal } from '../output/terminal.ts'

/** `allclear software show NAME`: exit code 3 when something of it is not known. */
export async function run(context: CommandContext, [name]: string[]): Promise<number> {
  const client = await context.client()
  const answer = await client.get<SoftwareDetail>(`/software/${encodeURIComponent(name)}`)
  await print(context, {
    value: answer,
    names: () => answer.members.map(({ id }) => id),
    table: (wide) => formatSoftware(answer, context.terminal, wide),
  })
  return answer.unknown.length > 0 ? 3 : 0
}

function formatSoftware(answer: SoftwareDetail, terminal: Terminal, wide: boolean): string {
  const list = (title: string, rows: readonly string[]) =>
    rows.length === 0 ? '' : `\n${terminal.bold(title)}\n${rows.map((row) => `  ${inert(row)}\n`).join('')}`
  const page = <Row>(rows: readonly Row[]) => ({ total: rows.length, rows: [...rows] })
  return [
    `${terminal.bold(inert(answer.name))}  ${inert(answer.supplier)}  ${answer.roles.join(', ')}\n`,
    `${inert(answer.sentence)}\n`,
    terminal.faint(`In the register because ${inert(answer.because)}.\n`),
    `Next version: ${answer.channel}; ${inert(answer.pushedBy)}\n`,
    list('It has', answer.privileges),
    list('Unknown', answer.unknown),
    formatSection<SoftwareVersion>(
      'Versions',
      page(answer.versions),
      [
        { title: 'version', value: (row) => row.version },
        { title: 'channel', value: (row) => row.channel },
        { title: 'nodes', value: (row) => row.nodes },
        { title: 'pods', value: (row) => row.pods },
        { title: 'clusters', value: (row) => row.clusters },
        { title: 'reference', value: (row) => row.reference || '-', flexible: true },
      ],
      terminal,
      wide,
    ),
    answer.webhooks.length === 0
      ? ''
      : formatSection<WebhookReach>(
          'Webhooks',
          page(answer.webhooks),
          [
            { title: 'cluster', value: (row) => row.cluster },
            { title: 'webhook', value: (row) => row.name, flexible: true },
            { title: 'kind', value: (row) => row.kind },
            {
              title: 'when it fails',
              value: (row) => (row.failurePolicy === 'Fail' ? 'refuses' : 'lets pass'),
            },
            { title: 'asked about', value: (row) => row.asks.join('; '), flexible: true },
            { title: 'workloads', value: (row) => row.workloads },
          ],
          terminal,
          wide,
        ),
    answer.members.length === 0
      ? ''
      : formatSection<SoftwareDetail['members'][number]>(
          'Workloads',
          page(answer.members),
          [
            { title: 'workload', value: (row) => row.id, flexible: true },
            { title: 'may become', value: (row) => row.privilege },
            { title: 'nodes', value: (row) => row.nodes },
            { title: 'pods', value: (row) => row.pods },
            { title: 'because', value: (row) => row.reasons.join('; ') || '-', flexible: true },
          ],
          terminal,
          wide,
        ),
    answer.declaration?.note ? `\n${inert(answer.declaration.note)}\n` : '',
  ].join('')
}
