import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, testPostgresUrl } from '../../../test/postgres.ts'
import { fixedClock } from '../clock.ts'
import { limit } from '../limits.ts'
import { openStore, type Store } from '../store/index.ts'
import {
  JobRefused,
  openJobTable,
  openJobWorker,
  retryDelayMs,
  type JobHandler,
  type JobWorker,
} from './index.ts'

interface Place {
  open(): Promise<Store>
  remove(): Promise<void>
}

const engines: { name: string; available: boolean; make(): Promise<Place> }[] = [
  {
    name: 'SQLite',
    available: true,
    async make() {
      const directory = await mkdtemp(join(tmpdir(), 'allclear-test-'))
      return {
        open: () => openStore({ directory, clock: fixedClock(0) }),
        remove: () => rm(directory, { recursive: true, force: true }),
      }
    },
  },
  {
    name:
      testPostgresUrl === null
        ? 'PostgreSQL (skipped: ALLCLEAR_TEST_POSTGRES names no server)'
        : 'PostgreSQL',
    available: testPostgresUrl !== null,
    async make() {
      const { url, drop } = await createTestDatabase()
      return { open: () => openStore({ url, clock: fixedClock(0) }), remove: drop }
    },
  },
]

for (const engine of engines) {
  describe.skipIf(!engine.available)(`jobs on ${engine.name}`, () => {
    let place: Place
    let store: Store
    let clock: ReturnType<typeof fixedClock>
    const workers: JobWorker[] = []
    beforeEach(async () => {
      place = await engine.make()
      store = await place.open()
      clock = fixedClock(1_000_000)
    })
    afterEach(async () => {
      for (const worker of workers.splice(0)) await worker.stop()
      await store.close()
      await place.remove()
    })

    function work(...handlers: JobHandler[]): JobWorker {
      const worker = openJobWorker({ store, clock, handlers })
      workers.push(worker)
      return worker
    }

    it('run once when due, in the order in which they are due, and keep their result', async () => {
      const ran: unknown[] = []
      const worker = work({
        kind: 'scan',
        async run(payload: { n: number }) {
          ran.push(payload.n)
          return { twice: payload.n * 2 }
        },
      })
      const { job, created } = await worker.jobs.enqueue({ id: 'one', kind: 'scan', payload: { n: 1 } })
      expect(created).toBe(true)
      expect(job).toMatchObject({ id: 'one', state: 'queued', attempts: 0, createdAtMs: 1_000_000 })
      expect(await worker.jobs.enqueue({ id: 'one', kind: 'scan', payload: { n: 99 } })).toMatchObject({
        created: false,
        job: { payload: { n: 1 } },
      })
      await worker.jobs.enqueue({ kind: 'scan', payload: { n: 3 }, runAtMs: 1_000_500 })
      await worker.jobs.enqueue({ kind: 'scan', payload: { n: 0 }, runAtMs: 999_000 })
      await worker.jobs.enqueue({ kind: 'other' })
      await worker.runDue()
      expect(ran).toEqual([0, 1])
      clock.advance(500)
      await worker.runDue()
      await worker.runDue()
      expect(ran).toEqual([0, 1, 3])
      expect(await worker.jobs.get('one')).toMatchObject({
        state: 'done',
        attempts: 1,
        result: { twice: 2 },
        finishedAtMs: 1_000_000,
        leaseHolder: null,
        error: null,
      })
      expect((await worker.jobs.list({ state: 'queued' })).map(({ kind }) => kind)).toEqual(['other'])
    })

    it('are there exactly when what they belong to was committed', async () => {
      const jobs = openJobTable(store, clock)
      const enqueue = (fails: boolean) =>
        store.transaction(async (transaction) => {
          await jobs.enqueue({ id: String(fails), kind: 'scan' }, transaction)
          if (fails) throw new Error('rolled back')
        })
      await enqueue(false)
      await expect(enqueue(true)).rejects.toThrow('rolled back')
      expect((await jobs.list()).map(({ id }) => id)).toEqual(['false'])
    })

    it('are tried again later and later, and fail in the end', async () => {
      let starts = 0
      const worker = work({
        kind: 'fetch',
        attemptsMax: 3,
        async run() {
          starts++
          throw new Error(`no answer ${starts}`)
        },
      })
      await worker.jobs.enqueue({ id: 'a', kind: 'fetch' })
      await worker.runDue()
      expect(await worker.jobs.get('a')).toMatchObject({
        state: 'queued',
        attempts: 1,
        error: 'no answer 1',
        runAtMs: 1_000_000 + retryDelayMs(1),
      })
      clock.advance(retryDelayMs(1) - 1)
      await worker.runDue()
      expect(starts).toBe(1)
      clock.advance(1)
      await worker.runDue()
      clock.advance(retryDelayMs(2))
      await worker.runDue()
      expect(await worker.jobs.get('a')).toMatchObject({ state: 'failed', attempts: 3, error: 'no answer 3' })
      expect([1, 2, 3, 4, 30].map(retryDelayMs)).toEqual([1000, 2000, 4000, 8000, 300_000])
    })

    it('that say so themselves are not tried again', async () => {
      const worker = work({
        kind: 'fetch',
        async run() {
          throw new JobRefused('there is no such feed')
        },
      })
      await worker.jobs.enqueue({ id: 'a', kind: 'fetch' })
      await worker.runDue()
      expect(await worker.jobs.get('a')).toMatchObject({
        state: 'failed',
        attempts: 1,
        error: 'there is no such feed',
      })
    })

    it('of a dead process are taken over when the lease runs out, not before, and its late answer counts for nothing', async () => {
      const jobs = openJobTable(store, clock)
      await jobs.enqueue({ id: 'a', kind: 'scan' })
      const kinds = [{ kind: 'scan', concurrency: 1, attemptsMax: 3 }]
      const dead = await jobs.claim(kinds, 'dead', 60_000)
      expect(dead).toMatchObject({
        state: 'running',
        attempts: 1,
        leaseHolder: 'dead',
        leaseUntilMs: 1_060_000,
      })
      clock.advance(59_999)
      expect(await jobs.claim(kinds, 'heir', 60_000)).toBeNull()
      clock.advance(1)
      const heir = await jobs.claim(kinds, 'heir', 60_000)
      expect(heir).toMatchObject({ attempts: 2, leaseHolder: 'heir' })
      if (dead === null || heir === null) return
      expect(await jobs.finish(dead, 'late')).toBe(false)
      expect(await jobs.renew(dead, 60_000)).toBe(false)
      expect(await jobs.finish(heir, 'right')).toBe(true)
      expect(await jobs.get('a')).toMatchObject({ state: 'done', result: 'right' })
    })

    it('that kill their process again and again are given up', async () => {
      const jobs = openJobTable(store, clock)
      await jobs.enqueue({ id: 'deadly', kind: 'scan' })
      await jobs.enqueue({ id: 'harmless', kind: 'scan', runAtMs: clock.nowMs() + 1 })
      const kinds = [{ kind: 'scan', concurrency: 1, attemptsMax: 2 }]
      for (const _ of [1, 2]) {
        expect(await jobs.claim(kinds, 'h', 1000)).toMatchObject({ id: 'deadly' })
        clock.advance(1000)
      }
      expect(await jobs.claim(kinds, 'h', 1000)).toMatchObject({ id: 'harmless' })
      expect(await jobs.get('deadly')).toMatchObject({
        state: 'failed',
        error: 'Its process ended 2 times without a result.',
      })
    })

    it('keep their lease and their progress while the process lives', async () => {
      const step = Promise.withResolvers<void>()
      const worker = work({
        kind: 'scan',
        async run(_payload, { progress }) {
          progress({ done: 1 })
          await step.promise
        },
      })
      await worker.jobs.enqueue({ id: 'a', kind: 'scan' })
      const ended = worker.runDue()
      await until(async () => (await worker.jobs.get('a'))?.progress !== null)
      clock.advance(limit('jobLeaseMs') - 1)
      await worker.heartbeat()
      expect(await worker.jobs.get('a')).toMatchObject({
        state: 'running',
        progress: { done: 1 },
        leaseUntilMs: clock.nowMs() + limit('jobLeaseMs'),
      })
      step.resolve()
      await ended
      expect(await worker.jobs.get('a')).toMatchObject({ state: 'done', progress: { done: 1 } })
    })

    it('that are cancelled do not start, or are told at the next heartbeat', async () => {
      const reasons: unknown[] = []
      const started = Promise.withResolvers<void>()
      const worker = work({
        kind: 'scan',
        run: (_payload, { signal }) =>
          new Promise((_resolve, reject) => {
            started.resolve()
            signal.addEventListener('abort', () => {
              reasons.push((signal.reason as Error).message)
              reject(signal.reason as Error)
            })
          }),
      })
      await worker.jobs.enqueue({ id: 'running', kind: 'scan' })
      await worker.jobs.enqueue({ id: 'waiting', kind: 'scan' })
      const ended = worker.runDue()
      await started.promise
      expect(await worker.jobs.cancel('waiting')).toBe(true)
      expect(await worker.jobs.cancel('running')).toBe(true)
      expect(await worker.jobs.cancel('running')).toBe(false)
      await worker.heartbeat()
      await ended
      expect(reasons).toEqual(['The job was cancelled or taken over.'])
      expect((await worker.jobs.list()).map(({ state }) => state)).toEqual(['cancelled', 'cancelled'])
    })

    it('run together only as far as their kind allows, over all processes', async () => {
      let running = 0
      let most = 0
      const handler: JobHandler = {
        kind: 'scan',
        concurrency: 2,
        async run() {
          most = Math.max(most, ++running)
          // The first waits for company: how fast the other worker claims is the database's affair.
          const untilMs = Date.now() + 5000
          do await new Promise((resolve) => setImmediate(resolve))
          while (most < 2 && Date.now() < untilMs)
          running--
        },
      }
      const other = await place.open()
      try {
        const [first, second] = [store, other].map((shared) =>
          openJobWorker({ store: shared, clock, handlers: [handler] }),
        )
        workers.push(first, second)
        for (let at = 0; at < 12; at++) await first.jobs.enqueue({ kind: 'scan' })
        while ((await first.jobs.list({ state: 'queued' })).length > 0)
          await Promise.all([first.runDue(), second.runDue()])
        expect(most).toBe(2)
        expect(await first.jobs.list({ state: 'done' })).toHaveLength(12)
        expect((await first.jobs.list()).every(({ attempts }) => attempts === 1)).toBe(true)
      } finally {
        for (const worker of workers.splice(0)) await worker.stop()
        await other.close()
      }
    })

    it('that a stopping worker interrupts go back into the queue untouched', async () => {
      const started = Promise.withResolvers<void>()
      const worker = work({
        kind: 'scan',
        async run(_payload, { signal }) {
          started.resolve()
          await new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(signal.reason as Error)),
          )
        },
      })
      await worker.jobs.enqueue({ id: 'a', kind: 'scan' })
      const ended = worker.runDue()
      await started.promise
      await worker.stop()
      await ended
      expect(await worker.jobs.get('a')).toMatchObject({ state: 'queued', attempts: 0, leaseHolder: null })
    })

    it('are found by a started worker without being asked', async () => {
      const ran = Promise.withResolvers<void>()
      const worker = work({ kind: 'scan', run: async () => ran.resolve() })
      worker.start()
      await worker.jobs.enqueue({ kind: 'scan' })
      await ran.promise
    })
  })
}

/** Waits for something that happens on its own, turn by turn of the event loop. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve))
}
