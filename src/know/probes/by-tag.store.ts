import { limit } from '../../base/limits.ts'
import type { Store } from '../../base/store/index.ts'

export interface ImagesByTag {
  containers: number
  byTag: { total: number; rows: { workload: string; reference: string }[] }
}

/** Containers that run, and those of them whose image is named without a digest. */
export async function readImagesByTag(store: Store): Promise<ImagesByTag> {
  const counts = await store
    .prepare<{ containers: number; pinned: number | null }>(
      `select count(*) as containers, sum(case when reference like '%@sha256:%' then 1 else 0 end) as pinned
       from run where last_seen_at is null`,
    )
    .get()
  const containers = Number(counts?.containers ?? 0)
  const rows = await store
    .prepare<{ cluster: string; namespace: string; kind: string; name: string; reference: string }>(
      `select cluster.name as cluster, namespace, kind, workload.name as name, reference
       from run join workload on workload.no = run.workload_no join cluster on cluster.no = workload.cluster_no
       where run.last_seen_at is null and reference not like '%@sha256:%'
       order by cluster.name, namespace, kind, workload.name limit ?`,
    )
    .all(limit('probeSamples'))
  return {
    containers,
    byTag: {
      total: containers - Number(counts?.pinned ?? 0),
      rows: rows.map(({ cluster, namespace, kind, name, reference }) => ({
        workload: `${cluster}/${namespace}/${kind}/${name}`,
        reference,
      })),
    },
  }
}
