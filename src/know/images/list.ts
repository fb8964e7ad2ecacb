import { windowOf } from '../answering/index.ts'
import type { ImageSummary, Page } from '../answers.ts'
import type { Context } from '../context.ts'
import type { ListQuery } from '../knowledge.ts'
import { byText, digestOf, Top } from '../where/index.ts'
import { imageStatistics } from './statistics.ts'

/** Images with their counts; running and most affected first. */
export async function listImages(
  context: Context,
  query: ListQuery & { running?: boolean },
): Promise<Page<ImageSummary>> {
  const index = await context.index()
  const page = windowOf(query)
  const stats = await imageStatistics(context, index)
  const wanted: number[] = []
  const text = query.q?.toLowerCase()
  for (let no = 1; no <= index.imageCount; no++) {
    if (index.imageId[no] === undefined) continue
    if (query.running === true && stats.workloads[no] === 0) continue
    if (text && !index.imageName[no].toLowerCase().includes(text) && !index.imageId[no].includes(text))
      continue
    wanted.push(no)
  }
  const worst = (no: number): number =>
    stats.critical[no] * 1_000_000 + stats.high[no] * 1_000 + stats.affected[no]
  const orders: Record<string, (a: number, b: number) => number> = {
    pods: (a, b) => stats.pods[b] - stats.pods[a] || a - b,
    name: (a, b) => byText(index.imageName[a], index.imageName[b]) || a - b,
    worst: (a, b) =>
      Number(stats.workloads[b] > 0) - Number(stats.workloads[a] > 0) || worst(b) - worst(a) || a - b,
  }
  const top = new Top(page.offset + page.limit, orders[query.sort ?? 'worst'] ?? orders.worst)
  for (const no of wanted) top.offer(no, 0)
  const rows = top.first().slice(page.offset)
  return {
    total: wanted.length,
    rows: rows.map((no) => ({
      digest: digestOf(index.imageId[no]),
      id: index.imageId[no],
      reference: index.imageName[no],
      references: [],
      known: index.imageKnown[no] !== 0,
      packages: stats.packages[no],
      affected: stats.affected[no],
      fixable: stats.fixable[no],
      critical: stats.critical[no],
      high: stats.high[no],
      unknown: 0,
      workloads: stats.workloads[no],
      pods: stats.pods[no],
      clusters: stats.clusters[no],
      firstSeenAtMs: stats.firstMs[no] || null,
      lastSeenAtMs: stats.workloads[no] > 0 ? null : stats.lastMs[no] || null,
      running: stats.workloads[no] > 0,
    })),
  }
}
