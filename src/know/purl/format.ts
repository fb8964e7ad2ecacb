import { encode, encodePath } from './characters.ts'
import { typeRules } from './type-rules.ts'
import type { Purl } from './types.ts'

/** Encoded qualifiers of frozen records, which many purls share. */
const formattedQualifiers = new WeakMap<Record<string, string>, string>()

/** The canonical string of parts that are normal already. */
export function formatPurl({ type, namespace, name, version, qualifiers, subpath }: Purl): string {
  let text = `pkg:${type}/`
  if (namespace !== null) text += `${encodePath(namespace)}/`
  text += typeRules.get(type)?.pathAsName ? encodePath(name) : encode(name)
  if (version !== null) text += `@${encode(version)}`
  if (qualifiers !== null) text += formatQualifiers(qualifiers)
  if (subpath !== null) text += `#${encodePath(subpath)}`
  return text
}

function formatQualifiers(qualifiers: Record<string, string>): string {
  let text = formattedQualifiers.get(qualifiers)
  if (text === undefined) {
    text = ''
    for (const key of Object.keys(qualifiers))
      text += `${text === '' ? '?' : '&'}${key}=${encode(qualifiers[key])}`
    if (Object.isFrozen(qualifiers)) formattedQualifiers.set(qualifiers, text)
  }
  return text
}
