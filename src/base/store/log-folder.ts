import { statSync } from 'node:fs'
import { openWorkPool, taskBeside, type WorkPool } from '../work/index.ts'
import { foldLogBytes } from './sqlite-connection.ts'

const task = taskBeside<{ path: string }, null>('fold-log', import.meta.url)

/**
 * Folds the log into the database in a thread whenever it has grown: done at commit, as SQLite does by itself, a large
 * import would hold the event loop for as long as a hundred megabytes take to the disk.
 */
export class LogFolder {
  readonly #path: string
  #pool: WorkPool | null = null
  #folding: Promise<void> | null = null

  constructor(path: string) {
    this.#path = path
  }

  /** After a commit. */
  committed(): void {
    if (this.#folding !== null || sizeOf(`${this.#path}-wal`) < foldLogBytes) return
    this.#pool ??= openWorkPool({ threads: 1 })
    this.#folding = this.#pool
      .run(task, { source: this.#path, input: { path: this.#path } })
      // The log only stays longer: the next commit tries again, and closing folds it in any case.
      .then(
        () => {},
        () => {},
      )
      .finally(() => (this.#folding = null))
  }

  async close(): Promise<void> {
    await this.#folding
    await this.#pool?.close()
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
