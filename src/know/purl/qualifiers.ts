import { failed, ok, type Result } from '../../core/result.ts'
import { decode, lowerCase } from './characters.ts'
import type { PurlSpelling } from './parse.ts'

type Qualifiers = Record<string, string> | null

/**
 * Qualifiers parsed lately, by their text: within one document nearly all packages have the same ones. Results are
 * frozen, because many purls share them. Emptied when full, so that a hostile document costs time only.
 */
const parsedLately = new Map<string, Result<Qualifiers>>()
const remembered = 1_024
/** Longer texts name one package each: download addresses and checksums. */
const rememberedCharacters = 128

/** The text between `?` and `#`. */
export function parseQualifiers(text: string, spelling: PurlSpelling): Result<Qualifiers> {
  if (text.length > rememberedCharacters) return parse(text, spelling)
  const key = spelling === 'strict' ? text : `?${text}`
  let result = parsedLately.get(key)
  if (result === undefined) {
    result = parse(text, spelling)
    if (parsedLately.size >= remembered) parsedLately.clear()
    parsedLately.set(key, result)
  }
  return result
}

function parse(text: string, spelling: PurlSpelling): Result<Qualifiers> {
  const pairs: [string, string][] = []
  for (const pair of text.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    if (equals < 0) return failed(`the qualifier "${pair.slice(0, 80)}" has no value`)
    const spelled = pair.slice(0, equals)
    if (spelling === 'strict' && isCapital(spelled.charCodeAt(0)))
      return failed(`the qualifier "${spelled.slice(0, 80)}" is not written in lower case`)
    const key = lowerCase(spelled)
    const refused = refuseQualifierKey(key)
    if (refused !== null) return failed(refused)
    const value = decode(pair.slice(equals + 1))
    if (value === null) return failed(`the qualifier ${key} has a broken percent escape`)
    if (value !== '') pairs.push([key, value])
  }
  return collectQualifiers(pairs)
}

/** Sorted by key (specification, "How to build a purl string"); keys must be distinct. */
export function collectQualifiers(pairs: [string, string][]): Result<Qualifiers> {
  if (pairs.length === 0) return ok(null)
  pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  const qualifiers: Record<string, string> = {}
  let previous = ''
  for (const [key, value] of pairs) {
    if (key === previous) return failed(`the qualifier ${key} is given twice`)
    previous = key
    qualifiers[key] = value
  }
  return ok(Object.freeze(qualifiers))
}

/** Why a text is not the key of a qualifier, or `null`: letters, digits, `.`, `-` and `_`, beginning with a letter. */
export function refuseQualifierKey(key: string): string | null {
  if (key === '') return 'a qualifier needs a key'
  return /^[a-z][a-z0-9._-]*$/.test(key) ? null : `"${key.slice(0, 80)}" is no key of a qualifier`
}

function isCapital(code: number): boolean {
  return code >= 0x41 && code <= 0x5a
}
