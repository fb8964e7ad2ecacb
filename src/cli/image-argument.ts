import { resolve } from 'node:path'
import { parseImagePath, type ImagePath } from '../base/oci/index.ts'
import type { CliIo } from './io.ts'

/** An image on this machine (`docker-archive:FILE` …) with its path made absolute, or null for any other name. */
export function localImage(text: string, io: CliIo): ImagePath | null {
  const found = parseImagePath(text)
  return found && { ...found, path: resolve(io.cwd, found.path) }
}
