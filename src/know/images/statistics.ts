import type { Context } from '../context.ts'
import { severitiesOfFindings } from '../overview.store.ts'
import type { FleetIndex } from '../where/index.ts'

interface ImageStatistics {
  packages: Uint32Array
  affected: Uint32Array
  fixable: Uint32Array
  critical: Uint32Array
  high: Uint32Array
  workloads: Uint32Array
  pods: Uint32Array
  clusters: Uint32Array
  firstMs: Float64Array
  lastMs: Float64Array
}

const statisticsOf = new WeakMap<FleetIndex, { version: number; statistics: Promise<ImageStatistics> }>()

/** Counts for every image at once, kept for one version of the index. */
export function imageStatistics(context: Context, index: FleetIndex): Promise<ImageStatistics> {
  const kept = statisticsOf.get(index)
  if (kept?.version === index.version) return kept.statistics
  const statistics = computeStatistics(context, index)
  statisticsOf.set(index, { version: index.version, statistics })
  return statistics
}

async function computeStatistics(context: Context, index: FleetIndex): Promise<ImageStatistics> {
  const size = index.imageCount + 1
  const counts = () => new Uint32Array(size)
  const statistics: ImageStatistics = {
    packages: counts(),
    affected: counts(),
    fixable: counts(),
    critical: counts(),
    high: counts(),
    workloads: counts(),
    pods: counts(),
    clusters: counts(),
    firstMs: new Float64Array(size),
    lastMs: new Float64Array(size),
  }
  const severities = await severitiesOfFindings(context.store)
  countFindings(index, severities, statistics)
  for (let no = 1; no <= index.imageCount; no++) statistics.packages[no] = index.contents(no).length
  const clusters = new Map<number, Set<number>>()
  for (let run = 1; run <= index.runCount; run++) {
    const image = index.runImage[run]
    if (image === 0) continue
    const firstMs = index.runFirstMs[run]
    if (statistics.firstMs[image] === 0 || firstMs < statistics.firstMs[image])
      statistics.firstMs[image] = firstMs
    if (index.runLastMs[run] !== 0) {
      statistics.lastMs[image] = Math.max(statistics.lastMs[image], index.runLastMs[run])
      continue
    }
    statistics.workloads[image]++
    statistics.pods[image] += index.runPods[run]
    const own = clusters.get(image) ?? new Set()
    clusters.set(image, own.add(index.workloadCluster[index.runWorkload[run]]))
  }
  for (const [image, own] of clusters) statistics.clusters[image] = own.size
  return statistics
}

/**
 * A vulnerability counts once for a package, however many records name it; here records of one package that have the
 * same severity and fix are what can be told apart without loading them all.
 */
function countFindings(
  index: FleetIndex,
  severities: ReadonlyMap<number, { severity: string }>,
  statistics: ImageStatistics,
): void {
  // By package version first: a package version has many findings and is in many images.
  const counts = () => new Uint32Array(index.packageCount + 1)
  const own = { affected: counts(), fixable: counts(), critical: counts(), high: counts() }
  for (const [advisory, { severity }] of severities) {
    const findings = index.findingsOfAdvisory.row(advisory)
    for (let at = 0; at < findings.length; at += 2) {
      const packageNo = findings[at]
      const { state, fixedIn } = index.verdicts[findings[at + 1]]
      if (state !== 'affected') continue
      own.affected[packageNo]++
      if (fixedIn !== '') own.fixable[packageNo]++
      if (severity === 'critical') own.critical[packageNo]++
      else if (severity === 'high') own.high[packageNo]++
    }
  }
  const { values, starts, counts: lengths } = index.imagesOfPackage
  for (let packageNo = 1; packageNo <= index.packageCount; packageNo++) {
    if (own.affected[packageNo] === 0) continue
    const end = starts[packageNo] + lengths[packageNo]
    for (let at = starts[packageNo]; at < end; at++) {
      const image = values[at]
      statistics.affected[image] += own.affected[packageNo]
      statistics.fixable[image] += own.fixable[packageNo]
      statistics.critical[image] += own.critical[packageNo]
      statistics.high[image] += own.high[packageNo]
    }
  }
}
