/**
 * A job is work that must survive a crash.
 *
 *     queued ──claim──▶ running ──▶ done
 *       ▲                 │  ├────▶ failed      attempts used up, or the handler says that trying again is no use
 *       └──retry, later───┘  └────▶ cancelled   also straight from queued
 *
 * Whoever runs a job holds a lease on it and renews it. A lease that ran out means that its holder is gone: the job may
 * be claimed again, which counts as an attempt. A handler may therefore run twice and has to be idempotent; its writes
 * that must happen once belong into one transaction.
 */
export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled'

export interface Job {
  id: string
  kind: string
  payload: unknown
  state: JobState
  /** How often it was started. */
  attempts: number
  /** Not before this time. */
  runAtMs: number
  leaseUntilMs: number | null
  leaseHolder: string | null
  progress: unknown
  result: unknown
  /** Why the last attempt failed. */
  error: string | null
  createdAtMs: number
  finishedAtMs: number | null
}

export interface JobRequest {
  /** A second request with the same id is the same job; made up when absent. */
  id?: string
  kind: string
  /** JSON. */
  payload?: unknown
  /** Now when absent. */
  runAtMs?: number
}

export interface JobContext {
  job: Job
  /** Aborted when the job is cancelled, its lease is lost, or the worker stops. */
  signal: AbortSignal
  /** Kept with the job, at most a few times a second; also renews the lease. */
  progress(progress: unknown): void
}

/** One kind of work. `run` returns the result, which is kept as JSON, or throws to be tried again. */
export interface JobHandler {
  kind: string
  /** Jobs of this kind that run at once, over all processes; 1 when absent. */
  concurrency?: number
  /** Starts of one job before it is failed; 5 when absent. */
  attemptsMax?: number
  run(payload: never, context: JobContext): Promise<unknown>
}

/** Thrown by a handler: trying again would end the same way. */
export class JobRefused extends Error {
  override readonly name = 'JobRefused'
}
