import { limit } from '../../base/limits.ts'
import { failed, ok, type Result } from '../../core/result.ts'
import { lowerCase } from './characters.ts'
import { formatPurl } from './format.ts'
import { normalise, refuseType } from './normalise.ts'
import { parsePurl } from './parse.ts'
import { collectQualifiers, refuseQualifierKey } from './qualifiers.ts'
import { typeRules } from './type-rules.ts'
import type { Purl } from './types.ts'

/** The parts as a caller may have them: absent, `null` and empty mean the same. */
export interface PurlParts {
  type?: string | null
  namespace?: string | null
  name?: string | null
  version?: string | null
  qualifiers?: Readonly<Record<string, string | null>> | null
  subpath?: string | null
}

/** Builds the canonical string, by "How to build a purl string from its components" of the specification. */
export function buildPurl(parts: PurlParts | Purl): Result<string> {
  const type = lowerCase(parts.type ?? '')
  const refused = refuseType(type)
  if (refused !== null) return failed(refused)
  const pairs: [string, string][] = []
  for (const [spelled, value] of Object.entries(parts.qualifiers ?? {})) {
    if (value === null || value === undefined || value === '') continue
    const key = lowerCase(spelled)
    const refusedKey = refuseQualifierKey(key)
    if (refusedKey !== null) return failed(refusedKey)
    pairs.push([key, value])
  }
  const qualifiers = collectQualifiers(pairs)
  if (!qualifiers.ok) return qualifiers
  const rule = typeRules.get(type)
  const purl: Purl = {
    type,
    namespace: segments(parts.namespace) || null,
    name: rule?.pathAsName ? segments(parts.name) : withoutOuterSlashes(parts.name ?? ''),
    version: parts.version || null,
    qualifiers: qualifiers.value,
    subpath: segments(parts.subpath, (segment) => segment !== '.' && segment !== '..') || null,
  }
  if (purl.name === '') return failed('a name is needed')
  const normal = rule ? normalise(rule, purl) : ok(purl)
  if (!normal.ok) return normal
  const text = formatPurl(normal.value)
  return text.length > limit('purlCharacters')
    ? failed(`it has more than ${limit('purlCharacters')} characters`)
    : ok(text)
}

/** Parses and builds again: one spelling for each package URL. */
export function canonicalPurl(text: string): Result<string> {
  const parsed = parsePurl(text, 'loose')
  return parsed.ok ? ok(formatPurl(parsed.value)) : parsed
}

function segments(path: string | null | undefined, keep: (segment: string) => boolean = () => true): string {
  return (path ?? '')
    .split('/')
    .filter((segment) => segment !== '' && keep(segment))
    .join('/')
}

function withoutOuterSlashes(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && text[start] === '/') start++
  while (end > start && text[end - 1] === '/') end--
  return text.slice(start, end)
}
