import type { VersionScheme } from '../types.ts'
import { compareDigits, compareText, digitsOf, isNumeric, type Digits } from './numbers.ts'

type Identifier = Digits | string

/** A semantic version; `revision` is a fourth number that only some ecosystems have. */
export interface Semver {
  readonly major: Digits
  readonly minor: Digits
  readonly patch: Digits
  readonly revision: Digits
  /** Identifiers of the pre-release; empty for a release. */
  readonly pre: readonly Identifier[]
  readonly build: readonly Identifier[]
}

export interface SemverLeniency {
  /** Leading zeros of numbers count for nothing instead of making the text no version (item 2, item 9). */
  leadingZeros?: boolean
  /** In an identifier of a pre-release they make a word of it, which is not compared as a number. */
  zerosMakeWords?: boolean
  /** `1.2-rc1`: missing numbers are zero even where a pre-release or a build follows. */
  partialPreRelease?: boolean
}

// Anchored, without nested repetition: linear on any input.
const pattern = /^[vV]?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?$/

export const noIdentifiers: readonly Identifier[] = []

/**
 * Semantic Versioning 2.0.0, with what real advisories and packages need: a leading `v`, and missing minor and patch
 * numbers of a release (`1.2`; GitHub's npm and crates.io records have such events).
 */
export function parseSemver(text: string, leniency: SemverLeniency = strict): Semver | null {
  const match = pattern.exec(text.trim())
  if (!match) return null
  const [, major, minor = '', patch = '', pre, build] = match
  if (patch === '' && !leniency.partialPreRelease && (pre !== undefined || build !== undefined)) return null
  const zeros = leniency.leadingZeros === true
  return semverOf([major, minor, patch, ''], pre, build, zeros, leniency.zerosMakeWords === true)
}

const strict: SemverLeniency = {}

/** `numbers` as texts of digits, empty for zero. `null` where an identifier is empty or has a forbidden zero. */
export function semverOf(
  numbers: readonly [string, string, string, string],
  pre: string | undefined,
  build: string | undefined,
  leadingZeros: boolean,
  zerosMakeWords = false,
): Semver | null {
  if (!leadingZeros && numbers.some(hasLeadingZero)) return null
  const identifiers = pre === undefined ? noIdentifiers : identifiersOf(pre, leadingZeros, zerosMakeWords)
  const metadata = build === undefined ? noIdentifiers : identifiersOf(build, true, false)
  if (identifiers === null || metadata === null) return null
  return {
    major: digitsOf(numbers[0]),
    minor: digitsOf(numbers[1]),
    patch: digitsOf(numbers[2]),
    revision: digitsOf(numbers[3]),
    pre: identifiers,
    build: metadata,
  }
}

function hasLeadingZero(digits: string): boolean {
  return digits.length > 1 && digits.charCodeAt(0) === 0x30
}

function identifiersOf(text: string, leadingZeros: boolean, zerosMakeWords: boolean): Identifier[] | null {
  const identifiers: Identifier[] = []
  for (const identifier of text.split('.')) {
    if (identifier === '') return null
    if (!isNumeric(identifier)) identifiers.push(identifier)
    else if (!hasLeadingZero(identifier)) identifiers.push(digitsOf(identifier))
    else if (zerosMakeWords) identifiers.push(identifier)
    else if (leadingZeros) identifiers.push(digitsOf(identifier))
    else return null
  }
  return identifiers
}

/** Item 11: numbers, then a release after its pre-releases, then identifier by identifier; build metadata is ignored. */
export function compareSemver(a: Semver, b: Semver): number {
  const numbers =
    compareDigits(a.major, b.major) ||
    compareDigits(a.minor, b.minor) ||
    compareDigits(a.patch, b.patch) ||
    compareDigits(a.revision, b.revision)
  if (numbers !== 0) return numbers
  if (a.pre.length === 0 || b.pre.length === 0) return b.pre.length - a.pre.length
  return compareIdentifiers(a.pre, b.pre)
}

/** Numbers come before words; of two lists the one that ends is older. */
export function compareIdentifiers(a: readonly Identifier[], b: readonly Identifier[]): number {
  const count = a.length < b.length ? a.length : b.length
  for (let at = 0; at < count; at++) {
    const left = a[at]
    const right = b[at]
    if (left === right) continue
    if (typeof left === 'string') return typeof right === 'string' ? compareText(left, right) : 1
    if (typeof right === 'string') return -1
    const order = compareDigits(left, right)
    if (order !== 0) return order
  }
  return a.length - b.length
}

/** Item 11, and among equals by build metadata, as the ecosystems do in which a rebuild is a version of its own. */
export function compareSemverAndBuild(a: Semver, b: Semver): number {
  return compareSemver(a, b) || compareIdentifiers(a.build, b.build)
}

const lenient: SemverLeniency = { partialPreRelease: true }

export const specification = 'https://semver.org/spec/v2.0.0.html'

export const semver: VersionScheme<Semver> = {
  id: 'semver',
  title: 'Semantic Versioning 2.0.0',
  links: [specification, 'https://ossf.github.io/osv-schema/#affectedrangestype-field'],
  notes: 'A leading `v` or `=` and a missing minor or patch number are accepted. Build metadata is ignored.',
  ecosystems: ['crates.io', 'Kubernetes', 'GitHub Actions', 'VSCode'],
  purlTypes: [
    'cargo',
    'k8s',
    'githubactions',
    'github',
    'gitlab',
    'bitbucket',
    'vscode-extension',
    'docker',
    'oci',
  ],
  parse: (text) => parseSemver(text.replace(/^[v=\s]+/, ''), lenient),
  order: compareSemver,
}
