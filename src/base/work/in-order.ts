import { failed, ok, type Result } from '../../core/result.ts'
import { AllclearError } from '../errors.ts'
import type { Task, Work, WorkPool } from './types.ts'

/**
 * `WorkPool.inOrder`, but a single piece of work that is small is done here: it is ready before a thread has started.
 * Without a pool all of it is. `here` is the task's own function.
 */
export async function* inOrderOrHere<Input, Output, W extends Work<Input>>(
  pool: WorkPool | undefined,
  task: Task<Input, Output>,
  here: (input: Input) => Output,
  works: AsyncIterable<W>,
  { signal, isSmall = () => true }: { signal?: AbortSignal; isSmall?: (work: W) => boolean } = {},
): AsyncGenerator<{ work: W; result: Result<Output, AllclearError> }> {
  const iterator = works[Symbol.asyncIterator]()
  const first = await iterator.next()
  if (first.done) return
  const second = pool === undefined ? null : await iterator.next()
  const rest = { [Symbol.asyncIterator]: () => iterator }
  if (pool === undefined || (second?.done && isSmall(first.value))) {
    yield { work: first.value, result: doneHere(here, first.value) }
    if (second === null) for await (const work of rest) yield { work, result: doneHere(here, work) }
    return
  }
  async function* all(): AsyncGenerator<W> {
    yield first.value as W
    if (second !== null && !second.done) yield second.value
    yield* rest
  }
  yield* pool.inOrder(task, all(), { signal })
}

function doneHere<Input, Output>(
  here: (input: Input) => Output,
  { input }: Work<Input>,
): Result<Output, AllclearError> {
  try {
    return ok(here(input))
  } catch (error) {
    if (error instanceof AllclearError) return failed(error)
    throw error
  }
}
