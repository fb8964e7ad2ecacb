import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  constants,
  createZstdCompress,
  createZstdDecompress,
  zstdCompressSync,
  zstdDecompressSync,
} from 'node:zlib'
import { AllclearError } from '../errors.ts'
import { limit } from '../limits.ts'
import { migrations } from './migrations.generated.ts'
import type { TableShape } from './tables.ts'
import type { Value } from './types.ts'

/**
 * A backup is one file that holds everything and suits either engine: lines of JSON, packed with zstd. The first says
 * what it is; then each table says its columns, followed by one array for each row; then each stored document, packed
 * and cut into lines; the last line says how many of each there were, so that a file that was cut off is known as such.
 * Bytes are base64.
 */
type Line =
  | { allclear: 'backup'; format: 1; migrations: number[] }
  | TableShape
  | readonly unknown[]
  | { blob: string; base64: string; last: boolean }
  | { end: true; rows: number; blobs: number }

export type BackupPart = (TableShape & { rows: Value[][] }) | { blob: string; bytes: Uint8Array }

/** A document is packed on its own first: its base64 in the file would pack badly. */
const documentLevel = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
/** Bytes of a packed document in one line. */
const pieceBytes = 8 * 1024 * 1024
/** Rows are handed over in groups of this many lines or characters, whichever comes first. */
const groupRows = 1000
const groupCharacters = 16 * 1024 * 1024

/** Writes beside the file's place and renames, so that under its name there is never a half of it. */
export async function writeBackupFile(path: string, parts: AsyncIterable<BackupPart>): Promise<void> {
  if (existsSync(path)) {
    throw new AllclearError('conflict', {
      message: `${path} is already there.`,
      next: 'Name a file that does not exist yet.',
    })
  }
  const partial = `${path}.partial`
  try {
    await pipeline(
      Readable.from(linesOf(parts)),
      createZstdCompress(),
      // A backup holds token hashes and the inventory: nobody else reads it.
      createWriteStream(partial, { flags: 'wx', mode: 0o600, flush: true }),
    )
    await rename(partial, path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EEXIST') await rm(partial, { force: true })
    if (error instanceof AllclearError || code === undefined || !/^E[A-Z]+$/.test(code)) throw error
    throw new AllclearError(code === 'ENOSPC' ? 'data.full' : 'usage', {
      message: `${path} cannot be written: ${(error as Error).message}.`,
      next:
        code === 'EEXIST'
          ? `Another backup is being written there; if none is, remove ${partial}.`
          : 'Name a file in a folder that is there, that you may write to and that has room.',
      where: path,
      cause: error,
    })
  }
}

async function* linesOf(parts: AsyncIterable<BackupPart>): AsyncGenerator<string> {
  const line = (value: Line) => {
    const text = JSON.stringify(value)
    if (text.length > limit('backupLineCharacters')) {
      throw new AllclearError('input.too-large', {
        message: `A row has ${text.length} characters; a backup holds rows of up to ${limit('backupLineCharacters')}.`,
        next: 'Raise ALLCLEAR_LIMIT_BACKUP_LINE_CHARACTERS, here and where it is restored.',
      })
    }
    return `${text}\n`
  }
  yield line({ allclear: 'backup', format: 1, migrations: migrations.postgres.map(({ id }) => id) })
  const count = { rows: 0, blobs: 0 }
  let table = ''
  for await (const part of parts) {
    if ('blob' in part) {
      count.blobs++
      const packed = zstdCompressSync(part.bytes, documentLevel)
      for (let start = 0; start < packed.length; start += pieceBytes) {
        const piece = packed.subarray(start, start + pieceBytes)
        const last = start + pieceBytes >= packed.length
        yield line({ blob: part.blob, base64: piece.toString('base64'), last })
      }
      continue
    }
    if (part.table !== table) yield line({ table: (table = part.table), columns: part.columns })
    count.rows += part.rows.length
    yield part.rows.map((row) => line(row.map(encode))).join('')
  }
  yield line({ end: true, ...count })
}

/**
 * The rows of a backup in groups, then its documents. Throws `not-found`, `data.newer`, or `archive.unreadable` with
 * the line where it is damaged; only when it ends without an error was all of it there.
 */
export async function* readBackupFile(path: string): AsyncGenerator<BackupPart> {
  let number = 0
  const damaged = (what: string, cause?: unknown) =>
    new AllclearError('archive.unreadable', {
      message: `The backup ${path} is damaged: ${what}.`,
      next: 'Take another copy of it, or another backup.',
      where: `${path}, line ${number}`,
      cause,
    })
  const count = { rows: 0, blobs: 0 }
  let table: TableShape | null = null
  let rows: Value[][] = []
  let characters = 0
  let pieces: Buffer[] = []
  let ended = false
  const takeRows = function* (): Generator<BackupPart> {
    if (table !== null && rows.length > 0) yield { ...table, rows }
    rows = []
    characters = 0
  }
  try {
    for await (const text of readLines(path)) {
      number++
      if (ended) throw damaged('it goes on after its end')
      const value = JSON.parse(text) as Line
      if (number === 1) {
        checkHeader(value, path)
      } else if (Array.isArray(value)) {
        if (table === null) throw damaged('a row comes before its table')
        rows.push(value.map(decode))
        count.rows++
        characters += text.length
        if (rows.length >= groupRows || characters >= groupCharacters) yield* takeRows()
      } else if ('table' in value) {
        yield* takeRows()
        table = value
      } else if ('blob' in value) {
        yield* takeRows()
        pieces.push(Buffer.from(value.base64, 'base64'))
        if (!value.last) continue
        count.blobs++
        const bytes = zstdDecompressSync(Buffer.concat(pieces), {
          maxOutputLength: limit('archiveEntryBytes'),
        })
        pieces = []
        yield { blob: value.blob, bytes }
      } else if ('end' in value) {
        yield* takeRows()
        if (value.rows !== count.rows || value.blobs !== count.blobs)
          throw damaged(
            `it names ${value.rows} rows and ${value.blobs} documents, and has ${count.rows} and ${count.blobs}`,
          )
        ended = true
      }
    }
  } catch (error) {
    if (error instanceof AllclearError) throw error
    if (number === 0) throw notBackup(path, error)
    throw damaged((error as Error).message, error)
  }
  if (number === 0) throw notBackup(path)
  if (!ended) throw damaged('it ends too early')
}

async function* readLines(path: string): AsyncGenerator<string> {
  const file = await open(path).catch((error: unknown) => {
    throw new AllclearError('not-found', {
      message: `There is no backup at ${path} that can be read: ${(error as Error).message}.`,
      next: 'Name a file that `allclear db backup` wrote.',
      where: path,
      cause: error,
    })
  })
  await file.close()
  const stream = createReadStream(path)
  const unpacked = stream.pipe(createZstdDecompress())
  stream.on('error', (error) => unpacked.destroy(error))
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  try {
    for await (const chunk of unpacked) {
      const parts = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n')
      rest = parts.pop()!
      if (rest.length > limit('backupLineCharacters')) throw new Error('a line is longer than the limit')
      yield* parts
    }
  } finally {
    stream.destroy()
    unpacked.destroy()
  }
  if (rest !== '') yield rest
}

function checkHeader(value: Line, path: string): void {
  const header = value as { allclear?: unknown; format?: unknown; migrations?: unknown }
  if (header.allclear !== 'backup' || header.format !== 1 || !Array.isArray(header.migrations))
    throw notBackup(path)
  const known = new Set(migrations.postgres.map(({ id }) => id))
  if (header.migrations.some((id) => !known.has(id as number))) {
    throw new AllclearError('data.newer', {
      message: `${path} was written by a newer version of Allclear.`,
      next: 'Restore it with that version.',
    })
  }
}

function notBackup(path: string, cause?: unknown): AllclearError {
  return new AllclearError('archive.unreadable', {
    message: `${path} is not a backup of Allclear.`,
    next: 'Name a file that `allclear db backup` wrote.',
    where: path,
    cause,
  })
}

function encode(value: Value): unknown {
  return value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value
}

function decode(value: unknown): Value {
  if (typeof value === 'object' && value !== null && 'base64' in value)
    return Buffer.from(String(value.base64), 'base64')
  return value as Value
}
