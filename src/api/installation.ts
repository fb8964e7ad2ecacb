import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openBlobs } from '../base/blobs.ts'
import type { Blobs } from '../base/blobs.ts'
import type { Clock } from '../base/clock.ts'
import { readConfig } from '../base/config.ts'
import type { Config } from '../base/config.ts'
import { acquireLock, lockedBy, openDataDirectory } from '../base/data-directory.ts'
import type { HeldLock } from '../base/data-directory.ts'
import { AllclearError } from '../base/errors.ts'
import { addKeyOf, openKeys } from '../base/envelope/index.ts'
import { databaseFile, openStore } from '../base/store/index.ts'
import type { Store } from '../base/store/index.ts'
import type { Progress } from '../know/answers.ts'
import type { ChecklistLibrary } from '../prepare/checklists/index.ts'
import type { Knowledge } from '../know/knowledge.ts'
import type { Response } from '../respond/index.ts'
import { openPeople, type People } from './sign-in/people.ts'

export interface InstallationOptions {
  directory: string
  /** It is to be the example fleet, which is made first when it is not there or out of date. */
  example: boolean
  clock: Clock
  version: string
  env: NodeJS.ProcessEnv
  /** Take the lock: nobody else writes meanwhile. */
  exclusive: boolean
  onProgress?(progress: Progress): void
}

/** A data directory that is open: its store now, its knowledge on first use, for people need no index. */
export interface Installation {
  isExample: boolean
  config: Config
  store: Store
  /** Originals of documents. */
  blobs(): Promise<Blobs>
  knowledge(): Promise<Knowledge>
  /** Incidents and probes. */
  response(): Promise<Response>
  checklists(): Promise<ChecklistLibrary>
  people(): Promise<People>
  /** Tells other processes where the server of this directory answers. */
  announce(url: string): Promise<void>
  close(): Promise<void>
}

/** Opens a data directory; makes it when it is new. Throws `data.locked` when it is to be exclusive and is not free. */
export async function openInstallation(options: InstallationOptions): Promise<Installation> {
  const { directory, example, clock, version, exclusive } = options
  if (example) {
    const { buildExampleFleet } = await import('./example/fleet.ts')
    await buildExampleFleet({
      directory,
      clock,
      onProgress: options.onProgress,
      async open(building) {
        const made = await openInstallation({
          ...options,
          directory: building,
          example: false,
          exclusive: true,
        })
        return { knowledge: await made.knowledge(), close: made.close }
      },
    })
  }
  const folder = await openDataDirectory(directory, { example })
  const config = readConfig({ directory, env: options.env })
  // The example fleet is the same for everybody, so it never goes into a shared database.
  const url = folder.isExample ? undefined : (config.databaseUrl ?? undefined)
  if (!exclusive) {
    const store = await openForReading(url, directory, clock)
    if (store !== null) return installationOf(store, folder, config, null, clock)
  }
  const lock = await takeLock(directory, version, clock)
  try {
    return installationOf(await openStore({ url, directory, clock }), folder, config, lock, clock)
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** Readers share the directory with whoever writes. Null when the store has to be made or migrated first. */
async function openForReading(
  url: string | undefined,
  directory: string,
  clock: Clock,
): Promise<Store | null> {
  if (url === undefined && !existsSync(join(directory, databaseFile))) return null
  try {
    return await openStore({ url, directory, clock, readOnly: true })
  } catch (error) {
    if (error instanceof AllclearError && error.code === 'data.older') return null
    throw error
  }
}

function installationOf(
  store: Store,
  folder: { path: string; blobs: string; isExample: boolean },
  config: Config,
  lock: HeldLock | null,
  clock: Clock,
): Installation {
  let knowledge: Promise<Knowledge> | null = null
  let checklists: Promise<ChecklistLibrary> | null = null
  let people: People | null = null
  let response: Promise<Response> | null = null
  const peopleOf = (): People => (people ??= openPeople(store, clock))
  const blobs = () => openBlobs(folder.blobs, { clock })
  // Handed on one by one, without the object around them.
  const opened: Installation = {
    isExample: folder.isExample,
    config,
    store,
    blobs,
    knowledge() {
      knowledge ??= (async () => {
        const [{ openKnowledge }, documents] = await Promise.all([import('../know/index.ts'), blobs()])
        return openKnowledge({
          store,
          blobs: documents,
          clock,
          dataDirectory: folder.path,
          example: folder.isExample,
          registries: config.registries,
          ownerKeys: config.owners,
          softwareRules: config.software,
          factKeys: config.facts ?? undefined,
          retentionMs: config.historyDays * dayMs,
        })
      })()
      return knowledge
    },
    response() {
      response ??= (async () => {
        const { openResponse } = await import('../respond/index.ts')
        return openResponse({
          store,
          clock,
          knowledge: await opened.knowledge(),
          checklists: await opened.checklists(),
          dataDirectory: folder.path,
          writes: lock !== null,
          keyEncryption: (make) => openKeys(config.keys, folder.path, make && lock !== null),
          addKey: () => addKeyOf(config.keys, folder.path),
          accountResetAtMs: async (name) => (await peopleOf().accounts.find(name))?.resetAtMs ?? null,
        })
      })()
      return response
    },
    checklists() {
      checklists ??= import('../prepare/checklists/index.ts').then(
        ({ ChecklistLibrary: Library }) => new Library({ store, clock, folder: config.checklists }),
      )
      return checklists
    },
    people: async () => peopleOf(),
    announce: async (url) => lock?.announce(url),
    async close() {
      // Opening may have failed; its error has been told already.
      if (response !== null)
        await response.then(
          (open) => open.close(),
          () => {},
        )
      if (knowledge !== null)
        await knowledge.then(
          (open) => open.close(),
          () => {},
        )
      await store.close()
      await lock?.release()
    },
  }
  return opened
}

const dayMs = 24 * 60 * 60 * 1000

async function takeLock(directory: string, version: string, clock: Clock): Promise<HeldLock> {
  const taken = await acquireLock(directory, { version, clock })
  if (taken.ok) return taken.value
  throw lockedBy(directory, taken.reason)
}
