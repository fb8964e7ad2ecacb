import { AllclearError } from '../base/errors.ts'
import type { Store } from '../base/store/index.ts'
import type { WorkloadAnswer } from './live-answers.ts'

type Words = { labels: Record<string, string>; annotations: Record<string, string> }

/** Runs and pods that a workload page shows; the newest. */
const shown = 50

/** A workload by its number, with what it ran and its namespace's words. */
export async function readWorkload(
  store: Store,
  no: number,
): Promise<
  Omit<WorkloadAnswer, 'id' | 'facts' | 'runs'> & {
    ofNamespace: Words
    /** Each with the number of its image; 0 when it leads to none. */
    runs: (Omit<WorkloadAnswer['runs'][number], 'findings'> & { imageNo: number })[]
  }
> {
  const row = await store
    .prepare<{
      cluster: string
      cluster_no: number
      namespace: string
      kind: string
      name: string
      owner: string | null
      service_account: string | null
      replicas: number | null
      labels: string
      annotations: string
      first_seen_at: number
      last_seen_at: number | null
    }>(
      `select c.name as cluster, w.cluster_no as cluster_no, w.namespace as namespace, w.kind as kind, w.name as name, owner,
              service_account, replicas, labels, annotations, w.first_seen_at as first_seen_at, w.last_seen_at as last_seen_at
       from workload w join cluster c on c.no = w.cluster_no where w.no = ?`,
    )
    .get(no)
  if (row === undefined)
    throw new AllclearError('not-found', {
      message: 'The workload is no longer there.',
      next: 'Ask again.',
    })
  const namespace = await store
    .prepare<{ labels: string; annotations: string }>(
      'select labels, annotations from namespace where cluster_no = ? and name = ?',
    )
    .get(row.cluster_no, row.namespace)
  const runs = await store
    .prepare<{
      container: string
      container_kind: string
      reference: string
      id: string | null
      image_no: number | null
      pods: number
      first_seen_at: number
      last_seen_at: number | null
    }>(
      `select container, container_kind, reference, image.id as id, image_no, pods, run.first_seen_at as first_seen_at, run.last_seen_at as last_seen_at
       from run left join image on image.no = run.image_no where workload_no = ?
       order by run.last_seen_at is not null, run.first_seen_at desc, run.no desc limit ?`,
    )
    .all(no, shown)
  const pods = await store
    .prepare<{
      no: number
      uid: string
      name: string
      node: string | null
      phase: string
      first_seen_at: number
      last_seen_at: number | null
    }>(
      `select p.no as no, uid, p.name as name, n.name as node, phase, p.first_seen_at as first_seen_at, p.last_seen_at as last_seen_at
       from pod p left join node n on n.no = p.node_no where workload_no = ?
       order by p.last_seen_at is not null, p.first_seen_at desc, p.no desc limit ?`,
    )
    .all(no, shown)
  const addresses = store.prepare<{ address: string; first_seen_at: number; last_seen_at: number | null }>(
    'select address, first_seen_at, last_seen_at from pod_address where pod_no = ? order by first_seen_at, address',
  )
  const addressesOf = new Map<number, WorkloadAnswer['pods'][number]['addresses']>()
  for (const pod of pods)
    addressesOf.set(
      pod.no,
      (await addresses.all(pod.no)).map(({ address, first_seen_at, last_seen_at }) => ({
        address,
        firstSeenAtMs: first_seen_at,
        lastSeenAtMs: last_seen_at,
      })),
    )
  const count = async (table: 'run' | 'pod'): Promise<number> => {
    const counted = await store
      .prepare<{ n: number }>(`select count(*) as n from ${table} where workload_no = ?`)
      .get(no)
    return Number(counted?.n ?? 0)
  }
  return {
    cluster: row.cluster,
    namespace: row.namespace,
    kind: row.kind,
    name: row.name,
    owner: row.owner,
    serviceAccount: row.service_account,
    replicas: row.replicas,
    labels: JSON.parse(row.labels) as Record<string, string>,
    annotations: JSON.parse(row.annotations) as Record<string, string>,
    firstSeenAtMs: row.first_seen_at,
    lastSeenAtMs: row.last_seen_at,
    runs: runs.map((run) => ({
      container: run.container,
      kind: run.container_kind,
      reference: run.reference,
      digest: run.id?.startsWith('sha256:') ? run.id : null,
      image: run.id,
      imageNo: run.image_no ?? 0,
      pods: run.pods,
      firstSeenAtMs: run.first_seen_at,
      lastSeenAtMs: run.last_seen_at,
    })),
    runsTotal: await count('run'),
    podsTotal: await count('pod'),
    pods: pods.map((pod) => ({
      uid: pod.uid,
      name: pod.name,
      node: pod.node,
      phase: pod.phase,
      addresses: addressesOf.get(pod.no) ?? [],
      firstSeenAtMs: pod.first_seen_at,
      lastSeenAtMs: pod.last_seen_at,
    })),
    ofNamespace: {
      labels: namespace === undefined ? {} : (JSON.parse(namespace.labels) as Record<string, string>),
      annotations:
        namespace === undefined ? {} : (JSON.parse(namespace.annotations) as Record<string, string>),
    },
  }
}
