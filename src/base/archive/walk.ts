import { closeSync, createReadStream, openSync, readSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { AllclearError } from '../errors.ts'
import { limit } from '../limits.ts'
import { Budget } from './budget.ts'
import { openFileSource, sourceOfBytes, type ByteSource } from './byte-source.ts'
import { ByteStream, collect } from './byte-stream.ts'
import { decompress } from './decompress.ts'
import { isHidden } from './entry-name.ts'
import { detectFormat, type Format, headBytes, innerName, namesArchive } from './format.ts'
import { bomb, refusedInput, tooLarge, unreadable } from './refusals.ts'
import type { Input, Root } from './types.ts'
import { readZipDirectory, readZipMembers } from './zip.ts'

export interface WalkOptions {
  /** Whether a document of this name is wanted; asked for files in folders and archives, not for what was named. */
  accept?: (name: string) => boolean
  /** What `-` reads; without it `-` is refused. */
  stdin?: AsyncIterable<Uint8Array>
  /** Relative paths start here; the working directory when absent. */
  cwd?: string
}

/** Where a walk is: how deep in archives, and what it may still unpack. */
interface Place {
  /** For messages: the whole way to it. */
  source: string
  /** What `accept` is asked: the name it has in its folder or archive, without `.gz`. */
  name: string
  depth: number
  budget: Budget
  accept: (name: string) => boolean
}

const fileChunkBytes = 1024 * 1024

/**
 * The documents under the given roots, one after another: files, folders (recursively, by name, links not followed,
 * hidden ones left out), and what lies in archives, told by their content. An archive or entry that cannot be read
 * comes as an input whose `read` throws, so that an import names it and goes on; a root that is not there throws here,
 * before anything is yielded.
 */
export async function* walkInputs(roots: readonly Root[], options: WalkOptions = {}): AsyncGenerator<Input> {
  for (const root of roots) await refuseMissing(root, options)
  for (const root of roots) for await (const inputs of walkRoot(root, options)) yield* inputs
}

/**
 * What walks below yields: the next inputs, usually one, of a zip those that one reading brought. An archive of
 * 700,000 records would otherwise pass each of them through every level of the walk.
 */
type Inputs = AsyncGenerator<Input[]>

async function refuseMissing(root: Root, { stdin, cwd = '.' }: WalkOptions): Promise<void> {
  if (root === '-') {
    if (stdin !== undefined) return
    throw new AllclearError('usage', {
      message: 'There is no standard input here.',
      next: 'Name a file or a folder.',
    })
  }
  if (typeof root === 'object' && 'bytes' in root) return
  const path = typeof root === 'string' ? root : root.path
  await stat(resolve(cwd, path)).catch((error: unknown) => {
    throw new AllclearError('not-found', {
      message: `${path} cannot be read: ${(error as Error).message}`,
      next: 'Name a file or a folder that is there.',
      where: path,
      cause: error,
    })
  })
}

async function* walkRoot(root: Root, { accept = () => true, stdin, cwd = '.' }: WalkOptions): Inputs {
  const at = (source: string): Place => ({
    source,
    name: source,
    depth: 0,
    budget: new Budget(source),
    accept,
  })
  if (root === '-')
    return yield* walkStream(new ByteStream(stdin as AsyncIterable<Uint8Array>), at('standard input'), true)
  if (typeof root === 'object' && 'bytes' in root) return yield* walkBytes(root.bytes, at(root.source), true)
  const { source, path } = typeof root === 'string' ? { source: root, path: resolve(cwd, root) } : root
  const found = await stat(path)
  if (found.isDirectory()) yield* walkFolder(path, source, at)
  else if (found.isFile()) yield* walkFile(path, at(source), true)
  // A pipe: `allclear import sbom <(syft …)`.
  else yield* walkStream(new ByteStream(createReadStream(path)), at(source), true)
}

async function* walkFolder(path: string, source: string, at: (source: string) => Place): Inputs {
  const entries = await readdir(path, { withFileTypes: true })
  entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  for (const entry of entries) {
    if (isHidden(entry.name)) continue
    const inside = source === '.' ? entry.name : join(source, entry.name)
    if (entry.isDirectory()) yield* walkFolder(join(path, entry.name), inside, at)
    else if (entry.isFile()) yield* walkFile(join(path, entry.name), at(inside), false)
  }
}

async function* walkFile(path: string, place: Place, named: boolean): Inputs {
  let format: Format
  try {
    format = detectFormat(readHead(path)).format
  } catch (error) {
    yield [refusedInput(place.source, unreadable(place.source, (error as Error).message, error))]
    return
  }
  if (format === 'zip') yield* refusing(place.source, () => walkZip(() => openFileSource(path), place))
  else if (format !== 'plain') {
    yield* walkStream(new ByteStream(createReadStream(path, { highWaterMark: fileChunkBytes })), place, named)
  } else if (named || place.accept(place.name)) {
    const { size } = await stat(path)
    yield [{ source: place.source, sizeBytes: size, read: () => readWhole(path, place.source) }]
  }
}

async function readWhole(path: string, source: string): Promise<Uint8Array> {
  const { size } = await stat(path)
  if (size > limit('archiveEntryBytes')) throw tooLarge(source, size, limit('archiveEntryBytes'))
  return readFile(path)
}

/** Without waiting: a look at the first block of a file costs less than a trip to the thread pool. */
function readHead(path: string): Uint8Array {
  const file = openSync(path, 'r')
  try {
    const head = Buffer.alloc(headBytes)
    return head.subarray(0, readSync(file, head, 0, headBytes, 0))
  } finally {
    closeSync(file)
  }
}

async function* walkBytes(bytes: Uint8Array, place: Place, named: boolean): Inputs {
  const { format } = detectFormat(bytes.subarray(0, headBytes))
  if (format === 'zip') yield* refusing(place.source, () => walkZip(async () => sourceOfBytes(bytes), place))
  else if (format !== 'plain') yield* walkStream(new ByteStream(oneChunk(bytes)), place, named)
  else if (named || place.accept(place.name))
    yield [{ source: place.source, sizeBytes: bytes.length, read: async () => bytes }]
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** A stream that may be anything. `named` is true for what was asked for by name, which is taken whatever it is called. */
async function* walkStream(stream: ByteStream, place: Place, named: boolean): Inputs {
  const { source, budget } = place
  yield* refusing(source, async function* () {
    const { format, title } = detectFormat(await stream.peek(headBytes))
    switch (format) {
      case 'plain': {
        if (!named && !place.accept(place.name)) return
        const bytes = await collect(source, stream)
        yield [{ source, sizeBytes: bytes.length, read: async () => bytes }]
        return
      }
      case 'gzip':
      case 'zstd': {
        const inside = deeper(place, source, innerName(place.name))
        yield* walkStream(new ByteStream(decompress(format, stream, source, budget)), inside, named)
        return
      }
      case 'tar':
        yield* walkTar(stream, place)
        return
      case 'zip': {
        // The directory is at the end, so all of it has to be there.
        const bytes = await collect(source, stream)
        yield* walkZip(async () => sourceOfBytes(bytes), place)
        return
      }
      case 'other-archive':
        throw unreadable(source, `it is packed with ${title}, which is not read here; unpack it first`)
    }
  })
}

async function* walkTar(stream: ByteStream, place: Place): Inputs {
  const { source, budget } = place
  const { readTar } = await import('./tar.ts')
  const wanted = (name: string) => !isHidden(name) && (namesArchive(name) || place.accept(name))
  for await (const { name, sizeBytes, content } of readTar(stream, source, budget, wanted)) {
    if (content === null) continue
    const inside = `${source}: ${name}`
    if (!(content instanceof Uint8Array)) yield [refusedInput(inside, content)]
    else if (namesArchive(name))
      yield* refusing(inside, () => walkBytes(content, deeper(place, inside, name), false))
    else yield [{ source: inside, sizeBytes, read: async () => content }]
  }
}

async function* walkZip(open: () => Promise<ByteSource>, place: Place): Inputs {
  const { source: archive } = place
  const source = await open()
  try {
    const entries = await readZipDirectory(source, archive, place.budget)
    const wanted = entries.filter(
      ({ name, kind }) => kind !== 'folder' && !isHidden(name) && (namesArchive(name) || place.accept(name)),
    )
    for await (const members of readZipMembers(source, archive, wanted)) {
      let inputs: Input[] = []
      for (const { entry, read, packed } of members) {
        const inside = `${archive}: ${entry.name}`
        if (!namesArchive(entry.name)) {
          inputs.push({ source: inside, sizeBytes: entry.sizeBytes, read: async () => read(), packed })
          continue
        }
        if (inputs.length > 0) yield inputs
        inputs = []
        yield* refusing(inside, () => walkBytes(read(), deeper(place, inside, entry.name), false))
      }
      if (inputs.length > 0) yield inputs
    }
  } finally {
    await source.close()
  }
}

function deeper(place: Place, source: string, name: string): Place {
  if (place.depth >= limit('archiveDepth'))
    throw bomb(
      source,
      `is nested more than ${limit('archiveDepth')} archives deep`,
      'ALLCLEAR_LIMIT_ARCHIVE_DEPTH',
    )
  return { ...place, source, name, depth: place.depth + 1 }
}

/** What is wrong with an archive becomes a refused input; anything but an `AllclearError` is a defect and goes on up. */
async function* refusing(source: string, walk: () => Inputs): Inputs {
  try {
    yield* walk()
  } catch (error) {
    if (!(error instanceof AllclearError)) throw error
    yield [refusedInput(source, error)]
  }
}
