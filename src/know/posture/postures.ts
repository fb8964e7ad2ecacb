import { setImmediate as giveWay } from 'node:timers/promises'
import { limit } from '../../base/limits.ts'
import type { Store } from '../../base/store/index.ts'
import { readShape } from './cluster-objects.store.ts'
import { ClusterPosture } from './cluster-posture.ts'
import { findConnectionByNo } from './seen.store.ts'
import { defaultFactKeys, type FactKeys, type PodShape } from '../fleet/index.ts'
import type { SeenResources } from './unseen.ts'
import { nothingDeclared, readDeclared } from './declared.store.ts'
import { factsOf, unknownFacts, type DeclaredPart, type WorkloadFacts } from './workload-facts.ts'

/** Shapes that stay parsed; a fleet has a few thousand. */
const parsedShapesMax = 20_000

/** How long facts may rest on where pods ran: a pod that moves to another node changes little, and some always move. */
const placesMs = 10_000

interface FactsOfCluster {
  /** What changed since they were computed. */
  touched: Set<string>
  computedAtMs: number
}

/**
 * The posture of every cluster: objects and engines of those that were asked about last, and of all clusters the few
 * facts that ranks are made of.
 */
export class Postures {
  /** Facts by their number; 0 is what is known of a workload of which nothing is kept. */
  readonly facts: WorkloadFacts[] = [unknownFacts]
  /** By number of the workload: the number of its facts. */
  factsOfWorkload = new Uint32Array(0)
  /** Increases with each change of facts. */
  version = 1
  readonly #store: Store
  readonly #nowMs: () => number
  readonly #numbers = new Map<string, number>([[JSON.stringify(unknownFacts), 0]])
  readonly #clusters = new Map<number, ClusterPosture>()
  readonly #computed = new Map<number, FactsOfCluster>()
  readonly #seen: Map<number, SeenResources>
  readonly #shapes = new Map<number, PodShape>()
  #bringing: Promise<void> = Promise.resolve()
  #isStopped = false

  readonly #factKeys: FactKeys

  constructor(
    store: Store,
    nowMs: () => number,
    factKeys: Partial<FactKeys> = {},
    /** How clusters are seen that were told of before. */
    seen: ReadonlyMap<number, SeenResources> = new Map(),
  ) {
    this.#seen = new Map(seen)
    this.#store = store
    this.#nowMs = nowMs
    this.#factKeys = { ...defaultFactKeys, ...factKeys }
  }

  /** Somebody declared facts; of which clusters is not told. */
  factsDeclared(): void {
    for (const { touched } of this.#computed.values()) touched.add('facts')
  }

  /** What decides the rank of a workload; of one that nobody asked about yet, that it is unknown. */
  factsFor(workload: number): WorkloadFacts {
    return this.facts[this.factsOfWorkload[workload] ?? 0]
  }

  /** What changed in a cluster, see `FleetDelta.touched`; `seen` when a watch tells how it sees its resources. */
  touch(clusterNo: number, touched: Iterable<string>, seen?: SeenResources): void {
    const names = [...touched]
    if (seen !== undefined && !sameSight(this.#seen.get(clusterNo), seen)) names.push('sight')
    if (seen !== undefined) this.#seen.set(clusterNo, seen)
    this.#clusters.get(clusterNo)?.touch(names.filter((name) => name !== 'sight'))
    const computed = this.#computed.get(clusterNo)
    for (const name of names) computed?.touched.add(name)
  }

  /** Another process has changed the store: everything is read again when it is asked for. */
  forget(): void {
    this.#clusters.clear()
    this.#computed.clear()
    this.#seen.clear()
  }

  /** The posture of one cluster as it is now. */
  async of(clusterNo: number): Promise<ClusterPosture> {
    let cluster = this.#clusters.get(clusterNo)
    if (cluster === undefined) {
      cluster = new ClusterPosture(this.#store, clusterNo, (no) => this.#shape(no))
      if (this.#clusters.size >= limit('postureClusters'))
        for (const [oldest] of this.#clusters) {
          this.#clusters.delete(oldest)
          break
        }
    } else this.#clusters.delete(clusterNo)
    // The last asked about is the last to go.
    this.#clusters.set(clusterNo, cluster)
    cluster.seen = await this.#seenOf(clusterNo)
    await cluster.bring()
    return cluster
  }

  /** … as it was at a moment of the past, epoch ms. Nothing of it is kept. */
  async at(clusterNo: number, atMs: number): Promise<ClusterPosture> {
    const cluster = new ClusterPosture(this.#store, clusterNo, (no) => this.#shape(no), atMs)
    cluster.seen = await this.#seenOf(clusterNo)
    await cluster.bring()
    return cluster
  }

  /** Brings the facts of clusters up to date: of each only when something changed that they rest on. */
  bring(clusters: Iterable<number>): Promise<void> {
    const wanted = [...clusters]
    const run = () => this.#bring(wanted)
    this.#bringing = this.#bringing.then(run, run)
    return this.#bringing
  }

  /** Ends what is being brought up to date, between two clusters. */
  stop(): void {
    this.#isStopped = true
  }

  async #bring(clusters: readonly number[]): Promise<void> {
    for (const clusterNo of clusters) {
      if (this.#isStopped) return
      const computed = this.#computed.get(clusterNo)
      if (computed !== undefined && !this.#isOld(computed)) continue
      this.#computed.set(clusterNo, { touched: new Set(), computedAtMs: this.#nowMs() })
      try {
        this.#take(await this.of(clusterNo), await readDeclared(this.#store, clusterNo, this.#factKeys))
      } catch (error) {
        this.#computed.delete(clusterNo)
        throw error
      }
      await giveWay()
    }
  }

  #isOld({ touched, computedAtMs }: FactsOfCluster): boolean {
    if (touched.size === 0) return false
    if ([...touched].some((name) => name !== 'pods' && name !== 'nodes')) return true
    return this.#nowMs() - computedAtMs >= placesMs
  }

  #take(cluster: ClusterPosture, declared: ReadonlyMap<number, DeclaredPart>): void {
    const { unseen, model } = cluster
    const reach = new Map(cluster.reach.map((one) => [one.id, one]))
    const privileges = new Map(cluster.privileges.workloads.map((one) => [one.id, one]))
    const rows = new Map<number, number>()
    for (const { workloadNo, namespace, kind, name } of cluster.pods) {
      if (rows.has(workloadNo)) continue
      const id = `${namespace}/${name}[${kind}]`
      const facts = factsOf(
        reach.get(id),
        privileges.get(id),
        unseen,
        model.enforcement,
        declared.get(workloadNo) ?? nothingDeclared,
      )
      rows.set(workloadNo, this.#numberOf(facts))
    }
    for (const no of cluster.unknownWorkloads)
      if (!rows.has(no))
        rows.set(no, this.#numberOf({ ...unknownFacts, ...(declared.get(no) ?? nothingDeclared) }))
    for (const [no, facts] of rows) {
      if (no >= this.factsOfWorkload.length) {
        const larger = new Uint32Array(Math.max(no + 1, this.factsOfWorkload.length * 2, 1024))
        larger.set(this.factsOfWorkload)
        this.factsOfWorkload = larger
      }
      this.factsOfWorkload[no] = facts
    }
    this.version++
  }

  #numberOf(facts: WorkloadFacts): number {
    const key = JSON.stringify(facts)
    let no = this.#numbers.get(key)
    if (no === undefined) {
      no = this.facts.push(facts) - 1
      this.#numbers.set(key, no)
    }
    return no
  }

  /** How a cluster is seen; of one that nobody watches now, how it was seen last. */
  async #seenOf(clusterNo: number): Promise<SeenResources> {
    const known = this.#seen.get(clusterNo)
    if (known !== undefined) return known
    const connection = await findConnectionByNo(this.#store, clusterNo)
    return connection === null ? null : (connection.state?.resources ?? {})
  }

  async #shape(no: number): Promise<PodShape> {
    let shape = this.#shapes.get(no)
    if (shape === undefined) {
      if (this.#shapes.size >= parsedShapesMax) this.#shapes.clear()
      shape = await readShape(this.#store, no)
      this.#shapes.set(no, shape)
    }
    return shape
  }
}

/** Whether the same resources are seen; times pass all the while. */
function sameSight(before: SeenResources | undefined, after: SeenResources): boolean {
  const marks = (seen: SeenResources | undefined): string =>
    seen === null || seen === undefined
      ? String(seen)
      : Object.entries(seen)
          .map(([id, { state, syncedAtMs }]) => `${id} ${state} ${syncedAtMs === null}`)
          .join()
  return marks(before) === marks(after)
}
