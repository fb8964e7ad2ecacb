import { createHash, hash } from 'node:crypto'
import { AllclearError } from '../../../base/errors.ts'
import { limit } from '../../../base/limits.ts'
import type { LayerEntry } from '../../../base/oci/index.ts'
import { cataloguers, type Cataloguer } from '../cataloguers/index.ts'
import { cleanEntryPath, folderOf } from './entry-path.ts'
import { Problems } from './problems.ts'
import type { LayerFile, LayerReading } from './types.ts'

const whiteout = '.wh.'
const opaqueMarker = '.wh..wh..opq'

const byPath = cataloguers.filter(({ wants }) => wants !== undefined)
const byProgram = cataloguers.filter(({ wantsPrograms }) => wantsPrograms === true)
/** Shorter files hold no program that a cataloguer could read: the smallest Go program has over a megabyte. */
const programBytesMin = 4 * 1024

/**
 * Reads a layer's entries once, in their order. Nothing is written anywhere; a file is held in memory only while a
 * cataloguer looks at it. What is odd or hostile is named among the problems and left out, and the rest goes on.
 */
export async function readLayer(entries: AsyncIterable<LayerEntry>): Promise<LayerReading> {
  const reader = new LayerReader()
  for await (const entry of entries) await reader.add(entry)
  return reader.finish()
}

class LayerReader {
  readonly #files = new Map<string, LayerFile>()
  readonly #hardlinks: { path: string; target: string }[] = []
  readonly #finds = new Map<string, LayerReading['finds']>()
  readonly #owned = new Map<string, LayerReading['owned'][number]>()
  readonly #distributions = new Map<string, LayerReading['distributions'][number]>()
  readonly #whiteouts = new Set<string>()
  readonly #opaque = new Set<string>()
  readonly #problems = new Problems()
  readonly #scratch = new Scratch()
  #packages = 0

  async add(entry: LayerEntry): Promise<void> {
    const cleaned = cleanEntryPath(entry.name)
    if (!cleaned.ok) {
      this.#problems.add(cleaned.reason, entry.name)
      return
    }
    const path = cleaned.value
    if (path === '') return
    const name = path.slice(path.lastIndexOf('/') + 1)
    if (name.startsWith(whiteout)) {
      this.#addWhiteout(path, name)
      return
    }
    switch (entry.kind) {
      case 'file':
        await this.#addFile(entry, path, name)
        break
      case 'folder':
        this.#put({ path, kind: 'folder', sizeBytes: 0, sha256: '' })
        break
      case 'symlink':
        this.#put({ path, kind: 'link', sizeBytes: 0, sha256: '' })
        break
      case 'hardlink':
        this.#addHardlink(path, entry.target ?? '')
        break
      case 'special':
        this.#put({ path, kind: 'special', sizeBytes: 0, sha256: '' })
        // Root file systems bring the usual devices; anywhere else they are odd.
        if (!path.startsWith('dev/')) this.#problems.add('device, pipe or socket: nothing to read', path)
    }
  }

  /** OCI image specification, "Whiteouts": `.wh.NAME` removes NAME, `.wh..wh..opq` all that lies below its folder. */
  #addWhiteout(path: string, name: string): void {
    const folder = folderOf(path)
    if (name === opaqueMarker) {
      this.#opaque.add(folder)
      return
    }
    // AUFS keeps its own books under `.wh..wh.`; they are no files of the image.
    if (name.startsWith('.wh..wh.')) return
    const removed = name.slice(whiteout.length)
    if (removed === '' || removed === '.' || removed === '..') {
      this.#problems.add('whiteout of the folder itself or of its parent', path)
      return
    }
    this.#whiteouts.add(folder === '' ? removed : `${folder}/${removed}`)
  }

  #put(file: LayerFile): void {
    this.#files.set(file.path, file)
    // A later entry of the same path replaces the earlier one, and with it what it said.
    this.#finds.delete(file.path)
    this.#owned.delete(file.path)
    this.#distributions.delete(file.path)
  }

  #addHardlink(path: string, target: string): void {
    const cleaned = cleanEntryPath(target)
    if (!cleaned.ok || cleaned.value === '') {
      this.#problems.add('hard link out of the image', `${path} -> ${target}`)
      return
    }
    this.#put({ path, kind: 'file', sizeBytes: 0, sha256: '' })
    this.#hardlinks.push({ path, target: cleaned.value })
  }

  async #addFile(entry: LayerEntry, path: string, name: string): Promise<void> {
    let wanted = byPath.filter((cataloguer) =>
      (cataloguer.wants as NonNullable<Cataloguer['wants']>)(path, name),
    )
    const { sizeBytes } = entry
    const fits = sizeBytes <= limit('layerFileBytes')
    let keep = wanted.length > 0 && fits
    let mayBeProgram = sizeBytes >= programBytesMin && byProgram.length > 0
    let sha256 = ''
    let hashing: ReturnType<typeof createHash> | null = null
    let seenBytes = 0
    let whole: Buffer | null = null
    await entry.read((part) => {
      if (seenBytes === 0) {
        if (mayBeProgram) mayBeProgram = isProgram(part)
        if (mayBeProgram && fits) keep = true
        if (part.length === sizeBytes) {
          // Most files lie in one part: they are hashed and catalogued where they are.
          sha256 = hash('sha256', part, 'hex')
          whole = part
          seenBytes = part.length
          return
        }
        hashing = createHash('sha256')
        if (keep) this.#scratch.begin(sizeBytes)
      }
      seenBytes += part.length
      hashing?.update(part)
      if (keep) this.#scratch.add(part)
    })
    if (sizeBytes === 0) sha256 = emptySha256
    else if (hashing !== null) sha256 = (hashing as ReturnType<typeof createHash>).digest('hex')
    this.#put({ path, kind: 'file', sizeBytes, sha256 })
    if (mayBeProgram) wanted = [...wanted, ...byProgram]
    if (wanted.length === 0) return
    if (!fits) {
      this.#problems.add(
        `file larger than ${limit('layerFileBytes')} bytes: not catalogued (ALLCLEAR_LIMIT_LAYER_FILE_BYTES)`,
        path,
      )
      return
    }
    await this.#catalogue(wanted, path, name, whole ?? this.#scratch.bytes())
  }

  async #catalogue(wanted: readonly Cataloguer[], path: string, name: string, bytes: Buffer): Promise<void> {
    for (const cataloguer of wanted) {
      let reading
      try {
        reading = await cataloguer.read({ path, name, bytes })
      } catch (error) {
        // Errors that a person can act on are expected of hostile files; anything else is a defect and goes on up.
        if (!(error instanceof AllclearError)) throw error
        this.#problems.add(`${cataloguer.title}: ${error.message}`, path)
        continue
      }
      for (const problem of reading.problems ?? [])
        this.#problems.add(`${cataloguer.title}: ${problem}`, path)
      if (reading.owned !== undefined && reading.owned.length > 0)
        this.#owned.set(path, { path, lists: reading.owned })
      if (reading.distribution) this.#distributions.set(path, { path, ...reading.distribution })
      if (reading.packages.length === 0) continue
      this.#packages += reading.packages.length
      if (this.#packages > limit('layerPackages'))
        throw new AllclearError('archive.bomb', {
          message: `${path} and what came before it name more than ${limit('layerPackages')} packages in one layer.`,
          next: 'If it is what you expect, raise ALLCLEAR_LIMIT_LAYER_PACKAGES.',
          where: path,
        })
      const found = { path, cataloguer: cataloguer.id, packages: reading.packages }
      this.#finds.set(path, [...(this.#finds.get(path) ?? []), found])
    }
  }

  finish(): LayerReading {
    for (const { path, target } of this.#hardlinks) {
      const link = this.#files.get(path)
      const file = this.#files.get(target)
      if (link === undefined) continue
      if (file?.kind === 'file') {
        link.sizeBytes = file.sizeBytes
        link.sha256 = file.sha256
      } else this.#problems.add('hard link to a file of another layer, or to none', `${path} -> ${target}`)
    }
    let contentBytes = 0
    for (const { sizeBytes } of this.#files.values()) contentBytes += sizeBytes
    return {
      files: [...this.#files.values()],
      whiteouts: [...this.#whiteouts],
      opaque: [...this.#opaque],
      finds: [...this.#finds.values()].flat(),
      owned: [...this.#owned.values()],
      distributions: [...this.#distributions.values()],
      problems: this.#problems.list(),
      contentBytes,
    }
  }
}

const emptySha256 = hash('sha256', '', 'hex')

/** ELF, PE, and Mach-O in its four spellings and as a universal file. */
function isProgram(head: Buffer): boolean {
  if (head.length < 4) return false
  const magic = head.readUInt32BE(0)
  return (
    magic === 0x7f454c46 ||
    magic >>> 16 === 0x4d5a ||
    magic === 0xfeedface ||
    magic === 0xfeedfacf ||
    magic === 0xcefaedfe ||
    magic === 0xcffaedfe ||
    magic === 0xcafebabe
  )
}

/** One piece of memory for every file that came in several parts: hundreds of large ones would wait for the collector. */
class Scratch {
  #memory = Buffer.alloc(0)
  #length = 0

  begin(sizeBytes: number): void {
    if (this.#memory.length < sizeBytes) this.#memory = Buffer.allocUnsafeSlow(Math.ceil(sizeBytes * 1.25))
    this.#length = 0
  }

  add(part: Buffer): void {
    part.copy(this.#memory, this.#length)
    this.#length += part.length
  }

  bytes(): Buffer {
    return this.#memory.subarray(0, this.#length)
  }
}
