import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { AllclearError } from '../errors.ts'
import { migrations } from './migrations.generated.ts'
import type { TableShape } from './tables.ts'
import type { Value } from './types.ts'

/**
 * A logical backup: gzipped lines of JSON. The first says what it is; then each table says its columns, followed by
 * one array for each row; bytes are `{"base64": …}`; the last line says how many rows there were, so that a file that
 * was cut off is known as such.
 */
interface Header {
  allclear: 'backup'
  format: 1
  migrations: number[]
}

type Line = Header | TableShape | readonly unknown[] | { end: true; rows: number }

type TableReader = (shape: TableShape) => AsyncIterable<Record<string, Value>[]>

export async function writeDump(
  path: string,
  tables: readonly TableShape[],
  read: TableReader,
): Promise<void> {
  if (existsSync(path)) {
    throw new AllclearError('conflict', {
      message: `${path} is already there.`,
      next: 'Name a file that does not exist yet.',
    })
  }
  const partial = `${path}.partial`
  try {
    await pipeline(
      Readable.from(dumpLines(tables, read)),
      createGzip({ level: 3 }),
      // A backup holds token hashes and the inventory: nobody else reads it.
      createWriteStream(partial, { flags: 'wx', mode: 0o600, flush: true }),
    )
    await rename(partial, path)
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') await rm(partial, { force: true })
    throw error
  }
}

async function* dumpLines(tables: readonly TableShape[], read: TableReader): AsyncGenerator<string> {
  const line = (value: Line) => `${JSON.stringify(value)}\n`
  yield line({ allclear: 'backup', format: 1, migrations: migrations.postgres.map(({ id }) => id) })
  let count = 0
  for (const shape of tables) {
    yield line(shape)
    for await (const rows of read(shape)) {
      count += rows.length
      yield rows.map((row) => line(shape.columns.map((column) => encode(row[column])))).join('')
    }
  }
  yield line({ end: true, rows: count })
}

/** The rows of a dump, by table, in batches. Throws `archive.unreadable` with the line when it is damaged. */
export async function* readDump(path: string): AsyncGenerator<TableShape & { rows: Value[][] }> {
  const lines = createInterface({
    input: createReadStream(path).pipe(createGunzip()),
    crlfDelay: Number.POSITIVE_INFINITY,
  })
  let number = 0
  let count = 0
  let table: TableShape | undefined
  let rows: Value[][] = []
  let ended = false
  const damaged = (what: string, cause?: unknown) =>
    new AllclearError('archive.unreadable', {
      message: `The backup ${path} is damaged: ${what}.`,
      next: 'Take another copy of it, or another backup.',
      where: `${path}, line ${number}`,
      cause,
    })
  try {
    for await (const text of lines) {
      number++
      const value = JSON.parse(text) as Line
      if (number === 1) {
        checkHeader(value, path)
      } else if (Array.isArray(value)) {
        rows.push(value.map(decode))
        count++
        if (rows.length >= 1000 && table) {
          yield { ...table, rows }
          rows = []
        }
      } else if ('end' in value) {
        if (value.rows !== count) throw damaged(`it names ${value.rows} rows and has ${count}`)
        ended = true
      } else if ('table' in value) {
        if (table && rows.length > 0) yield { ...table, rows }
        rows = []
        table = value
      }
    }
  } catch (error) {
    throw error instanceof AllclearError ? error : damaged((error as Error).message, error)
  }
  if (table && rows.length > 0) yield { ...table, rows }
  if (!ended) throw damaged('it ends too early')
}

function checkHeader(value: Line, path: string): void {
  const header = value as Partial<Header>
  if (header.allclear !== 'backup' || header.format !== 1 || !Array.isArray(header.migrations)) {
    throw new AllclearError('archive.unreadable', {
      message: `${path} is not a backup of Allclear.`,
      next: 'Name a file that `allclear db backup` wrote.',
    })
  }
  const known = new Set(migrations.postgres.map(({ id }) => id))
  if (header.migrations.some((id) => !known.has(id))) {
    throw new AllclearError('data.newer', {
      message: `${path} was written by a newer version of Allclear.`,
      next: 'Restore it with that version.',
    })
  }
}

function encode(value: Value | undefined): unknown {
  return value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : (value ?? null)
}

function decode(value: unknown): Value {
  if (typeof value === 'object' && value !== null && 'base64' in value)
    return Buffer.from(String(value.base64), 'base64')
  return value as Value
}
