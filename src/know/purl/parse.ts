import { limit } from '../../base/limits.ts'
import { failed, ok, type Result } from '../../core/result.ts'
import { decode, joinSegments, lowerCase } from './characters.ts'
import { normalise, refuseType } from './normalise.ts'
import { parseQualifiers } from './qualifiers.ts'
import { typeRules } from './type-rules.ts'
import type { Purl } from './types.ts'

/**
 * How capital letters at the beginning of a qualifier's key are taken. The public suite refuses them when a purl is
 * parsed and lowers them when one is made canonical (types gem and rpm); keys with capitals further in are lowered
 * in both (type maven). Documents are read loosely: a distribution is not lost because somebody wrote `Distro=`.
 */
export type PurlSpelling = 'strict' | 'loose'

/**
 * Parses a package URL by "How to parse a purl string" of the specification, from the right: subpath, qualifiers,
 * scheme, type, version, name, namespace; then the rules of the type. Nothing is thrown: the reason is the value.
 */
export function parsePurl(text: string, spelling: PurlSpelling = 'strict'): Result<Purl> {
  if (text.length > limit('purlCharacters'))
    return failed(`it has more than ${limit('purlCharacters')} characters`)
  if (!text.startsWith('pkg:')) return failed(schemeReason(text))
  let end = text.length
  let subpath: string | null = null
  const hash = text.indexOf('#')
  if (hash >= 0) {
    const joined = joinSegments(text.slice(hash + 1), 'without dots')
    if (joined === null) return failed('the subpath has a broken percent escape')
    subpath = joined === '' ? null : joined
    end = hash
  }
  let qualifiers: Record<string, string> | null = null
  const question = indexBefore(text, '?', end)
  if (question >= 0) {
    const parsed = parseQualifiers(text.slice(question + 1, end), spelling)
    if (!parsed.ok) return parsed
    qualifiers = parsed.value
    end = question
  }
  let start = 4
  // "pkg://" is to be accepted: the slashes are not significant.
  while (text.charCodeAt(start) === slash) start++
  const typeEnd = indexBefore(text, '/', end, start)
  if (typeEnd < 0) return failed('a type and a name are needed: pkg:type/name')
  const type = lowerCase(text.slice(start, typeEnd))
  const rule = typeRules.get(type)
  if (!rule) {
    const refused = refuseType(type)
    if (refused !== null) return failed(refused)
  }
  while (end > typeEnd && text.charCodeAt(end - 1) === slash) end--
  let nameStart = typeEnd + 1
  while (nameStart < end && text.charCodeAt(nameStart) === slash) nameStart++
  let version: string | null = null
  let nameEnd = end
  const at = versionSeparator(text, nameStart, end)
  if (at >= nameStart) {
    const decoded = decode(text.slice(at + 1, end))
    if (decoded === null) return failed('the version has a broken percent escape')
    version = decoded === '' ? null : decoded
    nameEnd = at
  }
  const lastSlash = rule?.pathAsName
    ? indexBefore(text, '/', nameEnd, nameStart)
    : text.lastIndexOf('/', nameEnd - 1)
  const nameText = text.slice(Math.max(nameStart, lastSlash + 1), nameEnd)
  const name = rule?.pathAsName ? joinSegments(nameText) : decode(nameText)
  if (name === null) return failed('the name has a broken percent escape')
  let namespace: string | null = null
  if (lastSlash >= nameStart) {
    namespace = joinSegments(text.slice(nameStart, lastSlash))
    if (namespace === null) return failed('the namespace has a broken percent escape')
    if (namespace === '') namespace = null
  }
  return rule
    ? normalise(rule, { type, namespace, name, version, qualifiers, subpath })
    : name === ''
      ? failed('a name is needed')
      : ok({ type, namespace, name, version, qualifiers, subpath })
}

const slash = 0x2f

function schemeReason(text: string): string {
  return /^pkg%3a/i.test(text) ? 'the colon after "pkg" must not be escaped' : 'it does not begin with "pkg:"'
}

/** The `@` before the version: the last one behind the last slash; an npm scope's stands at the beginning of a segment. */
function versionSeparator(text: string, start: number, end: number): number {
  const at = text.lastIndexOf('@', end - 1)
  if (at < start) return -1
  // `pkg:type/@1.0` has a version and no name; `pkg:npm/@scope/name` begins with a scope.
  if (at === start) return indexBefore(text, '/', end, at) >= 0 ? -1 : at
  if (text.charCodeAt(at - 1) === slash) return indexBefore(text, '/', end, at) >= 0 ? -1 : at
  // An unescaped slash behind the sign means that it belongs to the namespace, or that the version has slashes.
  if (indexBefore(text, '/', end, at) >= 0) {
    const first = text.indexOf('@', start + 1)
    return text.charCodeAt(first - 1) !== slash ? first : -1
  }
  return at
}

function indexBefore(text: string, mark: string, end: number, from = 0): number {
  const at = text.indexOf(mark, from)
  return at >= 0 && at < end ? at : -1
}
