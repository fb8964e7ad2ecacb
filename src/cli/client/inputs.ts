import { resolve } from 'node:path'
import { isDocumentName } from '../../api/document-names.ts'
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
  const { findImageInput, imageInput } = await import('../../base/oci/index.ts')
  const named = localImage(text, io)
  return named === null ? findImageInput(resolve(io.cwd, text), text) : imageInput(named, text)
}
