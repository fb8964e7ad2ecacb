import { unsafePath } from './refusals.ts'

/**
 * The name of an entry, with slashes and without `./`. Throws when it leads out of the archive: nothing is written
 * under these names here, but whoever packed it meant harm or has a broken tool, and neither is to be believed.
 */
export function safeEntryName(archive: string, name: string): string {
  const where = `${archive}: ${name.slice(0, 200)}`
  if (name.includes('\0')) throw unsafePath(where, 'has a name with a NUL character')
  const path = name.replaceAll('\\', '/')
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) throw unsafePath(where, 'has an absolute name')
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..')) throw unsafePath(where, 'has a name that leads out of the archive')
  return parts.join('/')
}

/** Dot files, and what macOS adds to archives: nobody means them when naming a folder. */
export function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX')
}
