import { existsSync } from 'node:fs'
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Result, failed, ok } from '../core/result.ts'
import { type Clock, systemClock } from './clock.ts'
import { AllclearError } from './errors.ts'

/**
 * What a data directory holds: `allclear.db` (the store), `blobs/`, `config.json` (optional), `lock.db` and `lock.json`
 * (who owns it), and `example` in the one of the example fleet.
 */
export interface DataDirectory {
  path: string
  blobs: string
  /** The example fleet lives here; imports are refused. */
  isExample: boolean
}

/** Where the data is: the `--data` option, else ALLCLEAR_DATA, else the XDG data folder (XDG Base Directory 0.8). */
export function resolveDataDirectory({
  data,
  env = process.env,
  cwd = process.cwd(),
}: { data?: string; env?: NodeJS.ProcessEnv; cwd?: string } = {}): string {
  const named = data ?? env.ALLCLEAR_DATA
  if (named) return resolve(cwd, named)
  return join(env.XDG_DATA_HOME || join(env.HOME || homedir(), '.local', 'share'), 'allclear')
}

const exampleMarker = 'example'

/** Makes the folder when it is not there; only its owner may read it, for it holds tokens and the inventory. */
export async function openDataDirectory(path: string, { example = false } = {}): Promise<DataDirectory> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
    if (example)
      await writeFile(join(path, exampleMarker), 'The example fleet of Allclear. It takes no imports.\n')
  } catch (error) {
    throw new AllclearError('data.unusable', {
      message: `The data directory ${path} cannot be used: ${(error as Error).message}`,
      next: 'Name another with `--data DIR` or ALLCLEAR_DATA, or give yourself access to it.',
      where: path,
      cause: error,
    })
  }
  return { path, blobs: join(path, 'blobs'), isExample: existsSync(join(path, exampleMarker)) }
}

/** The process that owns a data directory, as `lock.json` says. */
export interface LockHolder {
  /** Null when the holder has not written it yet. */
  pid: number | null
  startedAtMs: number | null
  version: string | null
  /** Where it answers; null when it serves nobody, like an import in a process of its own. */
  url: string | null
}

export interface HeldLock {
  /** Tells others where to find this process once it listens. */
  announce(url: string): Promise<void>
  release(): Promise<void>
}

/**
 * Takes the data directory for this process. The lock is an exclusive transaction on the small database `lock.db`: the
 * operating system drops it with the process, however it ends, so that no stale lock is ever to be judged. Beside it
 * `lock.json` says to people and to other commands who holds it.
 */
export async function acquireLock(
  directory: string,
  {
    url = null,
    version = null,
    clock = systemClock,
  }: { url?: string | null; version?: string | null; clock?: Clock } = {},
): Promise<Result<HeldLock, LockHolder>> {
  const release = await lockFile(join(directory, lockDatabase))
  if (release === null) return failed(await readHolder(directory))
  const holder: LockHolder = { pid: process.pid, startedAtMs: clock.nowMs(), version, url }
  try {
    await writeHolder(directory, holder)
  } catch (error) {
    release()
    throw error
  }
  return ok({
    announce: (address) => writeHolder(directory, { ...holder, url: address }),
    async release() {
      await rm(join(directory, lockNote), { force: true })
      release()
    },
  })
}

/** The process that owns the directory, or null when nobody does. Costs nothing where nobody ever did. */
export async function findServer(directory: string): Promise<LockHolder | null> {
  const holder = await readNote(directory)
  if (holder === null || !isAlive(holder.pid)) return null
  return (await isLocked(join(directory, lockDatabase))) ? holder : null
}

/** For a command that found the directory taken by a process that serves nobody. */
export function lockedBy(directory: string, { pid, startedAtMs }: LockHolder): AllclearError {
  const who = pid === null ? 'another process' : `process ${pid}`
  const since = startedAtMs === null ? '' : ` since ${new Date(startedAtMs).toISOString()}`
  return new AllclearError('data.locked', {
    message: `The data directory ${directory} is in use by ${who}${since}.`,
    next: 'Wait until it is done, or name another directory with `--data DIR`.',
    where: directory,
  })
}

const lockDatabase = 'lock.db'
const lockNote = 'lock.json'
/** Someone who only looks whether the lock is held keeps it from us for less than a millisecond. */
const attempts = 5
const attemptPauseMs = 20

/** Loads SQLite only here: most commands never come to it. */
async function lockFile(path: string): Promise<(() => void) | null> {
  const { DatabaseSync } = await import('node:sqlite')
  for (let attempt = 1; ; attempt++) {
    const connection = new DatabaseSync(path, { timeout: 0 })
    try {
      connection.exec('pragma journal_mode = delete')
      connection.exec('begin exclusive')
      return () => connection.close()
    } catch (error) {
      connection.close()
      if (!isBusy(error)) throw unusable(path, error)
      if (attempt === attempts) return null
    }
    await pause(attemptPauseMs)
  }
}

async function isLocked(path: string): Promise<boolean> {
  if (!existsSync(path)) return false
  const { DatabaseSync } = await import('node:sqlite')
  const connection = new DatabaseSync(path, { timeout: 0, readOnly: true })
  try {
    connection.prepare('select count(*) from sqlite_schema').get()
    return false
  } catch (error) {
    if (!isBusy(error)) throw unusable(path, error)
    return true
  } finally {
    connection.close()
  }
}

function isBusy(error: unknown): boolean {
  const code = (error as { errcode?: number }).errcode
  return code !== undefined && (code & 0xff) === 5
}

function unusable(path: string, error: unknown): AllclearError {
  return new AllclearError('data.unusable', {
    message: `${path} cannot be locked: ${(error as Error).message}.`,
    next: 'Look at the permissions of the data directory; a file system without locks cannot hold one.',
    where: path,
    cause: error,
  })
}

/** The holder writes its note right after taking the lock, so a note of a dead process is about to be replaced. */
async function readHolder(directory: string): Promise<LockHolder> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const holder = await readNote(directory)
    if (holder !== null && isAlive(holder.pid)) return holder
    await pause(attemptPauseMs)
  }
  return { pid: null, startedAtMs: null, version: null, url: null }
}

async function readNote(directory: string): Promise<LockHolder | null> {
  try {
    const note = JSON.parse(await readFile(join(directory, lockNote), 'utf8')) as Partial<LockHolder>
    return {
      pid: typeof note.pid === 'number' ? note.pid : null,
      startedAtMs: typeof note.startedAtMs === 'number' ? note.startedAtMs : null,
      version: typeof note.version === 'string' ? note.version : null,
      url: typeof note.url === 'string' ? note.url : null,
    }
  } catch {
    return null
  }
}

async function writeHolder(directory: string, holder: LockHolder): Promise<void> {
  const path = join(directory, lockNote)
  const file = await open(`${path}.new`, 'w', 0o600)
  try {
    await file.writeFile(`${JSON.stringify(holder)}\n`)
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
}

function isAlive(pid: number | null): boolean {
  if (pid === null) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Somebody else's process is alive too.
    return (error as { code?: string }).code === 'EPERM'
  }
}
