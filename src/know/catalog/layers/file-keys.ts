import { hash } from 'node:crypto'
import { folderOf } from './entry-path.ts'
import type { LayerReading } from './types.ts'

/**
 * What `where file:…` looks up: the first 52 bits of a SHA-256, which a number holds exactly. Two of a hundred million
 * files share a key with a chance of one in a thousand; a shared key can only make an answer larger.
 */
const hexDigits = 13

export const pathKey = (path: string): number => keyOf(`file\0${path}`)
export const contentKey = (sha256: string): number => Number.parseInt(sha256.slice(0, hexDigits), 16)
const whiteoutKey = (path: string): number => keyOf(`whiteout\0${path}`)
const opaqueKey = (path: string): number => keyOf(`opaque\0${path}`)

function keyOf(text: string): number {
  return Number.parseInt(hash('sha256', text, 'hex').slice(0, hexDigits), 16)
}

/** Every key of a layer, ascending and each once. Folders have none: they neither answer a question nor hide a file. */
export function keysOfLayer({ files, whiteouts, opaque }: LayerReading): Float64Array {
  const keys = new Set<number>()
  for (const { path, kind, sha256 } of files) {
    if (kind === 'folder') continue
    keys.add(pathKey(path))
    if (sha256 !== '') keys.add(contentKey(sha256))
  }
  for (const path of whiteouts) keys.add(whiteoutKey(path))
  for (const path of opaque) keys.add(opaqueKey(path))
  return Float64Array.from(keys).sort()
}

/** Keys of what hides a path when a layer above has it: removed, or something else in its place or in a folder's. */
export function hidingKeys(path: string): number[] {
  const keys = [whiteoutKey(path)]
  for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder))
    keys.push(whiteoutKey(folder), opaqueKey(folder), pathKey(folder))
  keys.push(opaqueKey(''))
  return keys
}
