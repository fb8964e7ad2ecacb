import type { Transferable } from 'node:worker_threads'
import type { Result } from '../../core/result.ts'
import type { AllclearError } from '../errors.ts'

/**
 * A function that may run in a thread: the `run` of a file `NAME.worker.ts`, made with `taskBeside`. Input and output
 * are what structured cloning takes: no functions, no class instances.
 */
export interface Task<Input, Output> {
  /** Address of the file, in the checkout `.ts`, in the packed program `.js`. */
  readonly href: string
  /** Never there; ties the types of a task to its callers. */
  readonly types?: (input: Input) => Output
}

/**
 * What `NAME.worker.ts` exports as `run`. Buffers put into `transfer` move to the caller instead of being copied.
 * An `AllclearError` that it throws arrives as one; anything else that it throws is a defect.
 */
export type Run<Input, Output> = (input: Input, transfer: Transferable[]) => Output | Promise<Output>

/** One piece of work. */
export interface Work<Input> {
  /** Whose bytes they are, for messages. */
  source: string
  input: Input
  /** Buffers of the input that move to the thread; the caller loses them. */
  transfer?: readonly Transferable[]
}

export interface WorkPool {
  /** Threads that the pool may have; at least 1. */
  readonly size: number
  /**
   * Runs a task in a thread and gives its output. Waits for a free thread; rejects with `server.busy` when too much is
   * waiting already, with `input.reader-ended` when the thread did not survive the input (its memory ran out, or a
   * defect), with the signal's reason when it is aborted: what runs is ended then, not waited for.
   */
  run<Input, Output>(
    task: Task<Input, Output>,
    work: Work<Input>,
    options?: { signal?: AbortSignal },
  ): Promise<Output>
  /**
   * Runs a task over many inputs and gives the outputs in their order. So many inputs are drawn ahead as keep the
   * threads busy and no more, so that memory is bounded by what a few inputs hold. What one input cannot survive or is
   * refused for is its own result; the others go on.
   */
  inOrder<Input, Output, W extends Work<Input>>(
    task: Task<Input, Output>,
    works: AsyncIterable<W>,
    options?: { signal?: AbortSignal },
  ): AsyncGenerator<{ work: W; result: Result<Output, AllclearError> }>
  /** Ends every thread; what runs or waits is rejected. */
  close(): Promise<void>
}
