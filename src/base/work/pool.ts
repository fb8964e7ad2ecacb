import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { failed, ok, type Result } from '../../core/result.ts'
import { AllclearError } from '../errors.ts'
import { limit } from '../limits.ts'
import { unpackError, type Answer, type Order } from './messages.ts'
import { taskBeside } from './task.ts'
import type { Task, Work, WorkPool } from './types.ts'

/**
 * Threads for work that would hold the event loop: reading documents, records, layers. One pool serves the whole
 * process, whatever the task, so that two imports at once share the processors and do not double the memory.
 *
 *     waiting ──a thread is free──▶ running ──▶ answered
 *        │                             ├──────▶ input.reader-ended   the thread died of it; another takes its place
 *        └──────────abort──────────────┴──────▶ aborted              a running thread is ended
 *
 * Threads start when there is work, keep the process alive only while they have some, and end when they have had none
 * for a while. A task is a function of its input, so an ended thread leaves nothing half done.
 */
export function openWorkPool({ threads }: { threads?: number } = {}): WorkPool {
  return new Pool(threads ?? Math.max(1, Math.min(limit('workThreads'), availableParallelism() - 1)))
}

/** Threads of all pools that have not ended yet: tests fail when one is left. */
export function liveThreads(): number {
  return live
}
let live = 0

const threadHref = taskBeside('pool-thread', import.meta.url).href

interface Piece {
  order: Order
  work: Work<unknown>
  resolve(output: unknown): void
  reject(reason: unknown): void
}

class Pool implements WorkPool {
  readonly size: number
  readonly #threads = new Set<Thread>()
  readonly #waiting: Piece[] = []
  #closed = false

  constructor(size: number) {
    this.size = size
  }

  run<Input, Output>(
    task: Task<Input, Output>,
    work: Work<Input>,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<Output> {
    return new Promise<Output>((resolve, reject) => {
      if (this.#closed) throw new Error('The work pool is closed.')
      signal?.throwIfAborted()
      if (this.#waiting.length >= limit('workWaiting')) throw busy()
      const onAbort = () => this.#give(piece, signal?.reason)
      const settle = () => signal?.removeEventListener('abort', onAbort)
      const piece: Piece = {
        order: { href: task.href, input: work.input },
        work,
        resolve(output) {
          settle()
          resolve(output as Output)
        },
        reject(reason) {
          settle()
          reject(reason as Error)
        },
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#waiting.push(piece)
      this.#next()
    })
  }

  async *inOrder<Input, Output, W extends Work<Input>>(
    task: Task<Input, Output>,
    works: AsyncIterable<W>,
    options: { signal?: AbortSignal } = {},
  ): AsyncGenerator<{ work: W; result: Result<Output, AllclearError> }> {
    // One more than threads: it lies ready when one of them has answered.
    const ahead = this.size + 1
    const begun: { work: W; result: Promise<Result<Output, unknown>> }[] = []
    const first = async () => {
      const { work, result } = begun.shift()!
      const settled = await result
      if (settled.ok) return { work, result: settled }
      if (settled.reason instanceof AllclearError) return { work, result: failed(settled.reason) }
      throw settled.reason
    }
    for await (const work of works) {
      // Never rejects: an answer may come while nobody waits for it yet.
      const result = this.run(task, work, options).then(ok, failed)
      begun.push({ work, result })
      if (begun.length >= ahead) yield await first()
    }
    while (begun.length > 0) yield await first()
  }

  async close(): Promise<void> {
    this.#closed = true
    const ended = new Error('The work pool was closed.')
    for (const { reject } of this.#waiting.splice(0)) reject(ended)
    await Promise.all([...this.#threads].map((thread) => thread.end(ended)))
  }

  /** Hands waiting pieces to free threads, and starts threads while there are more pieces. */
  #next(): void {
    while (this.#waiting.length > 0) {
      let thread = [...this.#threads].find(({ piece }) => piece === null)
      if (thread === undefined) {
        if (this.#threads.size >= this.size) return
        thread = new Thread(
          () => this.#next(),
          (gone) => {
            this.#threads.delete(gone)
            this.#next()
          },
        )
        this.#threads.add(thread)
      }
      thread.take(this.#waiting.shift()!)
    }
  }

  #give(piece: Piece, reason: unknown): void {
    const at = this.#waiting.indexOf(piece)
    if (at >= 0) {
      this.#waiting.splice(at, 1)
      piece.reject(reason)
      return
    }
    const thread = [...this.#threads].find((one) => one.piece === piece)
    void thread?.end(reason)
  }
}

/** One thread and what it is doing. */
class Thread {
  piece: Piece | null = null
  readonly #worker: Worker
  readonly #ended: Promise<void>
  readonly #onFree: () => void
  #idle: NodeJS.Timeout | undefined

  constructor(onFree: () => void, onGone: (thread: Thread) => void) {
    this.#onFree = onFree
    live++
    const worker = new Worker(new URL(threadHref), {
      name: 'allclear-work',
      resourceLimits: {
        maxOldGenerationSizeMb: Math.ceil(limit('workHeapBytes') / 2 ** 20),
        // What a task makes is garbage a moment later; a small nursery finds that out before it costs memory.
        maxYoungGenerationSizeMb: Math.ceil(limit('workNurseryBytes') / 2 ** 20),
      },
    })
    this.#worker = worker
    worker.on('message', (answer: Answer) => this.#answered(answer))
    let cause: unknown
    worker.on('error', (error) => {
      cause = error
    })
    worker.on('messageerror', (error) => this.#settle()?.reject(error))
    const gone = Promise.withResolvers<void>()
    this.#ended = gone.promise
    worker.once('exit', (code) => {
      live--
      clearTimeout(this.#idle)
      const piece = this.#settle()
      if (piece !== null) piece.reject(readerEnded(piece.work.source, cause ?? `exit code ${code}`))
      onGone(this)
      gone.resolve()
    })
  }

  take(piece: Piece): void {
    clearTimeout(this.#idle)
    this.piece = piece
    this.#worker.ref()
    try {
      this.#worker.postMessage(piece.order, piece.work.transfer ?? [])
    } catch (error) {
      // What cannot be cloned is a defect of the caller, and the thread knows nothing of it.
      this.#settle()?.reject(error)
      this.#rest()
    }
  }

  /** Ends the thread; a piece that it has is rejected with `reason` at once. */
  async end(reason: unknown): Promise<void> {
    this.#settle()?.reject(reason)
    // Not free: nothing may be given to a thread that ends.
    this.piece = ending
    await this.#worker.terminate()
    await this.#ended
  }

  #answered(answer: Answer): void {
    const piece = this.#settle()
    if (piece === null) return
    if ('output' in answer) piece.resolve(answer.output)
    else piece.reject(unpackError(answer.thrown))
    this.#rest()
  }

  #rest(): void {
    this.#onFree()
    if (this.piece !== null) return
    this.#worker.unref()
    this.#idle = setTimeout(() => void this.end(null), limit('workIdleMs')).unref()
  }

  #settle(): Piece | null {
    const piece = this.piece
    if (piece === ending) return null
    this.piece = null
    return piece
  }
}

const ending: Piece = {
  order: { href: '', input: null },
  work: { source: '', input: null },
  resolve() {},
  reject() {},
}

function readerEnded(source: string, cause: unknown): AllclearError {
  const memory = (cause as { code?: unknown } | null)?.code === 'ERR_WORKER_OUT_OF_MEMORY'
  const why = memory
    ? `it needs more than ${Math.ceil(limit('workHeapBytes') / 2 ** 20)} MiB of memory`
    : cause instanceof Error
      ? cause.message
      : String(cause)
  return new AllclearError('input.reader-ended', {
    message: `${source} could not be read to its end: ${why}.`,
    next: memory
      ? 'Split it, or raise ALLCLEAR_LIMIT_WORK_HEAP_BYTES.'
      : 'Please report it with the input; the rest was not touched.',
    where: source,
    cause,
  })
}

function busy(): AllclearError {
  return new AllclearError('server.busy', {
    message: `There are ${limit('workWaiting')} pieces of work waiting already.`,
    next: 'Try again in a moment, or raise ALLCLEAR_LIMIT_WORK_WAITING.',
  })
}
