import type { VersionScheme } from '../types.ts'
import { compareDigits, digitsOf, isDigit, isLetter, type Digits } from './numbers.ts'

export interface RpmVersion {
  readonly epoch: Digits
  readonly version: string
  /** `null` where there is none, which comes before an empty one (`1-`). */
  readonly release: string | null
}

/**
 * RPM: `[epoch:]version[-release]`, each part ordered by `rpmvercmp`. A missing epoch is 0, a missing release first. Only
 * digits before a colon are an epoch; another colon only separates (rpm, parseEVR).
 */
export const rpm: VersionScheme<RpmVersion> = {
  id: 'rpm',
  title: 'RPM packages (rpmvercmp)',
  links: ['https://rpm-software-management.github.io/rpm/manual/dependencies.html#versioning'],
  notes: 'A missing epoch is 0. A missing release comes before any release. `1.0` is newer than `1`.',
  ecosystems: [
    'AlmaLinux',
    'Rocky Linux',
    'Red Hat',
    'CentOS',
    'Fedora',
    'Oracle Linux',
    'Amazon Linux',
    'SUSE',
    'openSUSE',
    'openEuler',
    'Mageia',
    'Photon OS',
    'Azure Linux',
  ],
  purlTypes: ['rpm'],
  parse(text) {
    const whole = text.trim()
    if (whole === '' || /\s/.test(whole)) return null
    const epoch = epochPattern.exec(whole)
    const rest = epoch === null ? whole : whole.slice(epoch[0].length)
    const hyphen = rest.lastIndexOf('-')
    const version = hyphen < 0 ? rest : rest.slice(0, hyphen)
    if (version === '') return null
    return {
      epoch: digitsOf(epoch?.[1] ?? ''),
      version,
      release: hyphen < 0 ? null : rest.slice(hyphen + 1),
    }
  },
  order: (a, b) =>
    compareDigits(a.epoch, b.epoch) ||
    rpmvercmp(a.version, b.version) ||
    compareRelease(a.release, b.release),
}

// rpm itself prints a missing epoch as `(none)`.
const epochPattern = /^(?:(\d{0,10})|\(none\)):/

function compareRelease(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1
  return rpmvercmp(a, b)
}

const tilde = 0x7e
const caret = 0x5e

/**
 * Segments of digits and of letters are compared one by one; other characters only separate them. A tilde sorts
 * before everything, even the end of the string; a caret after the end but before any other continuation. A segment
 * of digits is newer than one of letters. (rpm, rpmvercmp.c)
 */
function rpmvercmp(a: string, b: string): number {
  if (a === b) return 0
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    while (i < a.length && isSeparator(a.charCodeAt(i))) i++
    while (j < b.length && isSeparator(b.charCodeAt(j))) j++
    const left = a.charCodeAt(i)
    const right = b.charCodeAt(j)
    if (left === tilde || right === tilde) {
      if (left !== tilde) return 1
      if (right !== tilde) return -1
      i++
      j++
      continue
    }
    if (left === caret || right === caret) {
      if (i >= a.length) return -1
      if (j >= b.length) return 1
      if (left !== caret) return 1
      if (right !== caret) return -1
      i++
      j++
      continue
    }
    if (i >= a.length || j >= b.length) break
    const numeric = isDigit(left)
    let endA = i
    let endB = j
    if (numeric) {
      while (endA < a.length && isDigit(a.charCodeAt(endA))) endA++
      while (endB < b.length && isDigit(b.charCodeAt(endB))) endB++
    } else {
      while (endA < a.length && isLetter(a.charCodeAt(endA))) endA++
      while (endB < b.length && isLetter(b.charCodeAt(endB))) endB++
    }
    // Different kinds: digits are newer than letters.
    if (endB === j) return numeric ? 1 : -1
    const order = numeric ? compareDigitRuns(a, i, endA, b, j, endB) : compareSlices(a, i, endA, b, j, endB)
    if (order !== 0) return order
    i = endA
    j = endB
  }
  if (i >= a.length && j >= b.length) return 0
  return i >= a.length ? -1 : 1
}

function isSeparator(code: number): boolean {
  return !isDigit(code) && !isLetter(code) && code !== tilde && code !== caret
}

export function compareDigitRuns(
  a: string,
  i: number,
  endA: number,
  b: string,
  j: number,
  endB: number,
): number {
  while (i < endA && a.charCodeAt(i) === 0x30) i++
  while (j < endB && b.charCodeAt(j) === 0x30) j++
  return endA - i - (endB - j) || compareSlices(a, i, endA, b, j, endB)
}

export function compareSlices(
  a: string,
  i: number,
  endA: number,
  b: string,
  j: number,
  endB: number,
): number {
  for (; i < endA && j < endB; i++, j++) {
    const order = a.charCodeAt(i) - b.charCodeAt(j)
    if (order !== 0) return order
  }
  return endA - i - (endB - j)
}
