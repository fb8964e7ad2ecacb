import type { CveAnswer } from '../answers.ts'
import type { VerdictOf } from './pages.ts'
import { type Reach, running } from './reach.ts'
import { byText } from './top.ts'

const fixesListed = 500

/** Grouped by what fixes it: one row for each package and fixed version, with the images and workloads that need it. */
export function fixRows(reach: Reach, verdictOf: VerdictOf): CveAnswer['fixes'] {
  const { index } = reach
  const groups = new Map<string, { row: CveAnswer['fixes'][number]; packages: number[] }>()
  for (const no of reach.packages) {
    const { fixedIn, fixState } = verdictOf(no)
    const { name, sourceName, ecosystem } = index.package(no)
    const fixed = sourceName || name
    const key = `${ecosystem}\n${fixed}\n${fixedIn}\n${fixState}`
    const group = groups.get(key)
    if (group) group.packages.push(no)
    else
      groups.set(key, {
        row: { package: fixed, ecosystem, fixedIn, fixState, images: 0, workloads: 0 },
        packages: [no],
      })
  }
  const rows: CveAnswer['fixes'] = []
  // One fix for all is the usual case: it is needed by everything that was counted.
  if (groups.size === 1)
    for (const { row } of groups.values())
      rows.push({ ...row, images: reach.imageCount, workloads: reach.running.workloads })
  if (groups.size <= 1) return rows.filter(({ images }) => images > 0)
  const imageOf = new Uint32Array(index.imageCount + 1)
  const workloadOf = new Uint32Array(index.workloadCount + 1)
  let stamp = 0
  for (const { row, packages } of groups.values()) {
    stamp++
    let runs = 0
    for (const no of packages)
      for (const image of index.imagesOfPackage.row(no)) {
        if (reach.hasImage[image] === 0 || imageOf[image] === stamp) continue
        imageOf[image] = stamp
        row.images++
        runs += index.runningOfImage.counts[image]
      }
    if (row.images === 0) continue
    row.workloads =
      row.images === reach.imageCount
        ? reach.running.workloads
        : reach.isMuch(runs)
          ? workloadsInOrder(reach, imageOf, workloadOf, stamp)
          : workloadsOfImages(reach, packages, imageOf, workloadOf, stamp)
    rows.push(row)
  }
  return rows
    .sort(
      (a, b) =>
        b.workloads - a.workloads ||
        b.images - a.images ||
        byText(a.package, b.package) ||
        byText(a.ecosystem, b.ecosystem) ||
        byText(a.fixedIn, b.fixedIn),
    )
    .slice(0, fixesListed)
}

/** Workloads that run one of the images that carry the stamp: all that runs is read in order (see `Reach`). */
function workloadsInOrder(
  { index, workloadState }: Reach,
  imageOf: Uint32Array,
  workloadOf: Uint32Array,
  stamp: number,
): number {
  const { values, starts, counts, width } = index.runsOfCluster
  let count = 0
  for (let cluster = 1; cluster < counts.length; cluster++) {
    const end = starts[cluster] + counts[cluster] * width
    for (let at = starts[cluster]; at < end; at += width) {
      if (imageOf[values[at + 1]] !== stamp) continue
      const workload = values[at + 2]
      if (workloadOf[workload] === stamp || workloadState[workload] < running) continue
      workloadOf[workload] = stamp
      count++
    }
  }
  return count
}

/** … image by image, for a few. Each image that was looked at loses its stamp. */
function workloadsOfImages(
  { index, workloadState }: Reach,
  packages: readonly number[],
  imageOf: Uint32Array,
  workloadOf: Uint32Array,
  stamp: number,
): number {
  const { values, starts, counts } = index.runningOfImage
  let count = 0
  for (const no of packages)
    for (const image of index.imagesOfPackage.row(no)) {
      if (imageOf[image] !== stamp) continue
      imageOf[image] = 0
      const end = starts[image] + counts[image]
      for (let at = starts[image]; at < end; at++) {
        const workload = index.runWorkload[values[at]]
        if (workloadOf[workload] === stamp || workloadState[workload] < running) continue
        workloadOf[workload] = stamp
        count++
      }
    }
  return count
}
