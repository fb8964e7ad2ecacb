import type { Coverage } from '../answers.ts'
import { compareVersions, schemeForEcosystem } from '../versions/index.ts'
import { unjudged } from '../matching/index.ts'
import type { FleetIndex } from './fleet-index.ts'

/** What coverage needs beside the fleet. */
export interface CoverageInputs {
  /** Ecosystems (with release) that some advisory names. */
  covered: ReadonlySet<string>
  feeds: Coverage['feeds']
}

const unknownImagesListed = 50
const ecosystemsListed = 30
/** A cluster whose last snapshot is older is named: what it runs may have changed since. */
const silentAfterMs = 24 * 60 * 60 * 1000

/** Computes the coverage of the fleet once for each version of the index and of the advisories. */
export class CoverageMeter {
  #version = -1
  #inputs: CoverageInputs | null = null
  #coverage: Coverage | null = null
  /** Packages that cannot be ordered, or are of an uncovered ecosystem, by number; filled with the coverage. */
  #atMs = 0

  of(index: FleetIndex, inputs: CoverageInputs, nowMs: number): Coverage {
    if (this.#coverage === null || this.#version !== index.version || this.#inputs !== inputs) {
      this.#coverage = compute(index, inputs)
      this.#version = index.version
      this.#inputs = inputs
    }
    this.#atMs = nowMs
    return { ...this.#coverage, atMs: nowMs, clusters: clustersOf(index, this.#atMs) }
  }
}

function compute(index: FleetIndex, { covered, feeds }: CoverageInputs): Coverage {
  const running = new Uint8Array(index.imageCount + 1)
  const pods = new Float64Array(index.imageCount + 1)
  const workloads = new Uint32Array(index.imageCount + 1)
  const unresolved = new Map<number, { pods: number; workloads: number }>()
  for (let run = 1; run <= index.runCount; run++) {
    if (index.runLastMs[run] !== 0 || index.runWorkload[run] === 0) continue
    const image = index.runImage[run]
    if (image === 0) {
      const entry = unresolved.get(index.runReference[run]) ?? { pods: 0, workloads: 0 }
      entry.pods += index.runPods[run]
      entry.workloads++
      unresolved.set(index.runReference[run], entry)
      continue
    }
    running[image] = 1
    pods[image] += index.runPods[run]
    workloads[image]++
  }
  const images = { running: unresolved.size, known: 0, partly: 0, oldestManifestAtMs: null as number | null }
  const unknown: Coverage['unknownImages'] = []
  for (let no = 1; no <= index.imageCount; no++) {
    if (running[no] === 0) continue
    images.running++
    if (index.imageKnown[no] === 0) {
      unknown.push({
        reference: index.imageName[no],
        digest: digestOf(index.imageId[no]),
        pods: pods[no],
        workloads: workloads[no],
        reason: 'no SBOM for this digest',
      })
      continue
    }
    images.known++
    if (index.imageKnown[no] === 2) images.partly++
    const atMs = index.imageDocumentAtMs[no]
    if (images.oldestManifestAtMs === null || atMs < images.oldestManifestAtMs)
      images.oldestManifestAtMs = atMs
  }
  for (const [reference, entry] of unresolved)
    unknown.push({
      reference: index.names.text(reference),
      digest: null,
      ...entry,
      reason: 'no digest known, and no SBOM names this reference',
    })
  unknown.sort((a, b) => b.pods - a.pods || (a.reference < b.reference ? -1 : 1))
  return {
    atMs: 0,
    images,
    packages: packagesOf(index, running, covered),
    clusters: { total: 0, notSeen: [] },
    feeds,
    unknownImages: unknown.slice(0, unknownImagesListed),
  }
}

/** Fleets without clusters are judged whole: somebody imported SBOMs to ask about them. */
function packagesOf(
  index: FleetIndex,
  running: Uint8Array,
  covered: ReadonlySet<string>,
): Coverage['packages'] {
  const anyRuns = running.includes(1)
  const packages = {
    total: 0,
    withoutAdvisorySource: 0,
    unorderable: 0,
    uncoveredEcosystems: [] as Coverage['packages']['uncoveredEcosystems'],
  }
  const uncovered = new Map<string, number>()
  for (let no = 1; no <= index.packageCount; no++) {
    let runs = !anyRuns
    if (anyRuns)
      index.imagesOfPackage.forEach(no, (image) => {
        if (running[image] === 1) runs = true
      })
    if (!runs) continue
    packages.total++
    const key = index.package(no)
    const reason = unjudged(key, covered)
    if (reason === 'version missing' || (reason === null && !isOrderable(key.ecosystem, key.version)))
      packages.unorderable++
    else if (reason !== null) {
      packages.withoutAdvisorySource++
      const name = key.ecosystem || key.type || 'unnamed'
      uncovered.set(name, (uncovered.get(name) ?? 0) + 1)
    }
  }
  packages.uncoveredEcosystems = [...uncovered]
    .map(([ecosystem, count]) => ({ ecosystem, packages: count }))
    .sort((a, b) => b.packages - a.packages)
    .slice(0, ecosystemsListed)
  return packages
}

function isOrderable(ecosystem: string, version: string): boolean {
  return compareVersions(schemeForEcosystem(ecosystem), version, version) !== null
}

function clustersOf(index: FleetIndex, nowMs: number): Coverage['clusters'] {
  const notSeen: Coverage['clusters']['notSeen'] = []
  let total = 0
  index.clusterName.forEach((name, no) => {
    total++
    const lastSeenAtMs = index.clusterLastSeenMs[no]
    if (nowMs - lastSeenAtMs > silentAfterMs) notSeen.push({ name, lastSeenAtMs })
  })
  return { total, notSeen: notSeen.sort((a, b) => a.lastSeenAtMs - b.lastSeenAtMs) }
}

export function digestOf(id: string): string | null {
  return id.startsWith('sha256:') ? id : null
}
