import type { Store } from '../../base/store/index.ts'
import type { Channel, DeclaredSoftware } from './answers.ts'

/** What runs in a workload, as it is declared. */
export interface RunningWorkload {
  no: number
  namespace: string
  kind: string
  name: string
  owner: string | null
  labels: Record<string, string>
  references: string[]
}

/** The workloads of a cluster that are there, with the references of what they run now. */
export async function readWorkloads(store: Store, clusterNo: number): Promise<RunningWorkload[]> {
  const workloads = await store
    .prepare<{
      no: number
      namespace: string
      kind: string
      name: string
      owner: string | null
      labels: string
    }>(
      'select no, namespace, kind, name, owner, labels from workload where cluster_no = ? and last_seen_at is null order by no',
    )
    .all(clusterNo)
  const runs = await store
    .prepare<{ workload_no: number; reference: string }>(
      `select distinct r.workload_no as workload_no, r.reference as reference
       from run r join workload w on w.no = r.workload_no
       where w.cluster_no = ? and r.last_seen_at is null order by r.workload_no, r.reference`,
    )
    .all(clusterNo)
  const references = Map.groupBy(runs, ({ workload_no }) => workload_no)
  return workloads.map(({ labels, ...workload }) => ({
    ...workload,
    labels: JSON.parse(labels) as Record<string, string>,
    references: (references.get(workload.no) ?? []).map(({ reference }) => reference),
  }))
}

interface DeclaredRow {
  name: string
  supplier: string
  version: string | null
  hosts: number | null
  places: string
  access: string
  channel: string
  pushed_by: string | null
  note: string | null
  declared_at: number
  declared_by: string
}

export async function listDeclared(store: Store): Promise<DeclaredSoftware[]> {
  const rows = await store.prepare<DeclaredRow>('select * from declared_software order by name').all()
  return rows.map((row) => ({
    name: row.name,
    supplier: row.supplier,
    version: row.version,
    hosts: row.hosts,
    places: JSON.parse(row.places) as string[],
    access: row.access as DeclaredSoftware['access'],
    channel: row.channel as Channel,
    pushedBy: row.pushed_by,
    note: row.note,
    declaredAtMs: row.declared_at,
    declaredBy: row.declared_by,
  }))
}

export async function saveDeclared(store: Store, software: DeclaredSoftware): Promise<void> {
  await store.transaction(async (transaction) => {
    await transaction.prepare('delete from declared_software where name = ?').run(software.name)
    await transaction.insert(
      'declared_software',
      [
        'name',
        'supplier',
        'version',
        'hosts',
        'places',
        'access',
        'channel',
        'pushed_by',
        'note',
        'declared_at',
        'declared_by',
      ],
      [
        [
          software.name,
          software.supplier,
          software.version,
          software.hosts,
          JSON.stringify(software.places),
          software.access,
          software.channel,
          software.pushedBy,
          software.note,
          software.declaredAtMs,
          software.declaredBy,
        ],
      ],
    )
  })
}

/** Whether there was such a declaration. */
export async function removeDeclared(store: Store, name: string): Promise<boolean> {
  return store.transaction(
    async (transaction) =>
      (await transaction.prepare('delete from declared_software where name = ?').run(name)) > 0,
  )
}
