import { failed, ok, type Result } from '../../core/result.ts'
import { lowerCase } from './characters.ts'
import type { TypeRule } from './type-rules.ts'
import type { Purl } from './types.ts'

/** Applies the rules of the type to decoded parts; shared by parsing and building. */
export function normalise(rule: TypeRule, parts: Purl): Result<Purl> {
  const { type, qualifiers } = parts
  if (parts.name === '') return failed('a name is needed')
  if (rule.lower === 'both' || rule.lower === 'name') parts.name = lowerCase(parts.name)
  if (parts.namespace === null) {
    if (rule.namespace === 'required') return failed(`the type ${type} needs a namespace`)
  } else {
    if (rule.namespace === 'prohibited') return failed(`the type ${type} has no namespace`)
    if (rule.lower === 'both' || rule.lower === 'namespace') parts.namespace = lowerCase(parts.namespace)
  }
  if (rule.name) parts.name = rule.name(parts.name, parts.namespace, qualifiers)
  if (rule.version && parts.version !== null) parts.version = rule.version(parts.version)
  const refused = rule.refuse?.(parts) ?? null
  return refused === null ? ok(parts) : failed(refused)
}

/** Why a text is not a type, or `null`: letters, digits, `.` and `-`, also `+`, not beginning with a digit. */
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
