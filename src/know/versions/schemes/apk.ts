import type { VersionScheme } from '../types.ts'
import { compareDigits, compareText, digitsOf, isDigit, type Digits } from './numbers.ts'

/** Kinds of tokens in the order in which they may follow each other; a smaller kind that comes later is newer. */
const kinds = {
  first: 0,
  number: 1,
  letter: 2,
  suffix: 3,
  suffixNumber: 4,
  hash: 5,
  revision: 6,
  end: 7,
} as const
type Kind = (typeof kinds)[keyof typeof kinds]

/** Suffixes by age; those below zero make a version older than the one without. */
const suffixes: Record<string, number> = {
  alpha: -4,
  beta: -3,
  pre: -2,
  rc: -1,
  cvs: 1,
  svn: 2,
  git: 3,
  hg: 4,
  p: 5,
}
const suffixCharactersMax = 5

export interface ApkVersion {
  readonly kinds: readonly Kind[]
  /** A number after the first that begins with a zero is kept as text. */
  readonly values: readonly (Digits | string)[]
}

/**
 * Alpine packages: `digits{.digits}[letter]{_suffix[number]}[~hash][-rN]`. Two versions are compared token by token;
 * where they part, the longer one is newer unless it goes on with a pre-release suffix. A number after the first that
 * begins with a zero is ordered as text against its counterpart, as fractions are (1.01 before 1.1). (apk-tools)
 */
export const apk: VersionScheme<ApkVersion> = {
  id: 'apk',
  title: 'Alpine packages (apk-tools)',
  links: [
    'https://wiki.alpinelinux.org/wiki/APKBUILD_Reference#pkgver',
    'https://gitlab.alpinelinux.org/alpine/apk-tools/-/blob/master/doc/apk-package.5.scd',
  ],
  ecosystems: [
    'Alpine',
    'Alpaquita',
    'BellSoft Hardened Containers',
    'Chainguard',
    'CleanStart',
    'MinimOS',
    'Wolfi',
  ],
  purlTypes: ['apk', 'alpine'],
  parse: tokenize,
  order(a, b) {
    const count = a.kinds.length < b.kinds.length ? a.kinds.length : b.kinds.length
    for (let at = 0; at < count; at++) {
      if (a.kinds[at] !== b.kinds[at]) return orderWhereTheyPart(a, b, at)
      const order = compareValues(a.values[at], b.values[at])
      if (order !== 0) return order
    }
    return a.kinds.length === b.kinds.length ? 0 : orderWhereTheyPart(a, b, count)
  },
}

function orderWhereTheyPart(a: ApkVersion, b: ApkVersion, at: number): number {
  const left = at < a.kinds.length ? a.kinds[at] : kinds.end
  const right = at < b.kinds.length ? b.kinds[at] : kinds.end
  if (left === kinds.suffix && (a.values[at] as number) < 0) return -1
  if (right === kinds.suffix && (b.values[at] as number) < 0) return 1
  return right - left
}

/** Every text begins with a zero or is a hash, so that it comes before every number, and text against text is a run. */
function compareValues(a: Digits | string, b: Digits | string): number {
  if (typeof a === 'string') return typeof b === 'string' ? compareText(a, b) : -1
  return typeof b === 'string' ? 1 : compareDigits(a, b)
}

function tokenize(text: string): ApkVersion | null {
  const whole = text.trim()
  const tokenKinds: Kind[] = []
  const values: (Digits | string)[] = []
  let at = 0
  const push = (kind: Kind, value: Digits | string): void => {
    tokenKinds.push(kind)
    values.push(value)
  }
  const run = (accepts: (code: number) => boolean): string => {
    const start = at
    while (at < whole.length && accepts(whole.charCodeAt(at))) at++
    return whole.slice(start, at)
  }
  const first = run(isDigit)
  if (first === '') return null
  push(kinds.first, digitsOf(first))
  while (whole[at] === '.') {
    at++
    const part = run(isDigit)
    if (part === '') return null
    push(kinds.number, part[0] === '0' ? part : digitsOf(part))
  }
  if (at < whole.length && isLowerCase(whole.charCodeAt(at))) push(kinds.letter, whole.charCodeAt(at++))
  while (whole[at] === '_') {
    at++
    const name = run(isLowerCase)
    if (name.length > suffixCharactersMax || !Object.hasOwn(suffixes, name)) return null
    push(kinds.suffix, suffixes[name])
    const number = run(isDigit)
    if (number !== '') push(kinds.suffixNumber, digitsOf(number))
  }
  if (whole[at] === '~') {
    at++
    const hash = run(isHexadecimal)
    if (hash === '') return null
    push(kinds.hash, hash)
  }
  if (whole.startsWith('-r', at)) {
    at += 2
    const revision = run(isDigit)
    if (revision === '') return null
    push(kinds.revision, digitsOf(revision))
  }
  return at === whole.length ? { kinds: tokenKinds, values } : null
}

function isLowerCase(code: number): boolean {
  return code >= 0x61 && code <= 0x7a
}

function isHexadecimal(code: number): boolean {
  return isDigit(code) || (code >= 0x61 && code <= 0x66) || (code >= 0x41 && code <= 0x46)
}
