import { openJobWorker, type JobHandler, type JobWorker } from '../../base/jobs/index.ts'
import { limit } from '../../base/limits.ts'
import type { Context } from '../context.ts'
import { addRunningImages, dueImages } from './layers.ts'

const kind = 'images.read-running'

/**
 * Has running images read by themselves while a server runs. Each interval has one job, whichever replica comes first;
 * none is made when nothing is due, so that a fleet that is read costs one query a minute.
 */
export class ReadingJobs {
  readonly #context: Context
  readonly #worker: JobWorker
  #timer: NodeJS.Timeout | null = null

  constructor(context: Context) {
    this.#context = context
    const handler: JobHandler = {
      kind,
      run: (_payload, { signal, progress }) => addRunningImages(context, { signal, onProgress: progress }),
    }
    this.#worker = openJobWorker({ store: context.store, clock: context.clock, handlers: [handler] })
  }

  /** Asks for a job now, when some image is due. Returns whether there is one. */
  async request(): Promise<boolean> {
    const { due } = await dueImages(this.#context)
    if (due.length === 0) return false
    const slot = Math.floor(this.#context.clock.nowMs() / limit('runningImagesEveryMs'))
    await this.#worker.jobs.enqueue({ id: `${kind}:${slot}`, kind })
    return true
  }

  /** Does what is due and returns when it is done. */
  async runDue(): Promise<void> {
    await this.#worker.runDue()
  }

  start(): void {
    this.#worker.start()
    const ask = () => void this.request().catch(() => undefined)
    ask()
    this.#timer = setInterval(ask, limit('runningImagesEveryMs'))
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    await this.#worker.stop()
  }
}
