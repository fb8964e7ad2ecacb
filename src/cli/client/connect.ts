import { setTimeout as pause } from 'node:timers/promises'
import type { ApiContext } from '../../api/context.ts'
import type { Installation } from '../../api/installation.ts'
import { findServer } from '../../base/data-directory.ts'
import { AllclearError } from '../../base/errors.ts'
import type { Location } from '../context.ts'
import type { CliIo } from '../io.ts'
import type { ProgressView } from '../output/progress.ts'
import type { CommandSpec } from '../spec.ts'
import type { Client } from './client.ts'
import { credentialFor } from './credentials.ts'
import { openLocalClient } from './local.ts'

/** An event stream within one process has nobody to tell that it lives; the number only has to be one. */
const heartbeatMs = 5_000
/** Somebody else's import takes seconds; whoever waits a minute wants to know. */
const lockWaitMs = 60_000
const lockPauseMs = 200

export interface ConnectOptions {
  version: string
  needs: NonNullable<CommandSpec['needs']>
  progress: ProgressView
}

/**
 * The API for a command: of the server that `--server` names, else of the one that owns the data directory, else of
 * this process. What needs no data is answered here unless a server is named.
 */
export async function connect(location: Location, io: CliIo, options: ConnectOptions): Promise<Client> {
  const { version, needs } = options
  const server = location.server ?? (needs === 'nothing' ? null : await findServerOf(location))
  if (server !== null) return connectTo(server, location, io)

  const config = { version, example: location.example, heartbeatMs, clock: io.clock }
  if (needs === 'nothing') {
    const without = () => Promise.reject(new Error('a command that needs no data asked for it'))
    const context: ApiContext = {
      knowledge: without,
      auth: { mode: 'local', people: without },
      config,
    }
    return openLocalClient(context, io, async () => {})
  }
  let installation: Installation
  try {
    installation = await openFor(location, io, options)
  } catch (error) {
    // A server that started while we waited answers as well.
    const started = isLocked(error) ? await findServerOf(location) : null
    if (started === null) throw error
    return connectTo(started, location, io)
  }
  const context: ApiContext = {
    knowledge: installation.knowledge,
    response: () => installation.response(),
    checklists: installation.checklists,
    auth: { mode: 'local', people: installation.people },
    config: { ...config, example: installation.isExample, osvUrl: installation.config.feeds.osv },
  }
  return openLocalClient(context, io, installation.close)
}

/** Address of the server that has the data directory open. */
export async function findServerOf(location: Location): Promise<string | null> {
  return location.server ?? (await findServer(location.dataDirectory))?.url ?? null
}

/** The data directory itself, for commands that are about it. Waits while another command writes to it. */
export async function openFor(
  location: Location,
  io: CliIo,
  { version, needs, progress }: ConnectOptions,
): Promise<Installation> {
  const { openInstallation } = await import('../../api/installation.ts')
  const begunMs = Date.now()
  for (let attempt = 0; ; attempt++) {
    try {
      return await openInstallation({
        directory: location.dataDirectory,
        example: location.example,
        clock: io.clock,
        version,
        env: io.env,
        exclusive: needs === 'write',
        onProgress: (shown) => progress.show(shown),
      })
    } catch (error) {
      if (!isLocked(error) || Date.now() - begunMs > lockWaitMs) throw error
      if (await findServerOf(location)) throw error
      if (attempt === 0) io.writeError(`${error.message} Waiting for it.\n`)
      await pause(lockPauseMs, undefined, { signal: io.signal })
    }
  }
}

async function connectTo(server: string, location: Location, io: CliIo): Promise<Client> {
  const { openRemoteClient } = await import('./remote.ts')
  return openRemoteClient(server, location.token ?? (await credentialFor(server, io)), io)
}

function isLocked(error: unknown): error is AllclearError {
  return error instanceof AllclearError && error.code === 'data.locked'
}
