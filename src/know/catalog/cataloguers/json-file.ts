import { failed, ok, type Result } from '../../../core/result.ts'
import type { CatalogFile } from './types.ts'

/** Longer descriptions of packages are none: the largest lock-like file of a real image has 30 MB. */
const bytesMax = 64 * 1024 * 1024

/**
 * JSON as tools write it beside installed packages. It is read loosely (a duplicate key is theirs to explain), because
 * a file that a package manager accepts must not hide its package from us.
 */
export function readJsonFile({ bytes }: CatalogFile): Result<unknown> {
  if (bytes.length > bytesMax) return failed('JSON longer than 64 MiB')
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  try {
    return ok(JSON.parse(bytes.toString('utf8', hasMark ? 3 : 0)))
  } catch {
    return failed('no valid JSON')
  }
}
