import type { Transaction, Value } from '../../base/store/index.ts'
import type { ImageResolver } from './images.store.ts'
import type { ContainerRecord, RunState } from './types.ts'

interface Run extends RunState {
  kind: string
  resolvedBy: string
  /** What the store holds of it; `null` when it is new. */
  before: { pods: number; lastMs: number | null } | null
}

/**
 * The open runs of the workloads that a change touches: loaded on first use, counted in memory, written at the end.
 * A run that is opened and closed within one change leaves no trace.
 */
export class RunLedger {
  readonly #transaction: Transaction
  readonly #images: ImageResolver
  readonly #atMs: number
  readonly #byWorkload = new Map<number, Map<string, Run>>()

  constructor(transaction: Transaction, images: ImageResolver, atMs: number) {
    this.#transaction = transaction
    this.#images = images
    this.#atMs = atMs
  }

  /** A pod with these containers is there: its runs, opened where they are new. */
  async enter(workloadNo: number, containers: readonly ContainerRecord[]): Promise<number[]> {
    const runs = await this.#open(workloadNo)
    const numbers = new Set<number>()
    for (const container of containers) {
      const run = await this.#runOf(runs, workloadNo, container)
      if (numbers.has(run.no)) continue
      numbers.add(run.no)
      count(run, run.pods + 1)
    }
    return [...numbers]
  }

  /** A pod with these runs is there no more, or has others now. */
  async leave(workloadNo: number, numbers: readonly number[]): Promise<void> {
    const gone = new Set(numbers)
    for (const run of (await this.#open(workloadNo)).values())
      if (gone.has(run.no)) count(run, Math.max(0, run.pods - 1))
  }

  /** The workload has pods: a run that none of them shows has ended. */
  async closeEmpty(workloadNo: number): Promise<void> {
    for (const run of (await this.#open(workloadNo)).values()) if (run.pods === 0) this.#close(run)
  }

  /** The workload has no pods: it has the runs that it declares, each with so many pods. */
  async declare(workloadNo: number, containers: readonly ContainerRecord[], pods: number): Promise<void> {
    const runs = await this.#open(workloadNo)
    const declared = new Set<Run>()
    for (const container of containers) {
      const run = await this.#runOf(runs, workloadNo, container)
      declared.add(run)
      count(run, pods)
    }
    for (const run of runs.values()) if (!declared.has(run)) this.#close(run)
  }

  async closeAll(workloadNo: number): Promise<void> {
    for (const run of (await this.#open(workloadNo)).values()) this.#close(run)
  }

  /** Writes what changed and returns it. */
  async write(): Promise<{ changed: RunState[]; added: number; gone: number }> {
    const update = this.#transaction.prepare('update run set pods = ?, last_seen_at = ? where no = ?')
    const fresh: Value[][] = []
    const changed: RunState[] = []
    let gone = 0
    for (const runs of this.#byWorkload.values())
      for (const run of runs.values()) {
        const { no, workload, image, pods, firstMs, lastMs, container, reference, before } = run
        if (before === null ? lastMs !== null : before.pods === pods && before.lastMs === lastMs) continue
        if (before) await update.run(pods, lastMs, no)
        else
          fresh.push([
            no,
            workload,
            container,
            run.kind,
            reference,
            image === 0 ? null : image,
            run.resolvedBy,
            pods,
            firstMs,
            lastMs,
          ])
        if (lastMs !== null) gone++
        changed.push({ no, workload, image, pods, firstMs, lastMs, container, reference })
      }
    await this.#transaction.insert(
      'run',
      [
        'no',
        'workload_no',
        'container',
        'container_kind',
        'reference',
        'image_no',
        'resolved_by',
        'pods',
        'first_seen_at',
        'last_seen_at',
      ],
      fresh,
    )
    return { changed, added: fresh.length, gone }
  }

  async #open(workloadNo: number): Promise<Map<string, Run>> {
    let runs = this.#byWorkload.get(workloadNo)
    if (runs) return runs
    const rows = await this.#transaction
      .prepare<{
        no: number
        container: string
        container_kind: string
        reference: string
        image_no: number | null
        resolved_by: string
        pods: number
        first_seen_at: number
      }>(
        `select no, container, container_kind, reference, image_no, resolved_by, pods, first_seen_at
         from run where workload_no = ? and last_seen_at is null order by no`,
      )
      .all(workloadNo)
    runs = new Map()
    for (const row of rows) {
      const byReference = row.resolved_by === 'tag' || row.resolved_by === 'none'
      runs.set(keyOf(row.container_kind, row.container, byReference ? row.reference : (row.image_no ?? 0)), {
        no: row.no,
        workload: workloadNo,
        image: row.image_no ?? 0,
        pods: row.pods,
        firstMs: row.first_seen_at,
        lastMs: null,
        container: row.container,
        reference: row.reference,
        kind: row.container_kind,
        resolvedBy: row.resolved_by,
        before: { pods: row.pods, lastMs: null },
      })
    }
    this.#byWorkload.set(workloadNo, runs)
    return runs
  }

  /** The open run of a container, opened when there is none. */
  async #runOf(runs: Map<string, Run>, workloadNo: number, container: ContainerRecord): Promise<Run> {
    const { kind, name, reference, digest } = container
    const known = digest === null ? reference : await this.#images.find(digest)
    const open = known === null ? undefined : runs.get(keyOf(kind, name, known))
    if (open) return open
    const { image, resolvedBy } = await this.#images.resolve(container)
    const run: Run = {
      no: await this.#transaction.nextNumbers('run', 1),
      workload: workloadNo,
      image,
      pods: 0,
      firstMs: this.#atMs,
      lastMs: null,
      container: name,
      reference,
      kind,
      resolvedBy,
      before: null,
    }
    runs.set(keyOf(kind, name, digest === null ? reference : image), run)
    return run
  }

  #close(run: Run): void {
    if (run.lastMs !== null) return
    run.pods = 0
    run.lastMs = this.#atMs
  }
}

function count(run: Run, pods: number): void {
  run.pods = pods
  run.lastMs = null
}

/** Within its workload a run is a container with an image, or with a reference where no digest is known. */
function keyOf(kind: string, name: string, imageOrReference: number | string): string {
  return `${kind}\n${name}\n${imageOrReference}`
}
