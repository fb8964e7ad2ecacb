import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Database, Session, Store } from '../store/index.ts'
import type { Job, JobRequest, JobState } from './types.ts'

/** The job table. Each method is one statement or one transaction, so that any number of processes may share it. */
export interface JobTable {
  /**
   * Adds a job, or returns the one that has this id already. Within a transaction, give it: the job is there exactly
   * when what it was made for is.
   */
  enqueue(request: JobRequest, session?: Pick<Session, 'prepare'>): Promise<{ job: Job; created: boolean }>
  get(id: string): Promise<Job | null>
  /** Newest first. */
  list(filter?: { kind?: string; state?: JobState; limit?: number }): Promise<Job[]>
  /** Ends a job that has not ended; false when it has or is not there. A running one is told at its next heartbeat. */
  cancel(id: string): Promise<boolean>
  /** Takes the longest due job of these kinds, as far as their concurrency allows. */
  claim(kinds: readonly KindLimit[], holder: string, leaseMs: number): Promise<Job | null>
  /** Keeps the lease and notes progress. False when the job is no longer ours. */
  renew(job: Job, leaseMs: number, progress?: unknown): Promise<boolean>
  finish(job: Job, result: unknown): Promise<boolean>
  fail(job: Job, error: string): Promise<boolean>
  /** Back into the queue, to be started again at a time. */
  retry(job: Job, error: string, runAtMs: number): Promise<boolean>
  /** Back into the queue as if it had not been started: its worker was told to stop. */
  putBack(job: Job): Promise<boolean>
}

export interface KindLimit {
  kind: string
  concurrency: number
  attemptsMax: number
}

type JobRow = Database['job']

/** A reason is for people; the whole stack of a deep recursion is not. */
const errorCharactersMax = 4_000
const listRowsDefault = 100

export function openJobTable(store: Store, clock: Clock): JobTable {
  // A PostgreSQL row that somebody is just renewing is passed over instead of waited for.
  const skipLocked = store.engine === 'postgres' ? 'for update skip locked' : ''
  /** Changes a job only while the same attempt still holds it. */
  const update = async (job: Job, set: string, ...values: (string | number | null)[]): Promise<boolean> => {
    const changed = await store
      .prepare(
        `update job set ${set} where id = ? and state = 'running' and lease_holder = ? and attempts = ?`,
      )
      .run(...values, job.id, job.leaseHolder, job.attempts)
    return changed > 0
  }

  return {
    async enqueue({ id = randomUUID(), kind, payload = null, runAtMs = clock.nowMs() }, session = store) {
      const created = await session
        .prepare(
          `insert into job (id, kind, payload, state, attempts, run_at, created_at)
           values (?, ?, ?, 'queued', 0, ?, ?) on conflict (id) do nothing`,
        )
        .run(id, kind, JSON.stringify(payload), runAtMs, clock.nowMs())
      const row = await session.prepare<JobRow>('select * from job where id = ?').get(id)
      return { job: jobOf(row as JobRow), created: created > 0 }
    },

    async get(id) {
      const row = await store.prepare<JobRow>('select * from job where id = ?').get(id)
      return row === undefined ? null : jobOf(row)
    },

    async list({ kind, state, limit = listRowsDefault } = {}) {
      let query = store.db.selectFrom('job').selectAll()
      if (kind !== undefined) query = query.where('kind', '=', kind)
      if (state !== undefined) query = query.where('state', '=', state)
      const rows = await query.orderBy('created_at', 'desc').orderBy('id').limit(limit).execute()
      return rows.map(jobOf)
    },

    async cancel(id) {
      const changed = await store
        .prepare(
          `update job set state = 'cancelled', finished_at = ?, lease_until = null, lease_holder = null
           where id = ? and state in ('queued', 'running')`,
        )
        .run(clock.nowMs(), id)
      return changed > 0
    },

    async claim(kinds, holder, leaseMs) {
      const nowMs = clock.nowMs()
      // Most of the time nothing is due; finding that out must not make writers wait.
      const due = await store
        .prepare(
          "select 1 as due from job where (state = 'queued' and run_at <= ?) or (state = 'running' and lease_until <= ?) limit 1",
        )
        .get(nowMs, nowMs)
      if (due === undefined) return null
      // Alone among the writers: two replicas that count the running jobs at once would both start one more.
      return store.transaction(async (transaction) => {
        const running = transaction.prepare<{ count: number }>(
          "select count(*) as count from job where kind = ? and state = 'running' and lease_until > ?",
        )
        const open: KindLimit[] = []
        for (const limit of kinds)
          if (((await running.get(limit.kind, nowMs))?.count ?? 0) < limit.concurrency) open.push(limit)
        while (open.length > 0) {
          const due = await transaction
            .prepare<JobRow>(
              `select * from job where kind in (${open.map(() => '?').join(', ')})
               and ((state = 'queued' and run_at <= ?) or (state = 'running' and lease_until <= ?))
               order by run_at, created_at, id limit 1 ${skipLocked}`,
            )
            .get(...open.map(({ kind }) => kind), nowMs, nowMs)
          if (due === undefined) return null
          const limit = open.find(({ kind }) => kind === due.kind) as KindLimit
          if (due.state === 'running' && due.attempts >= limit.attemptsMax) {
            // Its worker died each time, most likely because of it.
            await transaction
              .prepare(
                "update job set state = 'failed', error = ?, finished_at = ?, lease_until = null, lease_holder = null where id = ?",
              )
              .run(`Its process ended ${due.attempts} times without a result.`, nowMs, due.id)
            continue
          }
          await transaction
            .prepare(
              "update job set state = 'running', attempts = attempts + 1, lease_until = ?, lease_holder = ? where id = ?",
            )
            .run(nowMs + leaseMs, holder, due.id)
          return jobOf({
            ...due,
            state: 'running',
            attempts: due.attempts + 1,
            lease_until: nowMs + leaseMs,
            lease_holder: holder,
          })
        }
        return null
      })
    },

    renew: (job, leaseMs, progress) =>
      progress === undefined
        ? update(job, 'lease_until = ?', clock.nowMs() + leaseMs)
        : update(job, 'lease_until = ?, progress = ?', clock.nowMs() + leaseMs, JSON.stringify(progress)),
    finish: (job, result) =>
      update(
        job,
        "state = 'done', result = ?, error = null, finished_at = ?, lease_until = null, lease_holder = null",
        JSON.stringify(result ?? null),
        clock.nowMs(),
      ),
    fail: (job, error) =>
      update(
        job,
        "state = 'failed', error = ?, finished_at = ?, lease_until = null, lease_holder = null",
        error.slice(0, errorCharactersMax),
        clock.nowMs(),
      ),
    retry: (job, error, runAtMs) =>
      update(
        job,
        "state = 'queued', error = ?, run_at = ?, lease_until = null, lease_holder = null",
        error.slice(0, errorCharactersMax),
        runAtMs,
      ),
    putBack: (job) =>
      update(job, "state = 'queued', attempts = attempts - 1, lease_until = null, lease_holder = null"),
  }
}

function jobOf(row: JobRow): Job {
  return {
    id: row.id,
    kind: row.kind,
    payload: JSON.parse(row.payload),
    state: row.state as JobState,
    attempts: row.attempts,
    runAtMs: row.run_at,
    leaseUntilMs: row.lease_until,
    leaseHolder: row.lease_holder,
    progress: row.progress === null ? null : JSON.parse(row.progress),
    result: row.result === null ? null : JSON.parse(row.result),
    error: row.error,
    createdAtMs: row.created_at,
    finishedAtMs: row.finished_at,
  }
}
