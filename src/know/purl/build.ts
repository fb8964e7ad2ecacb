import { failed, ok, type Result } from '../../core/result.ts'
import { normalise, parsePurl, refuseQualifierKey, refuseType, sortedQualifiers } from './parse.ts'
import { typeRules } from './type-rules.ts'
import type { Purl } from './types.ts'

/** The parts as a caller may have them: absent, `null` and empty mean the same. */
export interface PurlParts {
  type?: string | null
  namespace?: string | null
  name?: string | null
  version?: string | null
  qualifiers?: Record<string, string | null> | null
  subpath?: string | null
}

/** Builds the canonical string, by "How to build a purl string from its components" of the specification. */
export function buildPurl(parts: PurlParts | Purl): Result<string> {
  const type = (parts.type ?? '').toLowerCase()
  const refused = refuseType(type)
  if (refused !== null) return failed(refused)
  const pairs: [string, string][] = []
  for (const [key, value] of Object.entries(parts.qualifiers ?? {})) {
    if (value === null || value === '') continue
    const refusedKey = refuseQualifierKey(key.toLowerCase())
    if (refusedKey !== null) return failed(refusedKey)
    pairs.push([key.toLowerCase(), String(value)])
  }
  const namespace = segments(parts.namespace ?? '')
  const subpath = segments(parts.subpath ?? '', true)
  const normal = normalise(
    type,
    namespace === '' ? null : namespace,
    (parts.name ?? '').replace(/^\/+|\/+$/g, ''),
    parts.version || null,
    sortedQualifiers(pairs),
    subpath === '' ? null : subpath,
  )
  return normal.ok ? ok(formatPurl(normal.value)) : normal
}

/** Parses and builds again: one spelling for each package URL. */
export function canonicalPurl(text: string): Result<string> {
  const parsed = parsePurl(text)
  return parsed.ok ? ok(formatPurl(parsed.value)) : parsed
}

/** The canonical string of parts that are normal already. */
export function formatPurl({ type, namespace, name, version, qualifiers, subpath }: Purl): string {
  let text = `pkg:${type}/`
  if (namespace !== null) text += `${encodePath(namespace)}/`
  text += typeRules[type]?.pathAsName ? encodePath(name) : encode(name)
  if (version !== null) text += `@${encode(version)}`
  if (qualifiers !== null) {
    let mark = '?'
    for (const key in qualifiers) {
      text += `${mark}${key}=${encode(qualifiers[key])}`
      mark = '&'
    }
  }
  if (subpath !== null) text += `#${encodePath(subpath)}`
  return text
}

function segments(path: string, dots = false): string {
  return path
    .split('/')
    .filter((segment) => segment !== '' && !(dots && (segment === '.' || segment === '..')))
    .join('/')
}

function encodePath(path: string): string {
  return isPlain(path, true) ? path : path.split('/').map(encode).join('/')
}

/** Percent-encodes everything but letters, digits, `.`, `-`, `_`, `~` and the colon (specification, "Character encoding"). */
function encode(text: string): string {
  if (isPlain(text, false)) return text
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%3A', ':')
}

function isPlain(text: string, slashes: boolean): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const plain =
      (code >= 0x61 && code <= 0x7a) ||
      (code >= 0x30 && code <= 0x3a) ||
      (code >= 0x41 && code <= 0x5a) ||
      code === 0x2e ||
      code === 0x2d ||
      code === 0x5f ||
      code === 0x7e ||
      (slashes && code === 0x2f)
    if (!plain) return false
  }
  return true
}
