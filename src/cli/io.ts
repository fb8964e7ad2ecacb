import { systemClock } from '../base/clock.ts'
import type { Clock } from '../base/clock.ts'

/** Everything a command may touch of the outside, so that tests run commands in their own process. */
export interface CliIo {
  stdin: AsyncIterable<Uint8Array>
  stdinIsTerminal: boolean
  /** A line that is not shown while it is typed; without a terminal the first line of stdin. */
  readSecret(prompt: string): Promise<string>
  /** Resolves when the reader has taken it; a closed pipe ends the command quietly. */
  write(text: string | Uint8Array): Promise<void>
  writeError(text: string): void
  stdoutIsTerminal: boolean
  stderrIsTerminal: boolean
  /** Columns of the terminal; 0 when the output is none, and nothing is cut. */
  columns: number
  colour: boolean
  env: Record<string, string | undefined>
  cwd: string
  clock: Clock
  signal: AbortSignal
}

/** The reader of our output has gone (`| head`): nothing is wrong, there is only nobody to tell. */
export class ClosedPipe extends Error {}

/** The io of this process. Ctrl-C aborts `signal` once; the second one ends the process at once. */
export function processIo(): CliIo {
  const { stdin, stdout, stderr, env } = process
  const interrupted = new AbortController()
  let closed = false
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    closed = true
  })
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => interrupted.abort(new Error(name)))
  }
  return {
    stdin,
    stdinIsTerminal: stdin.isTTY === true,
    async readSecret(prompt) {
      const { readSecret } = await import('./secret-line.ts')
      return readSecret(stdin, (text) => void stderr.write(text), prompt, interrupted.signal)
    },
    async write(text) {
      if (closed) throw new ClosedPipe()
      if (stdout.write(text)) return
      await new Promise<void>((resolve) => {
        const end = () => {
          stdout.off('drain', end)
          stdout.off('close', end)
          resolve()
        }
        stdout.on('drain', end)
        stdout.on('close', end)
      })
      if (closed) throw new ClosedPipe()
    },
    writeError: (text) => void stderr.write(text),
    stdoutIsTerminal: stdout.isTTY === true,
    stderrIsTerminal: stderr.isTTY === true,
    columns: stdout.isTTY ? stdout.columns : 0,
    colour: wantsColour(stdout.isTTY === true, env),
    env,
    cwd: process.cwd(),
    clock: systemClock,
    signal: interrupted.signal,
  }
}

/** https://no-color.org and https://force-color.org */
function wantsColour(isTerminal: boolean, env: Record<string, string | undefined>): boolean {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR && env.FORCE_COLOR !== '0') return true
  return isTerminal && env.TERM !== 'dumb'
}
