import type { Transaction, Value } from '../../base/store/index.ts'

/** An object as it is now; null when it is gone. */
export interface ObjectChange {
  resource: string
  namespace: string
  name: string
  object: { uid: string; body: unknown } | null
}

/**
 * Writes kept objects as intervals: a change of what is kept closes a row and opens one. Returns the resources of which
 * something is different.
 */
export async function writeObjects(
  transaction: Transaction,
  clusterNo: number,
  changes: Iterable<ObjectChange>,
  atMs: number,
): Promise<Set<string>> {
  const find = transaction.prepare<{ no: number; uid: string; body: string }>(
    `select no, uid, body from cluster_object
     where cluster_no = ? and resource = ? and namespace = ? and name = ? and last_seen_at is null`,
  )
  const close = transaction.prepare('update cluster_object set last_seen_at = ? where no = ?')
  const touched = new Set<string>()
  const rows: Value[][] = []
  for (const { resource, namespace, name, object } of changes) {
    const stored = await find.get(clusterNo, resource, namespace, name)
    const body = object === null ? '' : JSON.stringify(object.body)
    // Most updates concern what is not kept.
    if (stored && object !== null && stored.uid === object.uid && stored.body === body) continue
    if (stored) await close.run(atMs, stored.no)
    if (stored || object !== null) touched.add(resource)
    if (object === null) continue
    const no = await transaction.nextNumbers('cluster_object', 1)
    rows.push([no, clusterNo, resource, namespace, name, object.uid, body, atMs, null])
  }
  await transaction.insert(
    'cluster_object',
    ['no', 'cluster_no', 'resource', 'namespace', 'name', 'uid', 'body', 'first_seen_at', 'last_seen_at'],
    rows,
  )
  return touched
}

/** Names of the objects of a resource that the store believes to be there. */
export function namesOfObjects(
  transaction: Transaction,
  clusterNo: number,
  resource: string,
): Promise<{ namespace: string; name: string }[]> {
  return transaction
    .prepare<{ namespace: string; name: string }>(
      'select namespace, name from cluster_object where cluster_no = ? and resource = ? and last_seen_at is null',
    )
    .all(clusterNo, resource)
}

/** Resources of which the store believes that something is there. */
export async function resourcesOfObjects(transaction: Transaction, clusterNo: number): Promise<string[]> {
  const rows = await transaction
    .prepare<{ resource: string }>(
      'select distinct resource from cluster_object where cluster_no = ? and last_seen_at is null',
    )
    .all(clusterNo)
  return rows.map(({ resource }) => resource)
}
