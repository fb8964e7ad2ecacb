import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, opendir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompressSync } from 'node:zlib'
import { type Clock, systemClock } from './clock.ts'
import { AllclearError } from './errors.ts'
import { limit } from './limits.ts'

/** Bytes with their digest when it is known already: hashing 254 MB takes longer than writing them. */
export type BlobInput = Uint8Array | { bytes: Uint8Array; sha256: string }

/** Originals of documents and evidence, named by the SHA-256 of their content, compressed with zstd. */
export interface Blobs {
  /** Stores the bytes and returns their name once they are on the disk. */
  put(blob: BlobInput): Promise<string>
  /** The same for many at once, which waits for the disk once and not once for each. */
  putMany(blobs: readonly BlobInput[]): Promise<string[]>
  /** The bytes, checked against their name. Throws `not-found`, or `data.damaged` when they are not what they were. */
  get(sha256: string): Promise<Uint8Array>
  has(sha256: string): Promise<boolean>
  /** Every name, in no particular order. */
  list(): AsyncIterable<string>
  remove(sha256: string): Promise<void>
}

const compress = promisify(zstdCompress)
/** Level 1: JSON shrinks nine-fold at the speed of the disk; the levels above win a tenth for twice the time. */
const compression = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
/** Files written at once: Node's thread pool has four threads. */
const writersMax = 4
/** A blob is written within seconds. */
const abandonedMs = 60 * 60 * 1000
const namePattern = /^[0-9a-f]{64}$/

/**
 * `<folder>/<first two digits>/<rest>.zst`. A blob is written beside its place, flushed, and renamed: under its name
 * there is never a half of it, whatever happens. What was cut off lies in `incoming/`; it is removed on opening once it
 * is so old that no other replica can be writing it.
 */
export async function openBlobs(
  folder: string,
  { clock = systemClock }: { clock?: Clock } = {},
): Promise<Blobs> {
  const incoming = join(folder, 'incoming')
  await mkdir(incoming, { recursive: true, mode: 0o700 })
  await removeAbandoned(incoming, clock.nowMs() - abandonedMs)
  const shards = new Set<string>()

  async function putMany(blobs: readonly BlobInput[]): Promise<string[]> {
    const named = blobs.map((blob) =>
      blob instanceof Uint8Array ? { bytes: blob, sha256: digestOf(blob) } : blob,
    )
    for (const { bytes, sha256 } of named) refuseUnstorable(bytes, sha256)
    const written: { from: string; sha256: string }[] = []
    const distinct = [...new Map(named.map((blob) => [blob.sha256, blob])).values()]
    await eachOf(distinct, writersMax, async ({ bytes, sha256 }) => {
      if (await exists(placeOf(folder, sha256))) return
      const from = join(incoming, randomBytes(12).toString('hex'))
      await writeFlushed(from, await compress(bytes, compression))
      written.push({ from, sha256 })
    })
    if (written.length === 0) return named.map(({ sha256 }) => sha256)
    const touched = new Set<string>()
    for (const { sha256 } of written) touched.add(sha256.slice(0, 2))
    let shardsAdded = false
    for (const shard of touched) {
      if (shards.has(shard)) continue
      await mkdir(join(folder, shard), { recursive: true, mode: 0o700 })
      shards.add(shard)
      shardsAdded = true
    }
    await eachOf(written, writersMax, ({ from, sha256 }) => rename(from, placeOf(folder, sha256)))
    // A rename is on the disk only when its folder is (fsync(2), "Notes").
    if (shardsAdded) await flushFolder(folder)
    await eachOf([...touched], writersMax, (shard) => flushFolder(join(folder, shard)))
    return named.map(({ sha256 }) => sha256)
  }

  return {
    put: async (blob) => (await putMany([blob]))[0],
    putMany,
    async get(sha256) {
      refuseBadName(sha256)
      let packed: Uint8Array
      try {
        packed = await readFile(placeOf(folder, sha256))
      } catch (error) {
        if ((error as { code?: string }).code !== 'ENOENT') throw error
        throw new AllclearError('not-found', {
          message: `There is no stored document ${sha256}.`,
          next: 'Import it again.',
          cause: error,
        })
      }
      const bytes = unpack(packed)
      if (bytes === null || digestOf(bytes) !== sha256) {
        throw new AllclearError('data.damaged', {
          message: `The stored document ${sha256} is damaged.`,
          next: `Remove ${placeOf(folder, sha256)} and import the document again.`,
          where: placeOf(folder, sha256),
        })
      }
      return bytes
    },
    async has(sha256) {
      refuseBadName(sha256)
      return exists(placeOf(folder, sha256))
    },
    async *list() {
      for await (const shard of await opendir(folder)) {
        if (!shard.isDirectory() || shard.name.length !== 2) continue
        for await (const file of await opendir(join(folder, shard.name))) {
          const sha256 = shard.name + file.name.slice(0, -'.zst'.length)
          if (file.name.endsWith('.zst') && namePattern.test(sha256)) yield sha256
        }
      }
    },
    async remove(sha256) {
      refuseBadName(sha256)
      await rm(placeOf(folder, sha256), { force: true })
    },
  }
}

function placeOf(folder: string, sha256: string): string {
  return join(folder, sha256.slice(0, 2), `${sha256.slice(2)}.zst`)
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function refuseBadName(sha256: string): void {
  if (namePattern.test(sha256)) return
  throw new AllclearError('usage', {
    message: `\`${sha256.slice(0, 100)}\` is not the name of a stored document.`,
    next: 'Name it by its SHA-256, 64 lower-case hexadecimal digits.',
  })
}

function refuseUnstorable(bytes: Uint8Array, sha256: string): void {
  refuseBadName(sha256)
  if (bytes.length <= limit('archiveEntryBytes')) return
  throw new AllclearError('input.too-large', {
    message: `The document has ${bytes.length} bytes; at most ${limit('archiveEntryBytes')} are kept.`,
    next: 'Split it, or raise ALLCLEAR_LIMIT_ARCHIVE_ENTRY_BYTES.',
  })
}

function unpack(packed: Uint8Array): Uint8Array | null {
  try {
    return zstdDecompressSync(packed, { maxOutputLength: limit('archiveEntryBytes') })
  } catch {
    return null
  }
}

async function removeAbandoned(incoming: string, olderThanMs: number): Promise<void> {
  for await (const { name } of await opendir(incoming)) {
    const path = join(incoming, name)
    const found = await stat(path).catch(() => null)
    if (found !== null && found.mtimeMs < olderThanMs) await rm(path, { force: true })
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    await file.datasync()
  } finally {
    await file.close()
  }
}

async function flushFolder(path: string): Promise<void> {
  // Windows cannot open a folder; NTFS journals renames itself.
  if (process.platform === 'win32') return
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function eachOf<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < items.length) await work(items[next++])
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker))
}
