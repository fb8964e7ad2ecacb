import { AllclearError } from '../../base/errors.ts'
import type { PodsAnswer } from '../../know/live-answers.ts'
import type { CommandContext } from '../context.ts'
import { formatAge } from '../output/format.ts'
import { print } from '../output/print.ts'
import { formatTable } from '../output/table.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear pod find ADDRESS|UID|NAMESPACE/NAME|DIGEST [--at TIME]` */
export async function run(
  context: CommandContext,
  [query]: string[],
  options: OptionValues,
): Promise<number> {
  const at = options.at as string | undefined
  const atMs = at === undefined ? undefined : Date.parse(at)
  if (atMs !== undefined && Number.isNaN(atMs)) {
    throw new AllclearError('usage', {
      message: `\`${at}\` is no time.`,
      next: 'Write it as in 2026-11-18T03:01:12Z.',
    })
  }
  const client = await context.client()
  const { cluster, limit } = options as Record<string, string | undefined>
  const found = await client.get<PodsAnswer>('/pods', { q: query, cluster, limit, atMs })
  await print(context, {
    value: found,
    names: () => found.rows.map(({ cluster: of, namespace, name }) => `${of}/${namespace}/Pod/${name}`),
    table(wide) {
      const { terminal, io } = context
      const nowMs = io.clock.nowMs()
      const when = at === undefined ? '' : ` at ${new Date(atMs!).toISOString()}`
      if (found.total === 0) return `No pod is known by ${query}${when}.\n`
      const head =
        found.total === 1
          ? `One pod is known by ${query}${when}.\n\n`
          : `${found.total} pods are known by ${query}${when}; which one it was, this cannot tell.\n\n`
      return (
        head +
        formatTable(
          [
            { title: 'pod', value: (row) => `${row.cluster}/${row.namespace}/${row.name}`, flexible: true },
            { title: 'of', value: (row) => row.owners.at(-1) ?? 'nobody' },
            { title: 'node', value: (row) => row.node ?? '' },
            { title: 'service account', value: (row) => row.serviceAccount ?? '' },
            { title: 'from', value: (row) => formatAge(row.firstSeenAtMs, nowMs) },
            {
              title: 'to',
              value: (row) => (row.lastSeenAtMs === null ? 'now' : formatAge(row.lastSeenAtMs, nowMs)),
            },
            {
              title: 'addresses',
              value: (row) => row.addresses.map(({ address }) => address).join(' '),
              wide: true,
            },
            { title: 'uid', value: (row) => row.uid, wide: true },
          ],
          found.rows,
          terminal,
          wide,
        )
      )
    },
  })
  return 0
}
