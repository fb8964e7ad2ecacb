import { AllclearError } from '../base/errors.ts'
import { windowOf } from './answering/index.ts'
import type { Page } from './answers.ts'
import { listNodes } from './cluster.store.ts'
import type { Context } from './context.ts'
import { imageStatistics } from './images/index.ts'
import type { ListQuery } from './knowledge.ts'
import type { ClusterNodeRow, ClusterWorkloadRow } from './live-answers.ts'
import { byText, type FleetIndex } from './where/index.ts'

/**
 * What runs in a cluster now: the most critical findings first, then high ones, then any, then
 * by name. `q` is a part of `NAMESPACE/KIND/NAME` or of the owner. Throws `not-found`.
 */
export async function listClusterWorkloads(
  context: Context,
  name: string,
  query: ListQuery = {},
): Promise<Page<ClusterWorkloadRow>> {
  const index = await context.index()
  const statistics = await imageStatistics(context, index)
  const cluster = clusterNumber(index, name)
  const text = query.q?.toLowerCase() ?? ''
  const rows: ClusterWorkloadRow[] = []
  for (let no = 1; no <= index.workloadCount; no++) {
    if (index.workloadCluster[no] !== cluster || index.workloadGone[no] !== 0) continue
    const { names } = index
    const owner = names.text(index.workloadOwner[no])
    const id = index.workloadId(no)
    if (text !== '' && !`${id.slice(name.length + 1)} ${owner}`.toLowerCase().includes(text)) continue
    const row: ClusterWorkloadRow = {
      id,
      namespace: names.text(index.workloadNamespace[no]),
      kind: names.text(index.workloadKind[no]),
      name: names.text(index.workloadName[no]),
      owner: owner === '' ? null : owner,
      pods: 0,
      images: 0,
      imagesUnknown: 0,
      affected: 0,
      critical: 0,
      high: 0,
    }
    const images = new Set<number>()
    for (const run of index.runsOfWorkload.row(no)) {
      if (index.runLastMs[run] !== 0) continue
      // A pod runs all containers of its workload: the most pods of one are the pods of all.
      row.pods = Math.max(row.pods, index.runPods[run])
      const image = index.runImage[run]
      // Each reference that leads to no image is an image that nobody knows.
      if (image === 0) row.imagesUnknown++
      else images.add(image)
    }
    row.images = images.size + row.imagesUnknown
    for (const image of images) {
      if (index.imageKnown[image] === 0) row.imagesUnknown++
      row.affected += statistics.affected[image]
      row.critical += statistics.critical[image]
      row.high += statistics.high[image]
    }
    rows.push(row)
  }
  rows.sort(
    (a, b) => b.critical - a.critical || b.high - a.high || b.affected - a.affected || byText(a.id, b.id),
  )
  const { limit, offset } = windowOf(query)
  return { total: rows.length, rows: rows.slice(offset, offset + limit) }
}

/** The nodes of a cluster that are there, by name; `q` is a part of it. Throws `not-found`. */
export async function listClusterNodes(
  context: Context,
  name: string,
  query: ListQuery = {},
): Promise<Page<ClusterNodeRow>> {
  const cluster = clusterNumber(await context.index(), name)
  return listNodes(context.store, cluster, { text: query.q ?? '', ...windowOf(query) })
}

function clusterNumber(index: FleetIndex, name: string): number {
  const no = index.clusterName.indexOf(name)
  if (no > 0 && index.clusterSource[no] !== 'removed') return no
  throw new AllclearError('not-found', {
    message: `There is no cluster ${name}.`,
    next: 'List them with `allclear cluster list`.',
  })
}
