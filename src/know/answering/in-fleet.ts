import { limit } from '../../base/limits.ts'
import type { FleetState, WorkloadPlace } from '../answers.ts'
import { historyMs, type Context } from '../context.ts'
import { fixRows, running, type CoverageInputs, type FleetIndex, type Reach } from '../where/index.ts'
import { claimsOf } from './claims.ts'
import { canonicalId } from './paging.ts'
import { findVulnerability, verdictsOf } from './vulnerability.ts'

/** Places that are listed of each kind; the counts are always whole. */
const listedPlaces = 200
const untouched = 0

/**
 * How far the fleet is with one vulnerability: each workload that has or had a vulnerable image within the time that is
 * kept, and what it runs now. What a statement clears does not count as vulnerable.
 */
export async function answerFleetState(context: Context, asked: string): Promise<FleetState> {
  const index = await context.index()
  const inputs = await context.coverageInputs()
  const id = canonicalId(asked)
  const nowMs = context.clock.nowMs()
  const states = statesOf(context)
  const known = states.get(id)
  if (
    known?.version === index.version &&
    known.inputs === inputs &&
    nowMs >= known.atMs &&
    nowMs - known.atMs < keptMs
  )
    return known.state
  const state = countFleetState(context, index, inputs, id)
  if (states.size >= limit('probeQuestions')) states.clear()
  states.set(id, { version: index.version, inputs, atMs: nowMs, state })
  // What failed is asked again.
  state.catch(() => states.delete(id))
  return state
}

interface KeptState {
  /** Of the index and of the advisories that it was counted with. */
  version: number
  inputs: CoverageInputs
  atMs: number
  state: Promise<FleetState>
}

/** A dozen probes of one incident look at one state at the same time; time alone changes it within minutes. */
const keptMs = 1_000
const statesByContext = new WeakMap<Context, Map<string, KeptState>>()

function statesOf(context: Context): Map<string, KeptState> {
  let states = statesByContext.get(context)
  if (states === undefined) statesByContext.set(context, (states = new Map()))
  return states
}

async function countFleetState(
  context: Context,
  index: FleetIndex,
  inputs: CoverageInputs,
  id: string,
): Promise<FleetState> {
  const vulnerability = await findVulnerability(context, id)
  const { affected, unknown: unjudged, verdictOf } = verdictsOf(index, vulnerability.records)
  const claims = await claimsOf(context, index, vulnerability, affected)
  // From here on nothing is waited for: the next question counts in the same arrays.
  const nowMs = context.clock.nowMs()
  const coverage = context.meter.of(index, inputs, nowMs)
  const silent = new Set(coverage.clusters.notSeen.map(({ name }) => index.clusterName.indexOf(name)))
  const reach = context
    .reach(index)
    .ofPackages(affected, { sinceMs: nowMs - historyMs }, claims.cleared ?? undefined)
  const places = sortPlaces(index, reach, silent)
  return {
    id: vulnerability.id,
    known: vulnerability.records.length > 0,
    provisional:
      vulnerability.records.length > 0 && vulnerability.records.every((record) => record.provisional),
    records: vulnerability.records.map(({ id }) => id),
    packages: affected.length,
    unjudgedPackages: unjudged.length,
    images: reach.running.images,
    pods: reach.pods,
    clusters: reach.clusters,
    ...places,
    fixes: fixRows(reach, verdictOf),
    affected: places.vulnerable.total + places.dormant.total + places.fixed.total + places.unknown.total,
    coverage,
    version: index.version,
    atMs: nowMs,
  }
}

type Places = Pick<FleetState, 'vulnerable' | 'dormant' | 'fixed' | 'unknown' | 'unseen' | 'gone'>

/**
 * Each workload in one place. What runs in a cluster that is not seen counts as vulnerable when it was last seen so, and
 * as unknown when it was last seen fixed: nobody knows what it runs now.
 */
function sortPlaces(index: FleetIndex, reach: Reach, silent: ReadonlySet<number>): Places {
  const { workloadState, workloadPods } = reach
  const list = () => ({ total: 0, rows: [] as WorkloadPlace[] })
  const places = { vulnerable: list(), dormant: list(), fixed: list(), unknown: list(), unseen: 0, gone: 0 }
  for (let no = 1; no <= index.workloadCount; no++) {
    const state = workloadState[no]
    if (state === untouched) continue
    const isSilent = silent.has(index.workloadCluster[no])
    if (state === running) {
      if (isSilent) places.unseen++
      put(index, workloadPods[no] > 0 ? places.vulnerable : places.dormant, no, workloadPods[no])
    } else if (index.workloadGone[no] === 1) places.gone++
    else put(index, isSilent || hasUnknownImage(index, no) ? places.unknown : places.fixed, no, 0)
  }
  return places
}

/** Whether something runs in it whose contents nobody knows. */
function hasUnknownImage(index: FleetIndex, workload: number): boolean {
  for (const run of index.runsOfWorkload.row(workload)) {
    if (index.runLastMs[run] !== 0) continue
    const image = index.runImage[run]
    if (image === 0 || index.imageKnown[image] === 0) return true
  }
  return false
}

function put(
  index: FleetIndex,
  places: { total: number; rows: WorkloadPlace[] },
  no: number,
  pods: number,
): void {
  places.total++
  if (places.rows.length < listedPlaces)
    places.rows.push({ id: index.workloadId(no), owner: ownerOf(index, no), pods })
}

function ownerOf(index: FleetIndex, no: number): string | null {
  // An owner that nobody named is the empty name.
  return index.names.text(index.workloadOwner[no]) || null
}
