import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Budget } from './budget.ts'
import { openFileSource } from './byte-source.ts'
import { isHidden } from './entry-name.ts'
import { detectFormat, headBytes } from './format.ts'
import type { Root } from './types.ts'
import type { WalkOptions } from './walk.ts'
import { readZipDirectory } from './zip.ts'

/** How much there is to read, for a progress bar. */
export interface Estimate {
  /** As it lies on the disk or was received. */
  bytes: number
  /** Null when it cannot be known before reading: a tar, a stream. */
  documents: number | null
}

/** Looks at files and at the directories of zips, unpacks nothing, and never throws: what is wrong shows on reading. */
export async function estimateInputs(
  roots: readonly Root[],
  { accept = () => true, cwd = '.' }: WalkOptions = {},
): Promise<Estimate> {
  const total: Estimate = { bytes: 0, documents: 0 }
  const add = ({ bytes, documents }: Estimate) => {
    total.bytes += bytes
    total.documents = total.documents === null || documents === null ? null : total.documents + documents
  }
  const visit = async (path: string, named: boolean): Promise<void> => {
    const found = await stat(path).catch(() => null)
    if (found === null) return
    if (found.isDirectory()) {
      for (const entry of await readdir(path, { withFileTypes: true }).catch(() => []))
        if (!isHidden(entry.name) && !entry.isSymbolicLink()) await visit(join(path, entry.name), false)
    } else if (!found.isFile()) add({ bytes: 0, documents: null })
    else add({ bytes: found.size, documents: await documentsIn(path, named, accept) })
  }
  for (const root of roots) {
    if (root === '-') add({ bytes: 0, documents: null })
    else if (typeof root === 'object' && 'bytes' in root) add({ bytes: root.bytes.length, documents: null })
    else await visit(resolve(cwd, typeof root === 'string' ? root : root.path), true)
  }
  return total
}

async function documentsIn(
  path: string,
  named: boolean,
  accept: (name: string) => boolean,
): Promise<number | null> {
  try {
    const source = await openFileSource(path)
    try {
      const { format } = detectFormat(await source.read(0, headBytes))
      if (format === 'plain') return named || accept(path) ? 1 : 0
      if (format !== 'zip') return null
      const entries = await readZipDirectory(source, path, new Budget(path))
      return entries.filter(({ name, kind }) => kind !== 'folder' && !isHidden(name) && accept(name)).length
    } finally {
      await source.close()
    }
  } catch {
    return null
  }
}
