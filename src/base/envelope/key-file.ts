import { createHash, randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AllclearError } from '../errors.ts'
import type { KeyEncryption } from './key-encryption.ts'
import { keyBytes, openBytes, sealBytes } from './sealed-bytes.ts'

const head =
  '# Keys of Allclear. Whoever has this file and the store can read what is under embargo; without it nobody can.\n'
/** A rotation a month for forty years; each line is read on start. */
const keysMax = 500

interface FileKey {
  name: string
  bytes: Buffer
}

/**
 * Key-encryption keys in a file that only its owner may read: a line `NAME BASE64` each, the last one wraps. Made with
 * its first key when it is not there and `make` says so: a file that has gone must not be replaced by an empty one in silence.
 */
export async function openKeyFile(path: string, { make }: { make: boolean }): Promise<KeyEncryption> {
  let keys = await readKeys(path)
  if (keys === null) {
    if (!make)
      throw new AllclearError('key.missing', {
        message: `The file of keys ${path} is not there.`,
        next: 'Put it back from where you keep a copy, or name it with ALLCLEAR_KEY_FILE. Without it, what is under embargo cannot be read.',
        where: path,
      })
    await writeKeys(path, [newKey()], { replace: false })
    keys = await readKeys(path)
  }
  const found = keys!
  const current = found.at(-1)!
  return {
    current: current.name,
    wrap: async (dataKey) => ({
      key: current.name,
      wrapped: sealBytes(current.bytes, dataKey, current.name),
    }),
    async unwrap(name, wrapped) {
      const key = found.find((one) => one.name === name)
      if (key === undefined)
        throw new AllclearError('key.missing', {
          message: `The key ${name} is not in ${path}.`,
          next: 'Put back the file that has it. What was encrypted under it cannot be read without.',
          where: path,
        })
      return openBytes(key.bytes, wrapped, name)
    },
  }
}

/** Adds a key, which wraps from now on. The others stay: what they wrapped is still to be opened. */
export async function addKey(path: string): Promise<string> {
  const key = newKey()
  await writeKeys(path, [...((await readKeys(path)) ?? []), key], { replace: true })
  return key.name
}

/** Takes out all but the last; once nothing is wrapped by the others. */
export async function dropOldKeys(path: string): Promise<string[]> {
  const keys = (await readKeys(path)) ?? []
  if (keys.length < 2) return []
  await writeKeys(path, keys.slice(-1), { replace: true })
  return keys.slice(0, -1).map(({ name }) => name)
}

function newKey(): FileKey {
  const bytes = randomBytes(keyBytes)
  return { name: nameOf(bytes), bytes }
}

/** From the key itself, so that a line cannot be given to another name by mistake. */
function nameOf(bytes: Buffer): string {
  return `kek-${createHash('sha256').update('allclear key name').update(bytes).digest('hex').slice(0, 10)}`
}

async function readKeys(path: string): Promise<FileKey[] | null> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw unusable(path, (error as Error).message, error)
  }
  const keys = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [name, base64, ...rest] = line.split(/\s+/)
      const bytes = Buffer.from(base64 ?? '', 'base64')
      if (rest.length > 0 || bytes.length !== keyBytes || name !== nameOf(bytes))
        throw unusable(path, `the line of ${name.slice(0, 40)} is not as it was written`)
      return { name, bytes }
    })
  if (keys.length === 0 || keys.length > keysMax) throw unusable(path, `it has ${keys.length} keys`)
  return keys
}

/** On the disk before it counts: a key that is lost takes with it what it wrapped. */
async function writeKeys(
  path: string,
  keys: readonly FileKey[],
  { replace }: { replace: boolean },
): Promise<void> {
  const beside = `${path}.${randomBytes(4).toString('hex')}`
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const file = await open(beside, 'wx', 0o600)
    try {
      await file.writeFile(
        head + keys.map(({ name, bytes }) => `${name} ${bytes.toString('base64')}\n`).join(''),
      )
      await file.sync()
    } finally {
      await file.close()
    }
    if (replace) await rename(beside, path)
    else {
      // Of two processes that begin at once the first one's key counts.
      await link(beside, path).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error
      })
      await rm(beside)
    }
    const folder = await open(dirname(path), 'r')
    await folder.sync().finally(() => folder.close())
  } catch (error) {
    await rm(beside, { force: true })
    throw unusable(path, (error as Error).message, error)
  }
}

function unusable(path: string, why: string, cause?: unknown): AllclearError {
  return new AllclearError('key.missing', {
    message: `The file of keys ${path} cannot be used: ${why}.`,
    next: 'Put it back from where you keep a copy; do not make a new one, or what is under embargo is lost.',
    where: path,
    cause,
  })
}
