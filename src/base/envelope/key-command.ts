import { spawn } from 'node:child_process'
import { AllclearError } from '../errors.ts'
import { limit } from '../limits.ts'
import type { KeyEncryption } from './key-encryption.ts'

/** A wrapped key of any service is below 8 KB. */
const answerBytesMax = 64 * 1024

/**
 * A key management service, through a program that speaks to it: `COMMAND wrap` and `COMMAND unwrap KEY` get base64 on stdin and
 * print it; `COMMAND current` prints the name of the key that wraps now. So any service is reached that has a command line,
 * with the credentials that it has anyway, and none of them is a dependency.
 */
export async function openKeyCommand(command: readonly string[]): Promise<KeyEncryption> {
  const run = (args: readonly string[], input = '') => runCommand([...command, ...args], input)
  const current = (await run(['current'])).trim()
  if (!/^[\w:/.@+=-]{1,300}$/.test(current)) throw failed(command, 'what it printed is no name of a key')
  return {
    current,
    async wrap(dataKey) {
      const wrapped = Buffer.from((await run(['wrap'], dataKey.toString('base64'))).trim(), 'base64')
      if (wrapped.length < dataKey.length || wrapped.includes(dataKey))
        throw failed(command, 'what it printed is not an encrypted key')
      return { key: current, wrapped }
    },
    async unwrap(key, wrapped) {
      return Buffer.from((await run(['unwrap', key], wrapped.toString('base64'))).trim(), 'base64')
    },
  }
}

async function runCommand([file, ...args]: readonly string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    // In a group of its own: what it started itself ends with it.
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true })
    let said = ''
    let complaint = ''
    let givenUp: string | null = null
    const giveUp = (why: string): void => {
      givenUp ??= why
      if (child.pid === undefined) return
      try {
        process.kill(-child.pid, 'SIGKILL')
      } catch {
        // It has ended meanwhile.
      }
    }
    const timer = setTimeout(() => giveUp('it does not answer'), limit('keyCommandMs'))
    child.stdout.on('data', (chunk: Buffer) => {
      if (said.length <= answerBytesMax) said += chunk.toString('latin1')
      else giveUp('it prints without end')
    })
    child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(0, 500)))
    child.once('error', (error) => {
      clearTimeout(timer)
      reject(failed([file, ...args], error.message, error))
    })
    child.once('close', (code) => {
      clearTimeout(timer)
      if (code === 0 && givenUp === null) return resolve(said)
      const why = givenUp ?? `it ended with ${code}${complaint === '' ? '' : `: ${complaint.trim()}`}`
      reject(failed([file, ...args], why))
    })
    // A program that ends without reading is told of by its code.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}

function failed(command: readonly string[], why: string, cause?: unknown): AllclearError {
  return new AllclearError('key.missing', {
    message: `The key command \`${command.slice(0, 2).join(' ')}\` failed: ${why}.`,
    next: 'Run it by hand with `current`; what is under embargo cannot be read or written before it answers.',
    cause,
  })
}
