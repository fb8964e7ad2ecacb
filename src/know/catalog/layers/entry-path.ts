import { failed, ok, type Result } from '../../../core/result.ts'

/** Linux takes no longer path (PATH_MAX), so that no runtime can unpack one. */
const pathBytesMax = 4096

/** The path of a layer's entry without leading slash and `./`; the root itself is ``. */
export function cleanEntryPath(name: string): Result<string> {
  // Most names need nothing: `usr/bin/env`.
  const parts = name.split('/')
  if (Buffer.byteLength(name) > pathBytesMax) return failed('path longer than 4,096 bytes')
  if (name.includes('\0')) return failed('path with a NUL character')
  const kept: string[] = []
  for (const part of parts) {
    if (part === '' || part === '.') continue
    if (part === '..') return failed('path that leads out of the image')
    kept.push(part)
  }
  return ok(kept.join('/'))
}

export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '' : path.slice(0, slash)
}
