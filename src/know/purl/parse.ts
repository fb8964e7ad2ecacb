import { limit } from '../../base/limits.ts'
import { failed, ok, type Result } from '../../core/result.ts'
import { typeRules } from './type-rules.ts'
import type { Purl } from './types.ts'

/**
 * Parses a package URL by "How to parse a purl string" of the specification, from the right: subpath, qualifiers,
 * scheme, type, version, name, namespace; then the rules of the type. Nothing is thrown: the reason is the value.
 */
export function parsePurl(text: string): Result<Purl> {
  if (text.length > lengthMax()) return failed(`it has more than ${lengthMax()} characters`)
  if (!text.startsWith('pkg:')) return failed(schemeReason(text))
  let end = text.length
  let subpath: string | null = null
  const hash = text.indexOf('#')
  if (hash >= 0) {
    const parsed = parseSubpath(text.slice(hash + 1))
    if (!parsed.ok) return parsed
    subpath = parsed.value
    end = hash
  }
  let qualifiers: Record<string, string> | null = null
  const question = indexBefore(text, '?', end)
  if (question >= 0) {
    const parsed = parseQualifiers(text.slice(question + 1, end))
    if (!parsed.ok) return parsed
    qualifiers = parsed.value
    end = question
  }
  let start = 4
  // "pkg://" is to be accepted: the slashes are not significant.
  while (text.charCodeAt(start) === slash) start++
  const typeEnd = indexBefore(text, '/', end, start)
  if (typeEnd < 0) return failed('a type and a name are needed: pkg:type/name')
  const type = lowered(text.slice(start, typeEnd))
  const typeProblem = refuseType(type)
  if (typeProblem !== null) return failed(typeProblem)
  while (end > typeEnd && text.charCodeAt(end - 1) === slash) end--
  let nameStart = typeEnd + 1
  while (nameStart < end && text.charCodeAt(nameStart) === slash) nameStart++
  let version: string | null = null
  const at = versionSeparator(text, nameStart, end)
  let nameEnd = end
  if (at >= nameStart) {
    const decoded = decode(text.slice(at + 1, end))
    if (decoded === null) return failed('the version has a broken percent escape')
    version = decoded === '' ? null : decoded
    nameEnd = at
  }
  const pathAsName = typeRules[type]?.pathAsName === true
  const lastSlash = pathAsName
    ? indexBefore(text, '/', nameEnd, nameStart)
    : text.lastIndexOf('/', nameEnd - 1)
  const name = decode(text.slice(Math.max(nameStart, lastSlash + 1), nameEnd))
  if (name === null) return failed('the name has a broken percent escape')
  let namespace: string | null = null
  if (lastSlash >= nameStart) {
    const parsed = parseNamespace(text.slice(nameStart, lastSlash))
    if (!parsed.ok) return parsed
    namespace = parsed.value
  }
  return normalise(type, namespace, name, version, qualifiers, subpath)
}

/** Applies the rules of the type to decoded parts; shared by parsing and building. */
export function normalise(
  type: string,
  namespace: string | null,
  name: string,
  version: string | null,
  qualifiers: Record<string, string> | null,
  subpath: string | null,
): Result<Purl> {
  if (name === '') return failed('a name is needed')
  const rule = typeRules[type]
  if (rule) {
    if (rule.lower === 'both' || rule.lower === 'name') name = lowered(name)
    if (namespace !== null && (rule.lower === 'both' || rule.lower === 'namespace'))
      namespace = lowered(namespace)
    if (rule.name) name = rule.name(name, namespace, qualifiers)
    if (rule.version && version !== null) version = rule.version(version)
    if (rule.namespace === 'required' && namespace === null)
      return failed(`the type ${type} needs a namespace`)
    if (rule.namespace === 'prohibited' && namespace !== null)
      return failed(`the type ${type} has no namespace`)
    const refused = rule.refuse?.({ namespace, name, version, qualifiers }) ?? null
    if (refused !== null) return failed(refused)
  }
  return ok({ type, namespace, name, version, qualifiers, subpath })
}

/** Why a text is not a type, or `null`: letters, digits, `.`, `-` and `+`, not beginning with a digit. */
export function refuseType(type: string): string | null {
  if (type === '') return 'a type is needed'
  const first = type.charCodeAt(0)
  if (first >= 0x30 && first <= 0x39) return 'a type does not begin with a digit'
  for (let at = 0; at < type.length; at++) {
    const code = type.charCodeAt(at)
    const letter = code >= 0x61 && code <= 0x7a
    const digit = code >= 0x30 && code <= 0x39
    if (!letter && !digit && code !== 0x2e && code !== 0x2d && code !== 0x2b)
      return `a type has no "${type[at]}"`
  }
  return null
}

/** Why a text is not the key of a qualifier, or `null`: like a type, but with `_`. */
export function refuseQualifierKey(key: string): string | null {
  if (key === '') return 'a qualifier needs a key'
  return /^[a-z][a-z0-9._-]*$/.test(key) ? null : `"${key}" is no key of a qualifier`
}

const slash = 0x2f

function lengthMax(): number {
  return limit('purlCharacters')
}

function schemeReason(text: string): string {
  return /^pkg%3a/i.test(text) ? 'the colon after "pkg" must not be escaped' : 'it does not begin with "pkg:"'
}

/** The `@` before the version: the last one behind the last slash; an npm scope's stands at the beginning of a segment. */
function versionSeparator(text: string, start: number, end: number): number {
  const at = text.lastIndexOf('@', end - 1)
  if (at < start) return -1
  // `pkg:type/@1.0` has a version and no name; `pkg:npm/@scope/name` begins with a scope.
  if (at === start) return text.indexOf('/', at) >= 0 && text.indexOf('/', at) < end ? -1 : at
  const previous = text.charCodeAt(at - 1)
  if (previous === slash) return -1
  // An unescaped slash behind the sign means that it belongs to the namespace, or that the version has slashes.
  const behind = text.indexOf('/', at)
  if (behind >= 0 && behind < end) {
    const first = text.indexOf('@', start + 1)
    return first > start && text.charCodeAt(first - 1) !== slash ? first : -1
  }
  return at
}

function indexBefore(text: string, mark: string, end: number, from = 0): number {
  const at = text.indexOf(mark, from)
  return at >= 0 && at < end ? at : -1
}

function parseNamespace(text: string): Result<string | null> {
  if (text.indexOf('%') < 0 && text.indexOf('//') < 0) return ok(text === '' ? null : text)
  const segments: string[] = []
  for (const segment of text.split('/')) {
    if (segment === '') continue
    const decoded = decode(segment)
    if (decoded === null) return failed('the namespace has a broken percent escape')
    segments.push(decoded)
  }
  return ok(segments.length === 0 ? null : segments.join('/'))
}

function parseSubpath(text: string): Result<string | null> {
  const segments: string[] = []
  for (const segment of text.split('/')) {
    if (segment === '' || segment === '.' || segment === '..') continue
    const decoded = decode(segment)
    if (decoded === null) return failed('the subpath has a broken percent escape')
    if (decoded === '.' || decoded === '..') continue
    segments.push(decoded)
  }
  return ok(segments.length === 0 ? null : segments.join('/'))
}

function parseQualifiers(text: string): Result<Record<string, string> | null> {
  if (text === '') return ok(null)
  const pairs: [string, string][] = []
  for (const pair of text.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    if (equals < 0) return failed(`the qualifier "${pair.slice(0, 80)}" has no value`)
    const key = lowered(pair.slice(0, equals))
    const refused = refuseQualifierKey(key)
    if (refused !== null) return failed(refused)
    const value = decode(pair.slice(equals + 1))
    if (value === null) return failed(`the qualifier ${key} has a broken percent escape`)
    if (value === '') continue
    if (pairs.some(([other]) => other === key)) return failed(`the qualifier ${key} is given twice`)
    pairs.push([key, value])
  }
  return ok(sortedQualifiers(pairs))
}

export function sortedQualifiers(pairs: [string, string][]): Record<string, string> | null {
  if (pairs.length === 0) return null
  if (pairs.length > 1) pairs.sort(([a], [b]) => (a < b ? -1 : 1))
  const qualifiers: Record<string, string> = {}
  for (const [key, value] of pairs) qualifiers[key] = value
  return qualifiers
}

function decode(text: string): string | null {
  if (text.indexOf('%') < 0) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

/** Lower case; most names are lower case already and are returned as they are. */
function lowered(text: string): string {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if ((code >= 0x41 && code <= 0x5a) || code > 0x7f) return text.toLowerCase()
  }
  return text
}
