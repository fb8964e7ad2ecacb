import { type Result, failed, ok } from './result.ts'

/** What somebody may do, from least to most; each may do what those before it may. */
export const roles = ['viewer', 'responder', 'commander', 'administrator'] as const
export type Role = (typeof roles)[number]

export function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text)
}

/** Whether `role` may do what `needed` may. */
export function includesRole(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed)
}

export function lesserRole(a: Role, b: Role): Role {
  return includesRole(a, b) ? b : a
}

const nameCharactersMax = 100
const namePattern = /^[a-z0-9][a-z0-9._+-]*(?:@[a-z0-9][a-z0-9.-]*)?$/

/**
 * The name of an account as it is stored and compared: lower case and of ASCII only, so that no two names look the same
 * (`аlice` with a Cyrillic а is refused, not a second alice). `@alice` and ` Alice ` are `alice`; `alice@shop.example` is a name.
 */
export function accountName(text: string): Result<string> {
  if (text.length > 2 * nameCharactersMax) return failed('it is too long')
  const name = text.trim().replace(/^@/, '').toLowerCase()
  if (name.length < 2 || name.length > nameCharactersMax)
    return failed(`it has ${name.length} characters, and may have 2 to ${nameCharactersMax}`)
  if (!namePattern.test(name))
    return failed('only letters a to z, digits and . _ + - may be in it, and one @ with a host after it')
  return ok(name)
}

/** Control and bidirectional characters, which could make a name look like another line or another person. */
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu
const displayCharactersMax = 100

/** How a person is called, in any script; what cannot be seen is taken out. Empty when nothing is left. */
export function displayName(text: string): string {
  const seen = text.slice(0, 1_000).normalize('NFC').replaceAll(unseen, '').trim()
  return [...seen].slice(0, displayCharactersMax).join('')
}
