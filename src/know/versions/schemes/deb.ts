import type { VersionScheme } from '../types.ts'
import { isDigit, isLetter } from './numbers.ts'

export interface DebVersion {
  readonly epoch: number
  readonly upstream: string
  readonly revision: string
}

const allowedUpstream = /^\d[A-Za-z0-9.+~:-]*$/
const allowedRevision = /^[A-Za-z0-9.+~]+$/
/** dpkg keeps the epoch in a C int and refuses more. */
const epochMax = 0x7fffffff

/** Debian policy 5.6.12: `[epoch:]upstream[-revision]`. What dpkg refuses or warns of is no version. */
export const deb: VersionScheme<DebVersion> = {
  id: 'deb',
  title: 'Debian packages (dpkg)',
  links: [
    'https://www.debian.org/doc/debian-policy/ch-controlfields.html#version',
    'https://manpages.debian.org/deb-version',
  ],
  notes:
    'A missing revision equals revision 0. An upstream version that does not begin with a digit is no version.',
  ecosystems: ['Debian', 'Ubuntu', 'Echo'],
  purlTypes: ['deb'],
  parse(text) {
    const whole = text.trim()
    const colon = whole.indexOf(':')
    const epoch = colon < 0 ? '0' : whole.slice(0, colon)
    if (!/^\d{1,10}$/.test(epoch) || Number(epoch) > epochMax) return null
    const rest = whole.slice(colon + 1)
    const hyphen = rest.lastIndexOf('-')
    const upstream = hyphen < 0 ? rest : rest.slice(0, hyphen)
    const revision = hyphen < 0 ? '' : rest.slice(hyphen + 1)
    if (!allowedUpstream.test(upstream) || (hyphen >= 0 && !allowedRevision.test(revision))) return null
    return { epoch: Number(epoch), upstream, revision }
  },
  order: (a, b) =>
    a.epoch - b.epoch || compareDebParts(a.upstream, b.upstream) || compareDebParts(a.revision, b.revision),
}

/** A tilde sorts before everything, even the end; letters before other characters (policy 5.6.12). */
function weight(text: string, at: number): number {
  if (at >= text.length) return 0
  const code = text.charCodeAt(at)
  if (isDigit(code)) return 0
  if (code === 0x7e) return -1
  return isLetter(code) ? code : code + 256
}

/** Alternates between a run of non-digits, compared by weight, and a run of digits, compared as numbers. */
export function compareDebParts(a: string, b: string): number {
  if (a === b) return 0
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a.charCodeAt(i))) || (j < b.length && !isDigit(b.charCodeAt(j)))) {
      const order = weight(a, i) - weight(b, j)
      if (order !== 0) return order
      i++
      j++
    }
    while (a.charCodeAt(i) === 0x30) i++
    while (b.charCodeAt(j) === 0x30) j++
    let first = 0
    while (i < a.length && j < b.length && isDigit(a.charCodeAt(i)) && isDigit(b.charCodeAt(j))) {
      if (first === 0) first = a.charCodeAt(i) - b.charCodeAt(j)
      i++
      j++
    }
    if (i < a.length && isDigit(a.charCodeAt(i))) return 1
    if (j < b.length && isDigit(b.charCodeAt(j))) return -1
    if (first !== 0) return first
  }
  return 0
}
