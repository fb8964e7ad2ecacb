import { resolve } from 'node:path'
import { isDocumentName } from '../../api/document-names.ts'
import type { Progress } from '../../know/answers.ts'
import type { Input } from '../../know/knowledge.ts'
import { localImage } from '../image-argument.ts'
import type { CliIo } from '../io.ts'

/**
 * The documents of files, folders, archives and `-`, as far as their names can be of the kind; the names of the others
 * go to `skipped`. Loads only when something is read.
 */
export async function* walkPaths(
  paths: readonly string[],
  io: CliIo,
  kind: string,
  skipped: string[],
): AsyncGenerator<Input> {
  const { walkInputs } = await import('../../base/archive/index.ts')
  const accept = (name: string) => {
    const wanted = isDocumentName(kind, name)
    if (!wanted) skipped.push(name)
    return wanted
  }
  for (const path of paths) {
    const image = kind === 'sbom' ? await imageOf(path, io) : null
    if (image !== null) yield image
    else
      for await (const input of walkInputs([path], { stdin: io.stdin, cwd: io.cwd, accept })) {
        io.signal.throwIfAborted()
        yield input
      }
  }
}

/** An image among documents: `docker-archive:FILE` and the like by its name, a file or folder by its content. */
async function imageOf(text: string, io: CliIo): Promise<Input | null> {
  if (text === '-') return null
  const { findImageInput, imageInput } = await import('../../base/oci/image-input.ts')
  const named = localImage(text, io)
  return named === null ? findImageInput(resolve(io.cwd, text), text) : imageInput(named, text)
}

/** Short work is over before anybody could have read how much of it is left. */
const countAfterMs = 1_000

/**
 * Fills in how much there is, where that can be told without reading it (folders, zips): counted beside the work, once
 * the work has lasted.
 */
export function withTotal(
  paths: readonly string[],
  io: CliIo,
  kind: string,
  show: (progress: Progress) => void,
): (progress: Progress) => void {
  let total: number | null = null
  let begunMs: number | null = null
  let counting = false
  const count = async () => {
    const { estimateInputs } = await import('../../base/archive/index.ts')
    const accept = (name: string) => isDocumentName(kind, name)
    total = (await estimateInputs(paths, { cwd: io.cwd, accept })).documents
  }
  return (progress) => {
    begunMs ??= io.clock.nowMs()
    if (!counting && io.clock.nowMs() - begunMs >= countAfterMs) {
      counting = true
      void count()
    }
    const known = progress.total === null && total !== null && progress.done <= total
    show(known ? { ...progress, total } : progress)
  }
}
