import type { Store } from '../../../base/store/index.ts'
import type { PodShape } from '../../fleet/index.ts'

/** A workload and one shape of the pods that it has, or of its template while it has none. */
export interface ShapedWorkload {
  /** `CLUSTER/NAMESPACE/KIND/NAME` */
  id: string
  shape: PodShape
}

export interface ShapedFleet {
  workloads: ShapedWorkload[]
  /** Workloads of which no shape is kept. */
  unknown: string[]
}

/** Every workload that is there with the shapes of its pods; a shape that many share is read once. */
export async function readShapes(store: Store): Promise<ShapedFleet> {
  const shapes = new Map(
    (await store.prepare<{ no: number; body: string }>('select no, body from pod_shape').all()).map(
      ({ no, body }) => [no, JSON.parse(body) as PodShape],
    ),
  )
  const rows = await store
    .prepare<{ cluster: string; namespace: string; kind: string; name: string; shape_no: number | null }>(
      `select distinct c.name as cluster, w.namespace as namespace, w.kind as kind, w.name as name,
         coalesce(p.shape_no, w.shape_no) as shape_no
       from workload w join cluster c on c.no = w.cluster_no
       left join pod p on p.workload_no = w.no and p.last_seen_at is null
       where w.last_seen_at is null order by 1, 2, 3, 4`,
    )
    .all()
  const fleet: ShapedFleet = { workloads: [], unknown: [] }
  for (const { cluster, namespace, kind, name, shape_no } of rows) {
    const id = `${cluster}/${namespace}/${kind}/${name}`
    const shape = shape_no === null ? undefined : shapes.get(shape_no)
    if (shape === undefined) fleet.unknown.push(id)
    else fleet.workloads.push({ id, shape })
  }
  return fleet
}
