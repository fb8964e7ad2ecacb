import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { limit } from '../limits.ts'
import { openLog, type Log } from '../log.ts'
import type { Store } from '../store/index.ts'
import { openJobTable, type JobTable, type KindLimit } from './jobs.store.ts'
import { JobRefused, type Job, type JobHandler } from './types.ts'

export interface JobWorkerOptions {
  store: Store
  clock: Clock
  handlers: readonly JobHandler[]
  /** Names this process among those that share the store; made up when absent. */
  holder?: string
  log?: Log
}

export interface JobWorker {
  readonly jobs: JobTable
  /** Starts everything that is due and may run, and returns when it has ended. */
  runDue(): Promise<void>
  /** Renews the leases of running jobs and learns of cancellations; `start` does it regularly. */
  heartbeat(): Promise<void>
  /** Looks for due jobs again and again until `stop`. */
  start(): void
  /** Asks running jobs to end and waits for them; what did not end goes back into the queue. */
  stop(): Promise<void>
}

/** A lease outlives two missed heartbeats: a stall of the event loop must not lose the job. */
const heartbeatsPerLease = 3
const concurrencyDefault = 1
const attemptsDefault = 5
const retryFirstMs = 1_000
const retryLongestMs = 5 * 60_000
/** Progress is for people who watch: more often than this nobody sees. */
const progressEveryMs = 250

/** Exponential: 1 s, 2 s, 4 s … up to five minutes. */
export function retryDelayMs(attempts: number): number {
  return Math.min(retryFirstMs * 2 ** Math.max(0, attempts - 1), retryLongestMs)
}

interface Running {
  job: Job
  abort: AbortController
  ended: Promise<void>
  /** Written with the next heartbeat. */
  progress: { value: unknown } | null
  notedAtMs: number
}

/** Runs jobs of the store in this process. */
export function openJobWorker({
  store,
  clock,
  handlers,
  holder = randomUUID(),
  log = openLog({ level: 'silent' }),
}: JobWorkerOptions): JobWorker {
  const jobs = openJobTable(store, clock)
  const byKind = new Map(handlers.map((handler) => [handler.kind, handler]))
  const kinds: KindLimit[] = handlers.map(
    ({ kind, concurrency = concurrencyDefault, attemptsMax = attemptsDefault }) => ({
      kind,
      concurrency,
      attemptsMax,
    }),
  )
  const leaseMs = limit('jobLeaseMs')
  const running = new Map<string, Running>()
  let stopping = false
  let timers: NodeJS.Timeout[] = []

  function begin(job: Job): void {
    const abort = new AbortController()
    const state: Running = { job, abort, ended: Promise.resolve(), progress: null, notedAtMs: 0 }
    running.set(job.id, state)
    state.ended = runJob(state).finally(() => running.delete(job.id))
  }

  async function runJob(state: Running): Promise<void> {
    const { job, abort } = state
    const handler = byKind.get(job.kind) as JobHandler
    try {
      const result = await handler.run(job.payload as never, {
        job,
        signal: abort.signal,
        progress(value) {
          state.progress = { value }
          if (clock.nowMs() - state.notedAtMs < progressEveryMs) return
          state.notedAtMs = clock.nowMs()
          void renew(state).catch((error: unknown) =>
            log.warn('The progress of a job could not be noted.', { job: job.id, reason: String(error) }),
          )
        },
      })
      if (state.progress !== null) await jobs.renew(job, leaseMs, state.progress.value)
      await jobs.finish(job, result)
    } catch (error) {
      await settle(job, abort.signal, error, handler.attemptsMax ?? attemptsDefault)
    }
  }

  async function settle(job: Job, signal: AbortSignal, error: unknown, attemptsMax: number): Promise<void> {
    const reason = error instanceof Error ? error.message : String(error)
    try {
      if (stopping && signal.aborted) await jobs.putBack(job)
      else if (error instanceof JobRefused || job.attempts >= attemptsMax) {
        log.error('A job failed.', { job: job.id, kind: job.kind, attempts: job.attempts }, error)
        await jobs.fail(job, reason)
      } else {
        log.warn('A job will be tried again.', {
          job: job.id,
          kind: job.kind,
          attempts: job.attempts,
          reason,
        })
        await jobs.retry(job, reason, clock.nowMs() + retryDelayMs(job.attempts))
      }
    } catch (storeError) {
      // The lease runs out and the job is claimed again: nothing is lost by not knowing now.
      log.error('The end of a job could not be noted.', { job: job.id, kind: job.kind }, storeError)
    }
  }

  async function renew(state: Running): Promise<void> {
    const progress = state.progress
    state.progress = null
    if (await jobs.renew(state.job, leaseMs, progress?.value)) return
    state.abort.abort(new Error('The job was cancelled or taken over.'))
  }

  async function claimAll(): Promise<number> {
    let claimed = 0
    while (!stopping) {
      const job = await jobs.claim(kinds, holder, leaseMs)
      if (job === null) break
      begin(job)
      claimed++
    }
    return claimed
  }

  const worker: JobWorker = {
    jobs,
    async runDue() {
      for (;;) {
        const claimed = await claimAll()
        if (claimed === 0 && running.size === 0) return
        // What was claimed may have ended meanwhile; a race of nobody would never end.
        if (running.size > 0) await Promise.race([...running.values()].map(({ ended }) => ended))
      }
    },
    async heartbeat() {
      await Promise.all([...running.values()].map(renew))
    },
    start() {
      if (timers.length > 0 || stopping) return
      const every = (ms: number, work: () => Promise<unknown>, what: string) => {
        let busy = false
        const timer = setInterval(() => {
          if (busy) return
          busy = true
          work()
            .catch((error: unknown) => log.warn(what, { reason: String(error) }))
            .finally(() => (busy = false))
        }, ms)
        // A process that has nothing else to do may end.
        timer.unref()
        return timer
      }
      timers = [
        every(limit('jobPollMs'), claimAll, 'Due jobs could not be looked for.'),
        every(leaseMs / heartbeatsPerLease, worker.heartbeat, 'Leases could not be renewed.'),
      ]
    },
    async stop() {
      stopping = true
      for (const timer of timers) clearInterval(timer)
      timers = []
      const last = [...running.values()]
      for (const { abort } of last) abort.abort(new Error('Allclear is stopping.'))
      await Promise.all(last.map(({ ended }) => ended))
    },
  }
  return worker
}
