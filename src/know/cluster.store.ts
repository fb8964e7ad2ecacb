import type { Store } from '../base/store/index.ts'
import type { Page } from './answers.ts'
import type { ClusterNodeRow } from './live-answers.ts'

/** The nodes of a cluster that are there, by name, each with the pods on it now. */
export async function listNodes(
  store: Store,
  clusterNo: number,
  { text, limit, offset }: { text: string; limit: number; offset: number },
): Promise<Page<ClusterNodeRow>> {
  const from = 'from node where cluster_no = ? and last_seen_at is null and lower(name) like ?'
  // `%` and `_` stand in no name of a node (RFC 1123), so that nothing has to be escaped.
  const like = `%${text.toLowerCase().replaceAll(/[%_]/g, '')}%`
  const total = await store.prepare<{ n: number }>(`select count(*) as n ${from}`).get(clusterNo, like)
  const rows = await store
    .prepare<{
      name: string
      os_image: string | null
      kubelet_version: string | null
      first_seen_at: number
      pods: number
    }>(
      `select name, os_image, kubelet_version, first_seen_at,
              (select count(*) from pod where pod.cluster_no = node.cluster_no and pod.node_no = node.no and pod.last_seen_at is null) as pods
       ${from} order by name limit ? offset ?`,
    )
    .all(clusterNo, like, limit, offset)
  return {
    total: Number(total?.n ?? 0),
    rows: rows.map((row) => ({
      name: row.name,
      osImage: row.os_image,
      kubeletVersion: row.kubelet_version,
      pods: Number(row.pods),
      firstSeenAtMs: row.first_seen_at,
    })),
  }
}
