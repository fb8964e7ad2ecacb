import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { AllclearError } from '../base/errors.ts'
import { createApi } from './app.ts'
import { openConsole } from './console.ts'
import type { ApiContext } from './context.ts'
import { isLoopback } from './loopback.ts'
import { findPortOwner } from './port-owner.ts'

export interface RunningServer {
  url: string
  close(): Promise<void>
}

export interface ServeOptions {
  context: ApiContext
  host: string
  port: number
  /** Further names under which the server is reached. */
  names: readonly string[]
  /** Folder of the built console; null when there is none. */
  consoleDirectory: string | null
}

/** Open requests are given this long to end when the server stops; event streams never end by themselves. */
const closeGraceMs = 1_000

/**
 * Listens with the API and the console. On loopback nobody signs in before there is an account, so the `Host` header is
 * checked against DNS rebinding; on any other address everybody does, and an administrator must exist before the port opens.
 */
export async function startServer({
  context,
  host,
  port,
  names,
  consoleDirectory,
}: ServeOptions): Promise<RunningServer> {
  const local = isLoopback(host)
  const people = await context.auth.people()
  if (!local && !(await people.accounts.hasAdministrator()) && !(await people.tokens.hasAdmin())) {
    throw new AllclearError('server.token-needed', {
      message: `On ${host} everybody in the network could reach this server, and there is no administrator.`,
      next: 'Add one with `allclear user add NAME --role administrator`, or a token with `allclear token create`, then start again; or stay on 127.0.0.1.',
    })
  }
  const hosts: string[] = []
  let url = ''
  const api = createApi({
    ...context,
    auth: { ...context.auth, mode: local ? 'loopback' : 'sign-in' },
    // Filled when the port is known; where people sign in a foreign name gains nothing, for it has no cookie of ours.
    config: { publicUrl: () => url, ...context.config, compress: !local, ...(local ? { hosts } : {}) },
  })
  const console = openConsole(consoleDirectory)
  api.get('*', (c) => console(c.req.raw))

  const server = await listen(api.fetch as (request: Request) => Promise<Response>, host, port)
  const address = server.address() as AddressInfo
  for (const name of ['127.0.0.1', 'localhost', '[::1]', host, ...names]) {
    hosts.push(`${name.toLowerCase()}:${address.port}`)
    // A name that is given is one of a proxy before us, which may listen on the scheme's own port.
    if (names.includes(name)) hosts.push(name.toLowerCase())
  }
  const shown = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
  url = `http://${shown}:${address.port}`
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
        setTimeout(() => server.closeAllConnections(), closeGraceMs).unref()
      }),
  }
}

async function listen(
  fetch: (request: Request) => Promise<Response>,
  host: string,
  port: number,
): Promise<Server> {
  const hostname = host.replace(/^\[|\]$/g, '')
  try {
    return await new Promise<Server>((resolve, reject) => {
      const server = serve({ fetch, hostname, port, overrideGlobalObjects: false }, () => {
        server.off('error', reject)
        resolve(server as Server)
      })
      server.once('error', reject)
    })
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EADDRINUSE') throw await portTaken(port, error)
    throw new AllclearError('server.port-taken', {
      message: `The server cannot listen on ${hostname}:${port}: ${code ?? (error as Error).message}.`,
      next:
        code === 'EACCES'
          ? 'Ports below 1024 need privileges; choose another with `--port`.'
          : 'Choose another address with `--host` and `--port`.',
      cause: error,
    })
  }
}

async function portTaken(port: number, cause: unknown): Promise<AllclearError> {
  const owner = await findPortOwner(port)
  const who = owner === null ? 'another process' : `process ${owner.pid} (${owner.command})`
  return new AllclearError('server.port-taken', {
    message: `Port ${port} is in use by ${who}.`,
    next: `Choose another: \`allclear up --port ${port + 1}\`, or \`npm start -- --port ${port + 1}\`.`,
    cause,
  })
}
