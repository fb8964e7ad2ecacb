import type { Transaction } from '../../base/store/index.ts'
import { hashOfShape } from './pod-shape.ts'

/**
 * Shapes of pods within one change of a cluster: their numbers, and whether any workload has pods of a shape that it had
 * not before, or no longer has. A rollout that leaves the shape as it is changes nothing that is derived from shapes.
 */
export class ShapeLedger {
  /** Set by the caller for what it knows to be different. */
  changed = false
  readonly #transaction: Transaction
  readonly #numbers = new Map<string, number>()
  /** By workload and shape: whether there was such a pod before the change. */
  readonly #before = new Map<string, boolean>()

  constructor(transaction: Transaction) {
    this.#transaction = transaction
  }

  /** The number of a shape, which is stored when it is new; null when it is not known. */
  async numberOf(shape: string | null | undefined): Promise<number | null> {
    if (shape === null || shape === undefined) return null
    const known = this.#numbers.get(shape)
    if (known !== undefined) return known
    const hash = hashOfShape(shape)
    const row = await this.#transaction
      .prepare<{ no: number }>('select no from pod_shape where hash = ?')
      .get(hash)
    const no = row?.no ?? (await this.#transaction.nextNumbers('pod_shape', 1))
    if (row === undefined)
      await this.#transaction.insert('pod_shape', ['no', 'hash', 'body'], [[no, hash, shape]])
    this.#numbers.set(shape, no)
    return no
  }

  /** Call it before a pod of the workload with this shape is written or ended. */
  async note(workloadNo: number, shapeNo: number | null): Promise<void> {
    const key = `${workloadNo} ${shapeNo ?? 0}`
    if (!this.#before.has(key)) this.#before.set(key, await this.#isThere(workloadNo, shapeNo ?? 0))
  }

  /** Whether anything is different; call it when all is written. */
  async settle(): Promise<boolean> {
    for (const [key, before] of this.#before) {
      if (this.changed) break
      const [workloadNo, shapeNo] = key.split(' ').map(Number)
      if ((await this.#isThere(workloadNo, shapeNo)) !== before) this.changed = true
    }
    return this.changed
  }

  async #isThere(workloadNo: number, shapeNo: number): Promise<boolean> {
    const row = await this.#transaction
      .prepare<{ found: number }>(
        'select 1 as found from pod where workload_no = ? and coalesce(shape_no, 0) = ? and last_seen_at is null limit 1',
      )
      .get(workloadNo, shapeNo)
    return row !== undefined
  }
}

/** Shapes that no pod and no workload has any more. */
export function removeUnusedShapes(transaction: Transaction): Promise<number> {
  return transaction
    .prepare(
      `delete from pod_shape where no not in (
         select shape_no from pod where shape_no is not null
         union select shape_no from workload where shape_no is not null)`,
    )
    .run()
}
