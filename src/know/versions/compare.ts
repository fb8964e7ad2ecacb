import { limit } from '../../base/limits.ts'
import type { VersionScheme } from './types.ts'

/**
 * How a version stands to a bound of a range or to another version; `null` when one of them is missing or no version
 * of the scheme, or names a moving branch, of which nothing follows for what is installed. Parsed versions are
 * remembered: an import compares a package's version with dozens of events, and a fleet has far fewer versions than
 * comparisons.
 */
export function compareVersions(scheme: VersionScheme, a: string, b: string): -1 | 0 | 1 | null {
  const memory = memoryOf(scheme)
  const left = parsed(memory, scheme, a)
  if (left === null) return null
  const right = parsed(memory, scheme, b)
  if (right === null) return null
  if (isBlank(a) || isBlank(b)) return null
  if (scheme.moves !== undefined && (scheme.moves(left) || scheme.moves(right))) return a === b ? 0 : null
  const order = scheme.judge === undefined ? scheme.order(left, right) : scheme.judge(left, right)
  return order < 0 ? -1 : order > 0 ? 1 : 0
}

/** RubyGems reads an empty text as version 0; a version that nobody wrote down is unknown all the same. */
function isBlank(text: string): boolean {
  return !(text.charCodeAt(0) > 0x20) && text.trim() === ''
}

/**
 * The place of two versions in the order alone, for sorting and for `version compare`: a moving branch has a place
 * against numbers, too; two different branches have none against each other.
 */
export function orderVersions(scheme: VersionScheme, a: string, b: string): -1 | 0 | 1 | null {
  const memory = memoryOf(scheme)
  const left = parsed(memory, scheme, a)
  const right = parsed(memory, scheme, b)
  if (left === null || right === null) return null
  const order = scheme.order(left, right)
  if (order !== 0 && scheme.moves?.(left) && scheme.moves(right)) return null
  return order < 0 ? -1 : order > 0 ? 1 : 0
}

/** The parsed form, remembered; `null` when the text is no version of the scheme or too long for one. */
export function parseVersion(scheme: VersionScheme, text: string): unknown {
  return parsed(memoryOf(scheme), scheme, text)
}

/** Parsed versions kept for each scheme; past it the memory starts over. 100,000 take about 20 MB. */
const rememberedMax = 100_000
const memories = new Map<VersionScheme, Map<string, unknown>>()
let lastScheme: VersionScheme | null = null
let lastMemory = new Map<string, unknown>()

function memoryOf(scheme: VersionScheme): Map<string, unknown> {
  if (scheme === lastScheme) return lastMemory
  let memory = memories.get(scheme)
  if (!memory) {
    memory = new Map()
    memories.set(scheme, memory)
  }
  lastScheme = scheme
  lastMemory = memory
  return memory
}

function parsed(memory: Map<string, unknown>, scheme: VersionScheme, text: string): unknown {
  const known = memory.get(text)
  if (known !== undefined) return known
  const value = scheme.parse(text)
  // What is too long to be a version is not worth remembering.
  if (value === null && text.length > limit('versionCharacters')) return null
  if (memory.size >= rememberedMax) memory.clear()
  memory.set(text, value)
  return value
}
