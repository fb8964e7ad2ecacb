import { createReadStream } from 'node:fs'
import { lstat, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { withoutTrailingSlashes } from '../../core/trailing-slashes.ts'
import { Budget } from '../archive/budget.ts'
import { ByteStream } from '../archive/byte-stream.ts'
import { decompress } from '../archive/decompress.ts'
import { detectFormat, headBytes } from '../archive/format.ts'
import { limit } from '../limits.ts'
import { overLimit, unreadableImage } from './refusals.ts'
import { readTarLayer, type TarEntry } from './tar-layer.ts'

const chunkBytes = 1024 * 1024

/** Named blobs beside each other: a folder, or a tar of one. */
export interface BlobPlace {
  /** A document; null when there is none of that name. Throws when it is larger than a manifest may be. */
  document(name: string): Promise<Uint8Array | null>
  /** Sizes of the named blobs as they lie there; null when missing. */
  sizeOf(name: string): Promise<number | null>
  /** The blobs of these names, each once, in the order that costs least. */
  streams(names: ReadonlySet<string>): AsyncGenerator<{ name: string; chunks: AsyncIterable<Uint8Array> }>
  close(): Promise<void>
}

export function openFolderPlace(root: string, where: string): BlobPlace {
  // The names are ours or digests; a link could still lead out of the folder, and is not followed.
  const sizeOf = async (name: string): Promise<number | null> => {
    const found = await lstat(join(root, name)).catch(() => null)
    return found?.isFile() === true ? found.size : null
  }
  return {
    sizeOf,
    async document(name) {
      const size = await sizeOf(name)
      if (size === null) return null
      refuseLong(size, `${where}: ${name}`)
      return readFile(join(root, name))
    },
    async *streams(names) {
      for (const name of names)
        yield { name, chunks: createReadStream(join(root, name), { highWaterMark: chunkBytes }) }
    },
    close: async () => {},
  }
}

/** A tar, packed or not. An unpacked one is read where its blobs lie; a packed one from its start, once for each call. */
export async function openTarPlace(path: string, where: string): Promise<BlobPlace> {
  const file = await open(path, 'r')
  let format: string
  try {
    const head = Buffer.alloc(headBytes)
    const { bytesRead } = await file.read(head, 0, headBytes, 0)
    format = detectFormat(head.subarray(0, bytesRead)).format
  } catch (error) {
    await file.close()
    throw error
  }
  await file.close()
  if (format === 'tar') return openPlainTar(path, where)
  if (format === 'gzip' || format === 'zstd') return openPackedTar(path, where)
  throw unreadableImage(where, 'it is neither a tar nor a packed one')
}

/** The entries of a tar, packed or not, from its start. */
export async function* tarEntries(path: string, where: string): AsyncGenerator<TarEntry> {
  const bytes = new ByteStream(createReadStream(path, { highWaterMark: chunkBytes }))
  const { format } = detectFormat(await bytes.peek(headBytes))
  if (format === 'tar') return yield* readTarLayer(bytes, where)
  if (format !== 'gzip' && format !== 'zstd')
    throw unreadableImage(where, 'it is neither a tar nor a packed one')
  yield* readTarLayer(
    decompress(format, bytes, where, new Budget(where, { bytes: 'layerBytes', entries: 'layerEntries' })),
    where,
  )
}

interface Stretch {
  offset: number
  sizeBytes: number
}

/** One pass over the headers says where each blob lies; contents are jumped over. */
async function openPlainTar(path: string, where: string): Promise<BlobPlace> {
  const stretches = await findStretches(path, where)
  const stretchOf = (name: string) => stretches.get(name) ?? null
  const streamOf = ({ offset, sizeBytes }: Stretch) =>
    sizeBytes === 0
      ? noBytes()
      : createReadStream(path, { start: offset, end: offset + sizeBytes - 1, highWaterMark: chunkBytes })
  return {
    sizeOf: async (name) => stretchOf(name)?.sizeBytes ?? null,
    async document(name) {
      const stretch = stretchOf(name)
      if (stretch === null) return null
      refuseLong(stretch.sizeBytes, `${where}: ${name}`)
      const parts: Uint8Array[] = []
      for await (const chunk of streamOf(stretch)) parts.push(chunk as Uint8Array)
      return Buffer.concat(parts)
    },
    async *streams(names) {
      const found = [...names].flatMap((name) => {
        const stretch = stretchOf(name)
        return stretch === null ? [] : [{ name, stretch }]
      })
      for (const { name, stretch } of found.sort((a, b) => a.stretch.offset - b.stretch.offset))
        yield { name, chunks: streamOf(stretch) }
    },
    close: async () => {},
  }
}

async function findStretches(path: string, where: string): Promise<Map<string, Stretch>> {
  const file = await open(path, 'r')
  const stretches = new Map<string, Stretch>()
  const links = new Map<string, string>()
  const { size } = await file.stat()
  let offset = 0
  /** Hands the tar reader one header at a time and tells it that contents are empty, so that it never reads them. */
  async function* headers(): AsyncGenerator<Uint8Array> {
    const buffer = Buffer.alloc(chunkBytes)
    while (offset < size) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(512, size - offset), offset)
      if (bytesRead < 512) return
      offset += 512
      yield Buffer.from(buffer.subarray(0, 512))
    }
  }
  try {
    // Long names and pax records are contents too; the reader takes them as it needs them, block by block.
    for await (const entry of readTarLayer(headers(), where)) {
      const name = cleanName(entry.name)
      if (entry.kind === 'file') {
        stretches.set(name, { offset, sizeBytes: entry.sizeBytes })
        if (offset + entry.sizeBytes > size) throw unreadableImage(where, `it ends inside ${name}`)
        entry.forget()
        offset += Math.ceil(entry.sizeBytes / 512) * 512
      } else if (entry.target !== null) links.set(name, linkTarget(name, entry.kind, entry.target))
      if (stretches.size + links.size > limit('imageBlobs'))
        throw overLimit(where, `has more than ${limit('imageBlobs')} blobs`, 'ALLCLEAR_LIMIT_IMAGE_BLOBS')
    }
  } finally {
    await file.close()
  }
  // Docker wrote a layer that two images share once and linked the other.
  for (const [name, target] of links) {
    const stretch = stretches.get(target)
    if (stretch !== undefined) stretches.set(name, stretch)
  }
  return stretches
}

async function openPackedTar(path: string, where: string): Promise<BlobPlace> {
  const entries = () => tarEntries(path, where)
  const documents = new Map<string, Uint8Array>()
  const sizes = new Map<string, number>()
  let keptBytes = 0
  for await (const entry of entries()) {
    if (entry.kind !== 'file') continue
    const name = cleanName(entry.name)
    sizes.set(name, entry.sizeBytes)
    if (sizes.size > limit('imageBlobs'))
      throw overLimit(where, `has more than ${limit('imageBlobs')} blobs`, 'ALLCLEAR_LIMIT_IMAGE_BLOBS')
    // Manifests and configurations are small and JSON; small layers are kept for nothing, but briefly.
    if (entry.sizeBytes > limit('imageManifestBytes')) continue
    keptBytes += entry.sizeBytes
    if (keptBytes > 16 * limit('imageManifestBytes'))
      throw overLimit(where, 'has too many small blobs', 'ALLCLEAR_LIMIT_IMAGE_MANIFEST_BYTES')
    const parts: Buffer[] = []
    await entry.read((part) => parts.push(Buffer.from(part)))
    const bytes = Buffer.concat(parts)
    if (bytes[0] === 0x7b || bytes[0] === 0x5b) documents.set(name, bytes)
    else keptBytes -= entry.sizeBytes
  }
  return {
    sizeOf: async (name) => sizes.get(name) ?? null,
    document: async (name) => documents.get(name) ?? null,
    async *streams(names) {
      for await (const entry of entries()) {
        const name = cleanName(entry.name)
        if (entry.kind === 'file' && names.has(name)) yield { name, chunks: entry.chunks() }
      }
    },
    close: async () => {},
  }
}

function cleanName(name: string): string {
  return withoutTrailingSlashes(name.replace(/^(?:\.?\/)+/, ''))
}

function linkTarget(name: string, kind: string, target: string): string {
  if (kind === 'hardlink') return cleanName(target)
  const parts = name.split('/').slice(0, -1)
  for (const part of target.split('/'))
    if (part === '..') parts.pop()
    else if (part !== '.' && part !== '') parts.push(part)
  return parts.join('/')
}

function refuseLong(sizeBytes: number, where: string): void {
  if (sizeBytes > limit('imageManifestBytes'))
    throw overLimit(
      where,
      `has ${sizeBytes} bytes; a manifest or configuration may have ${limit('imageManifestBytes')}`,
      'ALLCLEAR_LIMIT_IMAGE_MANIFEST_BYTES',
    )
}

async function* noBytes(): AsyncGenerator<Uint8Array> {}
