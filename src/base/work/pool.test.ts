import { afterEach, describe, expect, it } from 'vitest'
import type { PoolOrder } from '../../../test/pool-task.worker.ts'
import { overrideLimits } from '../limits.ts'
import { liveThreads, openWorkPool, type Task, type Work, type WorkPool } from './index.ts'

const task: Task<PoolOrder, unknown> = {
  href: new URL('../../../test/pool-task.worker.ts', import.meta.url).href,
}
const pools: WorkPool[] = []
function open(threads: number): WorkPool {
  const pool = openWorkPool({ threads })
  pools.push(pool)
  return pool
}

afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close()
  expect(liveThreads()).toBe(0)
})

const work = (input: PoolOrder, source = 'a.json'): Work<PoolOrder> => ({ source, input })
const double = (value: number) => work({ kind: 'double', value }, `${value}.json`)

async function* each(works: Iterable<Work<PoolOrder>>): AsyncGenerator<Work<PoolOrder>> {
  yield* works
}

/** Waits until a task has said that it has begun. */
async function begins(begun: Int32Array<SharedArrayBuffer>): Promise<void> {
  const { value } = Atomics.waitAsync(begun, 0, 0)
  await value
}

describe('a piece of work', () => {
  it('comes back from a thread', async () => {
    expect(await open(1).run(task, double(21))).toBe(42)
  })

  it('takes its buffers along and brings them back', async () => {
    const bytes = Uint8Array.from([1, 2, 3])
    const back = open(1).run(task, { ...work({ kind: 'bytes', bytes }), transfer: [bytes.buffer] })
    expect(bytes.length).toBe(0)
    expect(await back).toEqual(Uint8Array.from([3, 2, 1]))
  })

  it('is refused with the reason that the task gives', async () => {
    await expect(open(1).run(task, work({ kind: 'refuse' }))).rejects.toMatchObject({
      code: 'input.not-json',
      message: 'No JSON.',
      next: 'Write JSON.',
      where: 'line 1',
    })
  })

  it('shows a defect as one, with the place where it happened', async () => {
    const error = await open(1)
      .run(task, work({ kind: 'defect' }))
      .catch((thrown: Error) => thrown)
    expect(error).toMatchObject({ name: 'Error', message: 'a defect' })
    expect((error as Error).stack).toContain('pool-task.worker.ts')
  })

  it('that cannot be cloned is the caller’s defect, and the thread goes on', async () => {
    const pool = open(1)
    await expect(
      pool.run(task, work({ kind: 'double', value: (() => 1) as never }, 'f.json')),
    ).rejects.toThrow(/could not be cloned/)
    expect(await pool.run(task, double(1))).toBe(2)
  })
})

describe('a thread that an input ends', () => {
  it('is the error of that input only', async () => {
    const pool = open(1)
    const [ended, other] = await Promise.allSettled([
      pool.run(task, work({ kind: 'exit' })),
      pool.run(task, double(4)),
    ])
    expect(ended).toMatchObject({
      reason: {
        code: 'input.reader-ended',
        message: 'a.json could not be read to its end: exit code 3.',
        where: 'a.json',
      },
    })
    expect(other).toMatchObject({ value: 8 })
  })

  it('by its memory says how much it may have', async () => {
    const restore = overrideLimits({ workHeapBytes: 32 * 1024 * 1024 })
    try {
      const pool = open(1)
      await expect(pool.run(task, work({ kind: 'hog' }))).rejects.toMatchObject({
        code: 'input.reader-ended',
        message: 'a.json could not be read to its end: it needs more than 32 MiB of memory.',
        next: 'Split it, or raise ALLCLEAR_LIMIT_WORK_HEAP_BYTES.',
      })
      expect(await pool.run(task, double(3))).toBe(6)
    } finally {
      restore()
    }
  })
})

describe('abort', () => {
  it('ends what runs, and another thread does the rest', async () => {
    const pool = open(1)
    const stop = new AbortController()
    const begun = new Int32Array(new SharedArrayBuffer(4))
    const spinning = pool.run(task, work({ kind: 'spin', begun }), { signal: stop.signal })
    const next = pool.run(task, double(5))
    await begins(begun)
    stop.abort(new Error('enough'))
    await expect(spinning).rejects.toThrow('enough')
    expect(await next).toBe(10)
  })

  it('takes what waits out of the queue', async () => {
    const pool = open(1)
    const stop = new AbortController()
    const first = pool.run(task, double(1))
    const second = pool.run(task, double(2), { signal: stop.signal })
    stop.abort(new Error('enough'))
    await expect(second).rejects.toThrow('enough')
    expect(await first).toBe(2)
    await expect(pool.run(task, double(2), { signal: stop.signal })).rejects.toThrow('enough')
  })

  it('closing rejects what runs and what waits', async () => {
    const pool = open(1)
    const begun = new Int32Array(new SharedArrayBuffer(4))
    const running = pool.run(task, work({ kind: 'spin', begun }))
    const waiting = pool.run(task, double(1))
    const both = Promise.allSettled([running, waiting])
    await begins(begun)
    await pool.close()
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await expect(pool.run(task, double(1))).rejects.toThrow('closed')
  })
})

describe('bounds', () => {
  it('no more threads than the pool may have, and no more work than may wait', async () => {
    const restore = overrideLimits({ workWaiting: 3 })
    try {
      const pool = open(2)
      const works = Array.from({ length: 5 }, (_, at) => pool.run(task, double(at)))
      await expect(pool.run(task, double(5))).rejects.toMatchObject({ code: 'server.busy' })
      expect(liveThreads()).toBe(2)
      expect(await Promise.all(works)).toEqual([0, 2, 4, 6, 8])
    } finally {
      restore()
    }
  })

  it('a thread that has nothing to do ends', async () => {
    const restore = overrideLimits({ workIdleMs: 1 })
    try {
      const pool = open(1)
      expect(await pool.run(task, double(1))).toBe(2)
      while (liveThreads() > 0) await new Promise((resolve) => setImmediate(resolve))
      expect(await pool.run(task, double(2))).toBe(4)
    } finally {
      restore()
    }
  })
})

describe('many inputs', () => {
  it('come back in their order, and no more are drawn than the threads need', async () => {
    const pool = open(2)
    let drawn = 0
    async function* works() {
      for (let at = 0; at < 50; at++) {
        drawn++
        yield double(at)
      }
    }
    const outputs: unknown[] = []
    for await (const { result } of pool.inOrder(task, works())) {
      outputs.push(result.ok && result.value)
      expect(drawn - outputs.length).toBeLessThanOrEqual(pool.size)
    }
    expect(outputs).toEqual(Array.from({ length: 50 }, (_, at) => at * 2))
  })

  it('are each their own success or failure', async () => {
    const pool = open(2)
    const results: unknown[] = []
    const works = [double(1), work({ kind: 'refuse' }), work({ kind: 'exit' }), double(2)]
    for await (const { result } of pool.inOrder(task, each(works)))
      results.push(result.ok ? result.value : result.reason.code)
    expect(results).toEqual([2, 'input.not-json', 'input.reader-ended', 4])
  })

  it('end with a defect, and with the caller', async () => {
    const pool = open(2)
    const run = async () => {
      for await (const { result } of pool.inOrder(task, each([work({ kind: 'defect' }), double(1)])))
        expect(result.ok).toBe(true)
    }
    await expect(run()).rejects.toThrow('a defect')
    let closed = false
    async function* works() {
      try {
        for (;;) yield double(1)
      } finally {
        closed = true
      }
    }
    for await (const { result } of pool.inOrder(task, works())) {
      expect(result).toEqual({ ok: true, value: 2 })
      break
    }
    expect(closed).toBe(true)
  })
})
