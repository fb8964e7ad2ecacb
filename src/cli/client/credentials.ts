import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { AllclearError } from '../../base/errors.ts'
import type { CliIo } from '../io.ts'

/** Tokens of `allclear login`, by server, in a file of the XDG configuration folder that only its owner may read. */
type Credentials = Record<string, { token: string }>

type Surroundings = Pick<CliIo, 'env'>

/** The token for a server; null when nobody signed in to it here. */
export async function credentialFor(server: string, io: Surroundings): Promise<string | null> {
  const kept = await read(fileOf(io))
  return Object.hasOwn(kept, server) ? kept[server].token : null
}

export async function keepCredential(server: string, token: string, io: Surroundings): Promise<void> {
  const file = fileOf(io)
  await write(file, { ...(await read(file)), [server]: { token } })
}

export async function forgetCredential(server: string, io: Surroundings): Promise<void> {
  const file = fileOf(io)
  const { [server]: _gone, ...others } = await read(file)
  await write(file, others)
}

function fileOf({ env }: Surroundings): string {
  return join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config'), 'allclear', 'credentials.json')
}

async function read(file: string): Promise<Credentials> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw unusable(file, error)
  }
  try {
    const value = JSON.parse(text) as unknown
    const entries = Object.entries(value as object).filter(
      ([, kept]) => typeof (kept as { token?: unknown } | null)?.token === 'string',
    )
    return Object.fromEntries(entries) as Credentials
  } catch (error) {
    throw unusable(file, error)
  }
}

/** Beside it first, then in one step: a process that is ended meanwhile loses no other server's token. */
async function write(file: string, credentials: Credentials): Promise<void> {
  const beside = `${file}.${randomBytes(4).toString('hex')}`
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await writeFile(beside, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 })
    await rename(beside, file)
  } catch (error) {
    throw unusable(file, error)
  }
}

function unusable(file: string, cause: unknown): AllclearError {
  return new AllclearError('usage', {
    message: `The file of kept tokens cannot be used: ${(cause as Error).message}`,
    next: `Correct or remove ${file}, or give a token with --token.`,
    where: file,
    cause,
  })
}
