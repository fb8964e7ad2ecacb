import { type FleetIndex, byText, Top } from '../where/index.ts'
import type { Postures, WorkloadFacts } from '../posture/index.ts'
import type { ExposureGroup, MatrixCell } from './answers.ts'
import { compareCases, decide, reachOrder, type Case } from './decide.ts'
import type { FleetVulnerability } from './vulnerabilities.ts'

/** One of the distinct cases of an answer, in its place. */
export interface RankedCase {
  facts: WorkloadFacts
  /** Number of the vulnerability in the list that was asked about. */
  vulnerability: number
  decided: Case
}

/** Weights: the case first, then pods. A fleet has below 2^32 pods, and a double counts exactly to 2^53. */
const podsSpan = 2 ** 32

/**
 * The workloads of an answer in their order, without sorting them: a fleet has a few hundred distinct cases, which are
 * decided and sorted once, and a page shows the first of a hundred thousand workloads. Among equal cases those with most
 * pods come first, then by name, so the same facts give the same order.
 */
export class Ranking {
  readonly #index: FleetIndex
  readonly #facts: readonly WorkloadFacts[]
  readonly #factsOfWorkload: Uint32Array
  readonly #vulnerabilities: readonly FleetVulnerability[]
  /** Distinct cases by facts and vulnerability. */
  readonly #cases = new Map<number, number>()
  readonly #list: RankedCase[] = []
  #places = new Uint32Array(0)
  readonly #workloads: number[] = []
  readonly #caseOf: number[] = []
  readonly #pods: number[] = []

  constructor(
    index: FleetIndex,
    postures: Pick<Postures, 'facts' | 'factsOfWorkload'>,
    vulnerabilities: readonly FleetVulnerability[],
  ) {
    this.#index = index
    this.#facts = postures.facts
    this.#factsOfWorkload = postures.factsOfWorkload
    this.#vulnerabilities = vulnerabilities
  }

  factsOf(workload: number): WorkloadFacts {
    return this.#facts[this.#factsOfWorkload[workload] ?? 0]
  }

  add(workload: number, pods: number, vulnerability: number): void {
    const key = (this.#factsOfWorkload[workload] ?? 0) * this.#vulnerabilities.length + vulnerability
    let no = this.#cases.get(key)
    if (no === undefined) {
      const facts = this.factsOf(workload)
      no =
        this.#list.push({
          facts,
          vulnerability,
          decided: decide(facts, this.#vulnerabilities[vulnerability]),
        }) - 1
      this.#cases.set(key, no)
    }
    this.#workloads.push(workload)
    this.#caseOf.push(no)
    this.#pods.push(pods)
  }

  get total(): number {
    return this.#workloads.length
  }

  /** Sorts the cases; call it when all workloads are there. */
  settle(): void {
    const order = [...this.#list.keys()].sort((a, b) =>
      compareCases(this.#list[a].decided, this.#list[b].decided),
    )
    this.#places = new Uint32Array(order.length)
    let place = 0
    order.forEach((no, at) => {
      // Equal cases share a place: what tells them apart is not part of the order.
      if (at > 0 && compareCases(this.#list[order[at - 1]].decided, this.#list[no].decided) !== 0) place = at
      this.#places[no] = place
    })
  }

  /** A window of the workloads that `keeps` keeps, and how many there are. */
  window(
    keeps: (workload: number, facts: WorkloadFacts) => boolean,
    { limit, offset }: { limit: number; offset: number },
  ): { total: number; rows: { workload: number; pods: number; ranked: RankedCase; rank: number }[] } {
    const top = new Top(offset + limit, (a, b) => this.#byName(a, b))
    let total = 0
    for (let at = 0; at < this.#workloads.length; at++) {
      if (!keeps(this.#workloads[at], this.#list[this.#caseOf[at]].facts)) continue
      total++
      const weight = this.#weight(at)
      if (weight >= top.least) top.offer(at, weight)
    }
    const rows = top
      .first()
      .slice(offset)
      .map((at, row) => ({ ...this.#entry(at), rank: offset + row + 1 }))
    return { total, rows }
  }

  #entry(at: number) {
    return { workload: this.#workloads[at], pods: this.#pods[at], ranked: this.#list[this.#caseOf[at]] }
  }

  #weight(at: number): number {
    return (this.#list.length - this.#places[this.#caseOf[at]]) * podsSpan + this.#pods[at]
  }

  #byName(a: number, b: number): number {
    const { workloadCluster } = this.#index
    const [one, other] = [this.#workloads[a], this.#workloads[b]]
    // Names are put together only where clusters do not decide.
    const rank = this.#index.clusterRank()
    return (
      rank[workloadCluster[one]] - rank[workloadCluster[other]] ||
      byText(this.#index.workloadId(one), this.#index.workloadId(other)) ||
      one - other
    )
  }

  /** Workloads by how they are reached and what they may do, worst first. */
  matrix(): MatrixCell[] {
    const cells = new Map<string, MatrixCell & { place: number }>()
    for (let at = 0; at < this.#workloads.length; at++) {
      const { facts, decided } = this.#list[this.#caseOf[at]]
      const key = `${facts.reach} ${facts.privilege}`
      const place = this.#places[this.#caseOf[at]]
      let cell = cells.get(key)
      if (cell === undefined) {
        const { reach, privilege } = facts
        cell = { reach, privilege, workloads: 0, pods: 0, outcome: outcomeOf(decided), place }
        cells.set(key, cell)
      }
      cell.workloads++
      cell.pods += this.#pods[at]
      if (place < cell.place) {
        cell.place = place
        cell.outcome = outcomeOf(decided)
      }
    }
    return [...cells.values()]
      .sort(
        (a, b) =>
          reachOrder.indexOf(a.reach) - reachOrder.indexOf(b.reach) || byText(a.privilege, b.privilege),
      )
      .map(({ reach, privilege, workloads, pods, outcome }) => ({
        reach,
        privilege,
        workloads,
        pods,
        outcome,
      }))
  }

  /** How many are due when, the most urgent first. */
  deadlines(): ExposureGroup['deadlines'] {
    const counts = new Map<string, { workloads: number; key: number }>()
    for (const no of this.#caseOf) count(counts, this.#list[no].decided)
    return sorted(counts)
  }

  /** Groups by what `keyOf` gives a workload, in the order of the first of each. */
  groups(
    keyOf: (workload: number) => number,
    nameOf: (key: number) => string,
    keeps: (workload: number, facts: WorkloadFacts) => boolean,
  ) {
    const groups = new Map<number, Group>()
    for (let at = 0; at < this.#workloads.length; at++) {
      if (!keeps(this.#workloads[at], this.#list[this.#caseOf[at]].facts)) continue
      const key = keyOf(this.#workloads[at])
      let group = groups.get(key)
      if (group === undefined)
        groups.set(key, (group = { workloads: 0, pods: 0, first: at, counts: new Map() }))
      group.workloads++
      group.pods += this.#pods[at]
      count(group.counts, this.#list[this.#caseOf[at]].decided)
      if (this.#isBefore(at, group.first)) group.first = at
    }
    return [...groups]
      .sort(([a, left], [b, right]) =>
        left.first === right.first
          ? byText(nameOf(a), nameOf(b))
          : this.#isBefore(left.first, right.first)
            ? -1
            : 1,
      )
      .map(([key, { workloads, pods, first, counts }]) => ({
        name: nameOf(key),
        workloads,
        pods,
        deadlines: sorted(counts),
        first: this.#entry(first),
      }))
  }

  #isBefore(a: number, b: number): boolean {
    const difference = this.#weight(b) - this.#weight(a)
    return difference < 0 || (difference === 0 && this.#byName(a, b) < 0)
  }
}

interface Group {
  workloads: number
  pods: number
  first: number
  counts: Map<string, { workloads: number; key: number }>
}

/** The most urgent outcome that is possible. */
function outcomeOf({ deadline }: Case): string {
  return deadline.between.at(-1)!
}

function count(counts: Map<string, { workloads: number; key: number }>, decided: Case): void {
  const outcome = outcomeOf(decided)
  const known = counts.get(outcome)
  if (known) known.workloads++
  else counts.set(outcome, { workloads: 1, key: decided.key[0] })
}

function sorted(counts: ReadonlyMap<string, { workloads: number; key: number }>): ExposureGroup['deadlines'] {
  return [...counts]
    .sort(([, a], [, b]) => a.key - b.key)
    .map(([outcome, { workloads }]) => ({ outcome, workloads }))
}
