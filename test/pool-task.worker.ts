import type { Transferable } from 'node:worker_threads'
import { AllclearError } from '../src/base/errors.ts'

/** A task for the tests of the work pool: does what its input says. */
export interface PoolOrder {
  kind: 'double' | 'refuse' | 'defect' | 'exit' | 'hog' | 'spin' | 'bytes'
  value?: number
  bytes?: Uint8Array<ArrayBuffer>
  /** Counted up when the task has begun, so that a test knows. */
  begun?: Int32Array<SharedArrayBuffer>
}

export function run({ kind, value = 0, bytes, begun }: PoolOrder, transfer: Transferable[]): unknown {
  if (begun !== undefined) {
    Atomics.add(begun, 0, 1)
    Atomics.notify(begun, 0)
  }
  switch (kind) {
    case 'double':
      return value * 2
    case 'refuse':
      throw new AllclearError('input.not-json', { message: 'No JSON.', next: 'Write JSON.', where: 'line 1' })
    case 'defect':
      throw new TypeError('a defect')
    case 'exit':
      process.exit(3)
      break
    case 'hog': {
      const kept: number[][] = []
      for (;;) kept.push(Array.from({ length: 100_000 }, (_, at) => at + 0.5))
    }
    case 'spin':
      for (;;);
    case 'bytes': {
      const own = bytes as Uint8Array<ArrayBuffer>
      own.reverse()
      transfer.push(own.buffer)
      return own
    }
  }
}
