import type { Store, Value } from '../../base/store/index.ts'
import { keptResource, type ManifestObject, type PlacedObject, type PodShape } from '../fleet/index.ts'
import type { OwnedPod } from '../reach/index.ts'

/** A moment of the past, epoch ms; null is now. */
export type Moment = number | null

/** What of a cluster's objects reachability, privileges and the register of software are read from. */
export const postureResources: readonly string[] = [
  'serviceaccounts',
  'services',
  'ingresses.networking.k8s.io',
  'gateways.gateway.networking.k8s.io',
  'httproutes.gateway.networking.k8s.io',
  'grpcroutes.gateway.networking.k8s.io',
  'referencegrants.gateway.networking.k8s.io',
  'networkpolicies.networking.k8s.io',
  'adminnetworkpolicies.policy.networking.k8s.io',
  'baselineadminnetworkpolicies.policy.networking.k8s.io',
  'clusternetworkpolicies.policy.networking.k8s.io',
  'roles.rbac.authorization.k8s.io',
  'rolebindings.rbac.authorization.k8s.io',
  'clusterroles.rbac.authorization.k8s.io',
  'clusterrolebindings.rbac.authorization.k8s.io',
  'validatingwebhookconfigurations.admissionregistration.k8s.io',
  'mutatingwebhookconfigurations.admissionregistration.k8s.io',
  'customresourcedefinitions.apiextensions.k8s.io',
  'priorityclasses.scheduling.k8s.io',
]

/** The kept objects of one resource, as objects again. */
export async function readObjectsOf(
  store: Store,
  clusterNo: number,
  resource: string,
  atMs: Moment,
): Promise<PlacedObject[]> {
  const description = keptResource(resource)
  if (description === null) throw new Error(`${resource} is not kept`)
  const rows = await store
    .prepare<{ namespace: string; name: string; uid: string; body: string }>(
      `select namespace, name, uid, body from cluster_object
       where cluster_no = ? and resource = ? and ${within(atMs)} order by namespace, name`,
    )
    .all(clusterNo, resource, ...moments(atMs))
  const { kind, apiVersion } = description
  return rows.map(({ namespace, name, uid, body }) => {
    const { labels, annotations, ...members } = JSON.parse(body) as Record<string, unknown>
    const metadata = { name, ...(namespace === '' ? {} : { namespace }), uid, labels, annotations }
    return {
      object: { apiVersion, kind, metadata, ...members } as unknown as ManifestObject,
      where: namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`,
    }
  })
}

/** Namespaces have no history: what is known of them is how they are now. */
export async function readNamespaces(store: Store, clusterNo: number): Promise<PlacedObject[]> {
  const rows = await store
    .prepare<{ name: string; labels: string; annotations: string }>(
      'select name, labels, annotations from namespace where cluster_no = ? order by name',
    )
    .all(clusterNo)
  return rows.map(({ name, labels, annotations }) => ({
    object: {
      kind: 'Namespace',
      metadata: {
        name,
        labels: JSON.parse(labels) as Record<string, string>,
        annotations: JSON.parse(annotations) as Record<string, string>,
      },
    },
    where: `Namespace ${name}`,
  }))
}

export async function readNodeNames(store: Store, clusterNo: number, atMs: Moment): Promise<PlacedObject[]> {
  const rows = await store
    .prepare<{ name: string }>(`select name from node where cluster_no = ? and ${within(atMs)} order by name`)
    .all(clusterNo, ...moments(atMs))
  return rows.map(({ name }) => ({ object: { kind: 'Node', metadata: { name } }, where: `Node ${name}` }))
}

/** Pods of one workload that are alike, with the number of the workload. */
export interface ShapedPods extends OwnedPod {
  workloadNo: number
}

export interface ReadPods {
  pods: ShapedPods[]
  /** Numbers of workloads with pods of which no shape is kept. */
  unknown: Set<number>
}

/**
 * The pods of a cluster by workload and shape, with their nodes; of a workload without pods what its template says.
 * `shapeOf` reads a shape that it has not read before.
 */
export async function readPods(
  store: Store,
  clusterNo: number,
  atMs: Moment,
  shapeOf: (no: number) => Promise<PodShape>,
): Promise<ReadPods> {
  const workloads = await store
    .prepare<{ no: number; namespace: string; kind: string; name: string; shape_no: number | null }>(
      `select no, namespace, kind, name, shape_no from workload where cluster_no = ? and ${within(atMs)} order by no`,
    )
    .all(clusterNo, ...moments(atMs))
  const groups = await store
    .prepare<{ workload_no: number; shape_no: number | null; node: string | null; pods: number }>(
      `select p.workload_no as workload_no, p.shape_no as shape_no, n.name as node, count(*) as pods
       from pod p left join node n on n.no = p.node_no
       where p.cluster_no = ? and ${within(atMs, 'p.')}
       group by p.workload_no, p.shape_no, n.name order by p.workload_no, p.shape_no, n.name`,
    )
    .all(clusterNo, ...moments(atMs))
  const byWorkload = new Map<number, Map<number, { pods: number; nodes: string[] }>>()
  const unknown = new Set<number>()
  for (const { workload_no, shape_no, node, pods } of groups) {
    if (shape_no === null) {
      unknown.add(workload_no)
      continue
    }
    const shapes = byWorkload.get(workload_no) ?? new Map<number, { pods: number; nodes: string[] }>()
    byWorkload.set(workload_no, shapes)
    const group = shapes.get(shape_no) ?? { pods: 0, nodes: [] }
    shapes.set(shape_no, group)
    group.pods += Number(pods)
    if (node !== null) group.nodes.push(node)
  }
  const found: ShapedPods[] = []
  for (const { no, namespace, kind, name, shape_no } of workloads) {
    const owner = { workloadNo: no, namespace, kind, name }
    const shapes = byWorkload.get(no)
    for (const [shape, { pods, nodes }] of shapes ?? [])
      found.push({ ...owner, template: templateOf(await shapeOf(shape)), runs: true, pods, nodes })
    if (shapes !== undefined || unknown.has(no)) continue
    if (shape_no === null) unknown.add(no)
    else
      found.push({ ...owner, template: templateOf(await shapeOf(shape_no)), runs: false, pods: 0, nodes: [] })
  }
  return { pods: found, unknown }
}

export async function readShape(store: Store, no: number): Promise<PodShape> {
  const row = await store.prepare<{ body: string }>('select body from pod_shape where no = ?').get(no)
  return row === undefined ? { labels: {}, annotations: {}, spec: {} } : (JSON.parse(row.body) as PodShape)
}

function templateOf({ labels, annotations, spec }: PodShape): OwnedPod['template'] {
  return { labels: new Map(Object.entries(labels)), annotations, spec }
}

function within(atMs: Moment, prefix = ''): string {
  return atMs === null
    ? `${prefix}last_seen_at is null`
    : `${prefix}first_seen_at <= ? and (${prefix}last_seen_at is null or ${prefix}last_seen_at > ?)`
}

function moments(atMs: Moment): Value[] {
  return atMs === null ? [] : [atMs, atMs]
}
