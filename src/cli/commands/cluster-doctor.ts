import type { ClusterDoctor } from '../../know/live-answers.ts'
import type { CommandContext } from '../context.ts'
import { print } from '../output/print.ts'
import { formatTable } from '../output/table.ts'

/** `allclear cluster doctor NAME`: exit code 0 when nothing is missing, 3 when something is, 4 when it does not answer. */
export async function run(context: CommandContext, [name]: string[]): Promise<number> {
  const client = await context.client()
  const found = await client.get<ClusterDoctor>(`/clusters/${encodeURIComponent(name)}/doctor`)
  const missing = found.rows.filter(({ unknown }) => unknown !== null)
  await print(context, {
    value: found,
    names: () => missing.map(({ resource }) => resource),
    table(wide) {
      const { terminal } = context
      const lines = [
        `${terminal.bold(found.name)}  ${found.server}  ${
          found.reachable
            ? `Kubernetes ${found.serverVersion ?? 'of unknown version'}`
            : `does not answer: ${found.reason}`
        }\n`,
      ]
      const shown = wide ? found.rows : missing
      if (shown.length > 0)
        lines.push(
          '\n',
          formatTable(
            [
              { title: 'resource', value: (row) => row.resource },
              { title: 'list', value: (row) => wordOf(row.list) },
              { title: 'watch', value: (row) => wordOf(row.watch) },
              { title: 'unknown without it', value: (row) => row.unknown ?? '', flexible: true },
              { title: 'reason', value: (row) => row.reason ?? '', flexible: true, wide: true },
            ],
            shown,
            terminal,
            wide,
          ),
        )
      if (found.reachable && missing.length === 0)
        lines.push(`Nothing is missing: all ${found.rows.length} resources may be listed and watched.\n`)
      for (const line of found.next) lines.push(`  ${line}\n`)
      return lines.join('')
    },
  })
  if (!found.reachable) return 4
  return missing.length > 0 ? 3 : 0
}

function wordOf(allowed: boolean | null): string {
  return allowed === null ? '?' : allowed ? 'yes' : 'no'
}
