import type { Store, Transaction } from '../../../base/store/index.ts'

/**
 * Which of several processes on one database watches a cluster. Whoever holds the lease renews it well before it ends;
 * one that dies stops renewing, and another takes over when it has ended.
 *
 * @returns whether `holder` has the lease now, for `ms` from now.
 */
export async function holdLease(
  store: Store,
  { clusterNo, holder, nowMs, ms }: { clusterNo: number; holder: string; nowMs: number; ms: number },
): Promise<boolean> {
  return store.transaction(async (transaction) => {
    const atMs = store.engine === 'postgres' ? await clockOf(transaction) : nowMs
    const changed = await transaction
      .prepare(
        `insert into watch_lease (cluster_no, holder, until) values (?, ?, ?)
         on conflict (cluster_no) do update set holder = excluded.holder, until = excluded.until
         where watch_lease.holder = excluded.holder or watch_lease.until < ?`,
      )
      .run(clusterNo, holder, atMs + ms, atMs)
    return changed > 0
  })
}

/** Changes with every batch that any process writes of any cluster. */
export async function fleetRevision(store: Store): Promise<string> {
  const row = await store
    .prepare<{ changes: number; seen: number }>(
      'select (select coalesce(max(seq), 0) from change) as changes, (select coalesce(sum(last_seen_at), 0) from cluster) as seen',
    )
    .get()
  return `${row!.changes} ${row!.seen}`
}

/** One clock for all who share a database: those of machines differ. */
async function clockOf(transaction: Transaction): Promise<number> {
  const row = await transaction
    .prepare<{ now: number }>('select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now')
    .get()
  return row!.now
}

/** Gives the lease back, so that nobody has to wait for its end. */
export async function releaseLease(store: Store, clusterNo: number, holder: string): Promise<void> {
  await store.transaction(async (transaction) => {
    await transaction
      .prepare('delete from watch_lease where cluster_no = ? and holder = ?')
      .run(clusterNo, holder)
  })
}
