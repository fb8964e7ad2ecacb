import { limit } from '../../base/limits.ts'
import type { Coverage } from '../answers.ts'
import type { FleetIndex } from './fleet-index.ts'
import { byText, Top } from './top.ts'

/** What coverage needs beside the fleet. */
export interface CoverageInputs {
  /** Ecosystems (with release) that some advisory names. */
  covered: ReadonlySet<string>
  feeds: Coverage['feeds']
}

const unknownImagesListed = 50
/** A cluster whose last snapshot is older is named: what it runs may have changed since. */
const silentAfterMs = 24 * 60 * 60 * 1000

/**
 * The coverage of the fleet, put together once for each version of the index and of the advisories: from counts that the
 * index keeps and one look at each image.
 */
export class CoverageMeter {
  #version = -1
  #inputs: CoverageInputs | null = null
  #coverage: Coverage | null = null

  of(index: FleetIndex, inputs: CoverageInputs, nowMs: number): Coverage {
    if (this.#coverage === null || this.#version !== index.version || this.#inputs !== inputs) {
      this.#coverage = compute(index, inputs)
      this.#version = index.version
      this.#inputs = inputs
    }
    return { ...this.#coverage, atMs: nowMs, clusters: clustersOf(index, nowMs) }
  }
}

function compute(index: FleetIndex, { covered, feeds }: CoverageInputs): Coverage {
  const images = { running: 0, known: 0, partly: 0, oldestManifestAtMs: null as number | null }
  const pods = new Map<number, number>()
  const unknown = new Top(
    unknownImagesListed,
    (a, b) => byText(index.imageName[a], index.imageName[b]) || a - b,
  )
  const { counts } = index.runningOfImage
  for (let no = 1; no <= index.imageCount; no++) {
    if (counts[no] === 0) continue
    images.running++
    if (index.imageKnown[no] === 0) {
      const own = podsOfRuns(index, index.runningOfImage.row(no))
      pods.set(no, own)
      unknown.offer(no, own)
      continue
    }
    images.known++
    if (index.imageKnown[no] === 2) images.partly++
    const atMs = index.imageDocumentAtMs[no]
    if (images.oldestManifestAtMs === null || atMs < images.oldestManifestAtMs)
      images.oldestManifestAtMs = atMs
  }
  const unresolved = unresolvedReferences(index)
  const packages = index.packageTally.coverage(covered, images.running > 0 ? 'running' : 'all')
  images.running += unresolved.length
  return {
    atMs: 0,
    images,
    packages,
    clusters: { total: 0, notSeen: [] },
    feeds,
    unknownImages: [
      ...unknown.first().map((no) => ({
        reference: index.imageName[no],
        digest: digestOf(index.imageId[no]),
        pods: pods.get(no) ?? 0,
        workloads: counts[no],
        reason: 'no SBOM for this digest',
      })),
      ...unresolved,
    ]
      .sort((a, b) => b.pods - a.pods || byText(a.reference, b.reference))
      .slice(0, unknownImagesListed),
  }
}

/** What runs under a name that no document and no digest explains: each reference is one image. */
function unresolvedReferences(index: FleetIndex): Coverage['unknownImages'] {
  const runsOf = new Map<number, number[]>()
  for (const run of index.runningOfImage.row(0)) {
    const runs = runsOf.get(index.runReference[run])
    if (runs) runs.push(run)
    else runsOf.set(index.runReference[run], [run])
  }
  return [...runsOf].map(([reference, runs]) => ({
    reference: index.names.text(reference),
    digest: null,
    pods: podsOfRuns(index, runs),
    workloads: runs.length,
    reason: 'no digest known, and no SBOM names this reference',
  }))
}

function podsOfRuns(index: FleetIndex, runs: Iterable<number>): number {
  let pods = 0
  for (const run of runs) pods += index.runPods[run]
  return pods
}

function clustersOf(index: FleetIndex, nowMs: number): Coverage['clusters'] {
  const notSeen: Coverage['clusters']['notSeen'] = []
  let total = 0
  index.clusterName.forEach((name, no) => {
    const source = index.clusterSource[no]
    if (source === 'removed') return
    total++
    const lastSeenAtMs = index.clusterLastSeenMs[no]
    // A watched cluster tells within seconds; a dump is as old as its import.
    if (nowMs - lastSeenAtMs > (source === 'live' ? limit('liveSilentMs') : silentAfterMs))
      notSeen.push({ name, lastSeenAtMs: lastSeenAtMs || null })
  })
  return { total, notSeen: notSeen.sort((a, b) => (a.lastSeenAtMs ?? 0) - (b.lastSeenAtMs ?? 0)) }
}

export function digestOf(id: string): string | null {
  return id.startsWith('sha256:') ? id : null
}
