/** What JSON can say. `undefined` members are left out, as JSON.stringify does. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined }

/**
 * One text for one value: keys in the order of their UTF-16 code units, no space, numbers and strings as ECMAScript
 * writes them (RFC 8785, JSON Canonicalization Scheme). Two programs that hash a value hash the same bytes. Throws a
 * TypeError for what JSON cannot say: NaN, infinities, lone surrogates.
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no place in JSON`)
    return JSON.stringify(value)
  }
  if (typeof value === 'string') {
    // RFC 8785, 3.2.2.2: a string with half a character has no UTF-8 and ends the work.
    if (!value.isWellFormed()) throw new TypeError('a string with half a character has no place in JSON')
    return JSON.stringify(value)
  }
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonicalJson).join(',')}]`
  const members = Object.entries(value as { readonly [key: string]: Json | undefined })
    .filter((member): member is [string, Json] => member[1] !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, member]) => `${canonicalJson(key)}:${canonicalJson(member)}`).join(',')}}`
}
