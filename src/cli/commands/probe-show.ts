import type { ProbeRow } from '../../api/index.ts'
import type { CommandContext } from '../context.ts'
import { print } from '../output/print.ts'

/** `allclear probe show ID` */
export async function run(context: CommandContext, [id]: string[]): Promise<number> {
  const client = await context.client()
  const probe = await client.get<ProbeRow>(`/probes/${encodeURIComponent(id)}`)
  await print(context, {
    value: probe,
    names: () => [probe.id],
    table: () =>
      [
        `${context.terminal.bold(probe.id)}  ${probe.title}`,
        `  rule        ${probe.rule}`,
        `  wing        ${probe.wing}`,
        `  asked       ${probe.cost}`,
        `  looks at    ${probe.inputs.join(', ')}`,
        `  parameters  ${probe.parameters.join(', ') || 'none'}`,
        `  answered    ${probe.connected ? 'yes' : `not connected: ${probe.needs ?? ''}`}`,
        '',
      ].join('\n'),
  })
  return 0
}
