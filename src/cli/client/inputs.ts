import { isDocumentName } from '../../api/document-names.ts'
import type { Input } from '../../know/knowledge.ts'
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
  for await (const input of walkInputs(paths, { stdin: io.stdin, cwd: io.cwd, accept })) {
    io.signal.throwIfAborted()
    yield input
  }
}
