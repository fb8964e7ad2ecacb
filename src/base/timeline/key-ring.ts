import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { timelineKeyOf, type SigningKey } from '../../core/timeline/index.ts'
import { AllclearError } from '../errors.ts'

/**
 * The keys that sign timelines: `KEYS/ID.pem` (PKCS #8, readable by the owner only) and `KEYS/current`, which names the
 * one that signs now. Retired keys stay, for they hand timelines over that were written with them. They are not part of a
 * backup of the store: whoever has both could write the past anew.
 */
export interface KeyRing {
  current(): SigningKey
  /** Null when the key is not here (any more). */
  find(id: string): SigningKey | null
  /** Every key that is here. */
  ids(): string[]
  /** Makes a new key the current one. Timelines take it up with their next entry. */
  rotate(): Promise<SigningKey>
}

const currentFile = 'current'

/** Opens the keys of a data directory and makes the first one. */
export async function openKeyRing(folder: string): Promise<KeyRing> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const keys = new Map<string, SigningKey>()
  for (const name of await readdir(folder)) {
    if (!/^[0-9a-f]{32}\.pem$/.test(name)) continue
    const key = signingKeyOf(readPem(await readFile(join(folder, name), 'utf8'), join(folder, name)))
    keys.set(key.id, key)
  }
  let current = await readCurrent(folder, keys)
  const rotate = async () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const key = signingKeyOf(privateKey)
    // The key is on disk before anything names it.
    await writeWhole(folder, `${key.id}.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string)
    await writeWhole(folder, currentFile, `${key.id}\n`)
    keys.set(key.id, key)
    current = key
    return key
  }
  if (current === null) await rotate()
  return {
    current: () => current as SigningKey,
    find: (id) => keys.get(id) ?? null,
    ids: () => [...keys.keys()].toSorted(),
    rotate,
  }
}

/** Null when there never was a key. A key that is named and not there is told, and nothing is signed by another one. */
async function readCurrent(
  folder: string,
  keys: ReadonlyMap<string, SigningKey>,
): Promise<SigningKey | null> {
  let id: string
  try {
    id = (await readFile(join(folder, currentFile), 'utf8')).trim()
  } catch (error) {
    // A crash between the two writes leaves a key that nothing was signed with.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  const key = keys.get(id)
  if (key !== undefined) return key
  throw new AllclearError('data.damaged', {
    message: `The key ${id.slice(0, 40)} that signs timelines is not in ${folder}.`,
    next: `Put ${id.slice(0, 40)}.pem back. If it is lost, remove the file \`${currentFile}\` there: a new key is made, and each timeline says that nobody vouched for it.`,
    where: join(folder, currentFile),
  })
}

function signingKeyOf(privateKey: KeyObject): SigningKey {
  return { ...timelineKeyOf(privateKey), privateKey }
}

function readPem(text: string, where: string): KeyObject {
  try {
    return createPrivateKey(text)
  } catch (cause) {
    throw new AllclearError('data.damaged', {
      message: `The key in ${where} cannot be read.`,
      next: 'Put it back from where keys are kept.',
      where,
      cause,
    })
  }
}

/** Whole or not there, and on disk when this returns. */
async function writeWhole(folder: string, name: string, text: string): Promise<void> {
  const path = join(folder, name)
  const file = await open(`${path}.new`, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
}
