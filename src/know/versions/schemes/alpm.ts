import type { VersionScheme } from '../types.ts'
import { compareDigits, digitsOf, isDigit, isLetter, type Digits } from './numbers.ts'
import { compareDigitRuns, compareSlices } from './rpm.ts'

export interface AlpmVersion {
  readonly epoch: Digits
  readonly version: string
  /** `null` is not compared. */
  readonly release: string | null
}

export const alpm: VersionScheme<AlpmVersion> = {
  id: 'alpm',
  title: 'Arch Linux packages (pacman)',
  links: ['https://man.archlinux.org/man/vercmp.8'],
  notes:
    'A version without a release equals every release of it (vercmp(8)), so that equality holds between pairs only: ' +
    '`1.0-1` = `1.0` = `1.0-2`, but `1.0-1` < `1.0-2`.',
  ecosystems: ['Arch Linux'],
  purlTypes: ['alpm'],
  parse(text) {
    const whole = text.trim()
    if (whole === '' || /\s/.test(whole)) return null
    const colon = whole.indexOf(':')
    const epoch = colon < 0 ? '' : whole.slice(0, colon)
    if (!/^\d*$/.test(epoch)) return null
    const rest = whole.slice(colon + 1)
    const hyphen = rest.lastIndexOf('-')
    const version = hyphen < 0 ? rest : rest.slice(0, hyphen)
    // PKGBUILD(5): a version holds no colon, slash, hyphen or blank; makepkg lets it begin with a letter or digit.
    if (!/^[A-Za-z0-9][^:/-]*$/.test(version)) return null
    return { epoch: digitsOf(epoch), version, release: hyphen < 0 ? null : rest.slice(hyphen + 1) }
  },
  order: (a, b) =>
    compareDigits(a.epoch, b.epoch) ||
    alpmvercmp(a.version, b.version) ||
    (a.release === null || b.release === null ? 0 : alpmvercmp(a.release, b.release)),
}

/**
 * pacman's variant of rpmvercmp: separators of different length decide, and of two versions of which one ends, a
 * continuation of letters is older (1.0alpha before 1.0), any other newer.
 */
function alpmvercmp(a: string, b: string): number {
  if (a === b) return 0
  let i = 0
  let j = 0
  while (i < a.length && j < b.length) {
    const fromA = i
    const fromB = j
    while (i < a.length && !isAlphanumeric(a.charCodeAt(i))) i++
    while (j < b.length && !isAlphanumeric(b.charCodeAt(j))) j++
    if (i >= a.length || j >= b.length) break
    if (i - fromA !== j - fromB) return i - fromA - (j - fromB)
    const numeric = isDigit(a.charCodeAt(i))
    const kind = numeric ? isDigit : isLetter
    let endA = i
    let endB = j
    while (endA < a.length && kind(a.charCodeAt(endA))) endA++
    while (endB < b.length && kind(b.charCodeAt(endB))) endB++
    if (endB === j) return numeric ? 1 : -1
    const order = numeric ? compareDigitRuns(a, i, endA, b, j, endB) : compareSlices(a, i, endA, b, j, endB)
    if (order !== 0) return order
    i = endA
    j = endB
  }
  const endsA = i >= a.length
  if (endsA && j >= b.length) return 0
  const letterFollows = endsA ? isLetter(b.charCodeAt(j)) : isLetter(a.charCodeAt(i))
  return endsA === letterFollows ? 1 : -1
}

function isAlphanumeric(code: number): boolean {
  return isDigit(code) || isLetter(code)
}
