import type { ClusterDetail } from '../../know/live-answers.ts'
import type { CommandContext } from '../context.ts'
import { formatCluster, isWhole } from '../output/cluster.ts'
import { print } from '../output/print.ts'

/** `allclear cluster show NAME`: exit code 3 when it is not seen as a whole. */
export async function run(context: CommandContext, [name]: string[]): Promise<number> {
  const client = await context.client()
  const cluster = await client.get<ClusterDetail>(`/clusters/${encodeURIComponent(name)}`)
  await print(context, {
    value: cluster,
    names: () => [cluster.name],
    table: (wide) => formatCluster(cluster, context, wide),
  })
  return cluster.state.sight === 'seen' && isWhole(cluster) ? 0 : 3
}
