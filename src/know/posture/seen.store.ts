import type { Store } from '../../base/store/index.ts'
import type { ClusterState } from '../fleet/live/index.ts'

/** How a watched cluster was seen last; null when nobody watches it. */
export async function findConnectionByNo(
  store: Store,
  clusterNo: number,
): Promise<{ state: Partial<ClusterState> | null } | null> {
  const row = await store
    .prepare<{ state: string }>('select state from cluster_connection where cluster_no = ?')
    .get(clusterNo)
  if (row === undefined) return null
  // Empty until it was seen for the first time.
  return { state: row.state === '' ? null : (JSON.parse(row.state) as Partial<ClusterState> | null) }
}
