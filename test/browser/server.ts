import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '../..')

export interface RunningServer {
  url: string
  port: number
  /** Interrupts it, and resolves with its exit code. */
  stop(): Promise<number | null>
}

/**
 * The real server on a free port of loopback: with the example fleet, or with a data directory. A `port` is given to
 * bring a server back where another was; `program` and `env` start one that is not this checkout's.
 */
export async function startServer({
  data,
  port: wanted,
  program = join(root, 'src/main.ts'),
  env,
}: { data?: string; port?: number; program?: string; env?: NodeJS.ProcessEnv } = {}): Promise<RunningServer> {
  const port = wanted ?? (await freePort())
  const fleet = data === undefined ? ['--example'] : ['--data', data]
  const child = spawn(process.execPath, [program, 'up', ...fleet, '--port', String(port)], {
    cwd: dirname(program),
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes(`:${port}`)) resolve()
    })
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${said}`)))
  })
  await ready
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      child.removeAllListeners('exit')
      const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
      child.kill('SIGINT')
      return await ended
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address !== null && typeof address === 'object'
          ? resolve(address.port)
          : reject(new Error('no port')),
      )
    })
  })
}
