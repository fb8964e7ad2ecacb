import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'
import type { KubeObject } from '../../../base/kube/index.ts'
import { limit } from '../../../base/limits.ts'
import { program } from '../../../base/program.ts'
import type { Store } from '../../../base/store/index.ts'
import { takeTurn } from '../../../base/turn.ts'
import { watchedResources } from './resources.ts'

/** A resource of a cluster as it was at one resource version. */
export interface ResourceCheckpoint {
  resource: string
  resourceVersion: string
  /** When its last complete list had ended, epoch ms. */
  syncedAtMs: number
  objects: readonly KubeObject[]
}

/** A cluster as a view had it at one moment, all of which is in the store. */
export interface ClusterCheckpoint {
  /** UID of the namespace kube-system, which a cluster keeps for life. */
  identity: string
  resources: readonly ResourceCheckpoint[]
}

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** Objects are what our own projection made of them: another version of the program may have kept other members. */
const form = createHash('sha256')
  .update(program.version)
  .update(JSON.stringify(watchedResources.map(({ id, version, shape }) => [id, version, shape])))
  .digest('base64url')

/** Replaces the checkpoint of a cluster, whole or not at all. */
export async function saveCheckpoint(
  store: Store,
  clusterNo: number,
  { identity, resources }: ClusterCheckpoint,
): Promise<void> {
  const rows: [number, string, string, string, string, number, Uint8Array][] = []
  for (const { resource, resourceVersion, syncedAtMs, objects } of resources)
    rows.push([clusterNo, resource, identity, form, resourceVersion, syncedAtMs, await packObjects(objects)])
  await store.transaction(
    async (transaction) => {
      await transaction.prepare('delete from cluster_checkpoint where cluster_no = ?').run(clusterNo)
      await transaction.insert(
        'cluster_checkpoint',
        ['cluster_no', 'resource', 'identity', 'form', 'resource_version', 'synced_at', 'objects'],
        rows,
      )
    },
    { mode: 'bulk' },
  )
}

/** `null` when there is none that this program can read. */
export async function loadCheckpoint(store: Store, clusterNo: number): Promise<ClusterCheckpoint | null> {
  const rows = await store
    .prepare<{
      resource: string
      identity: string
      resource_version: string
      synced_at: number
      objects: Uint8Array
    }>(
      'select resource, identity, resource_version, synced_at, objects from cluster_checkpoint where cluster_no = ? and form = ?',
    )
    .all(clusterNo, form)
  if (rows.length === 0) return null
  const resources: ResourceCheckpoint[] = []
  for (const row of rows)
    resources.push({
      resource: row.resource,
      resourceVersion: row.resource_version,
      syncedAtMs: row.synced_at,
      objects: await unpackObjects(row.objects),
    })
  return { identity: rows[0].identity, resources }
}

/** Twenty thousand pods are tens of megabytes: put into text with turns between, compressed in a thread. */
async function packObjects(objects: readonly KubeObject[]): Promise<Uint8Array> {
  const parts: string[] = []
  for (const object of objects) {
    parts.push(JSON.stringify(object))
    await takeTurn()
  }
  return compress(`[${parts.join(',\n')}]`, { params: { [constants.ZSTD_c_compressionLevel]: 1 } })
}

async function unpackObjects(bytes: Uint8Array): Promise<KubeObject[]> {
  const text = (await decompress(bytes, { maxOutputLength: limit('documentBytes') })).toString('utf8')
  const objects: KubeObject[] = []
  // An object is a line: JSON has no line ends of its own within one.
  for (const line of text.slice(1, -1).split(',\n')) {
    if (line !== '') objects.push(JSON.parse(line) as KubeObject)
    await takeTurn()
  }
  return objects
}
