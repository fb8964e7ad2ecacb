import type { VersionScheme } from '../types.ts'
import { compareDigits, compareReleases, compareText, digitsOf, isNumeric, type Digits } from './numbers.ts'

export interface Pep440Version {
  readonly epoch: Digits
  /** Without trailing zeros: 1.0 and 1.0.0 are the same release. */
  readonly release: readonly Digits[]
  /** 1 alpha, 2 beta, 3 candidate; 0 a bare development release, which comes before them; 4 none of these. */
  readonly phase: 0 | 1 | 2 | 3 | 4
  readonly phaseNumber: Digits
  /** -1 where there is none; so below. */
  readonly post: Digits
  readonly dev: Digits
  readonly local: readonly (Digits | string)[]
}

// PEP 440, Appendix B; anchored and without nested repetition.
const pattern =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|beta|preview|pre|a|b|c|rc)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/

const phases: Record<string, 1 | 2 | 3> = { alpha: 1, a: 1, beta: 2, b: 2, c: 3, rc: 3, pre: 3, preview: 3 }
const noLocal: readonly (Digits | string)[] = []

export const pypi: VersionScheme<Pep440Version> = {
  id: 'pypi',
  title: 'Python packages (PEP 440)',
  links: [
    'https://peps.python.org/pep-0440/',
    'https://packaging.python.org/specifications/version-specifiers/',
  ],
  notes:
    'Versions from before PEP 440 that it cannot read (`0.3m1`) are no versions; tools have refused them since 2023.',
  ecosystems: ['PyPI'],
  purlTypes: ['pypi', 'conda'],
  parse: parsePep440,
  order(a, b) {
    return (
      compareDigits(a.epoch, b.epoch) ||
      compareReleases(a.release, b.release) ||
      a.phase - b.phase ||
      compareDigits(a.phaseNumber, b.phaseNumber) ||
      compareDigits(a.post, b.post) ||
      compareDevelopment(a.dev, b.dev) ||
      compareLocal(a.local, b.local)
    )
  },
}

function parsePep440(text: string): Pep440Version | null {
  const match = pattern.exec(text.trim().toLowerCase())
  if (!match) return null
  const [
    ,
    epoch = '0',
    release,
    word,
    phaseNumber,
    implicitPost,
    postWord,
    postNumber,
    devWord,
    devNumber,
    local,
  ] = match
  const numbers = release.split('.').map(digitsOf)
  while (numbers.length > 1 && numbers.at(-1) === 0) numbers.pop()
  const post =
    implicitPost !== undefined ? digitsOf(implicitPost) : postWord === undefined ? -1 : digitsOf(postNumber)
  const dev = devWord === undefined ? -1 : digitsOf(devNumber)
  return {
    epoch: digitsOf(epoch),
    release: numbers,
    phase: word !== undefined ? phases[word] : post === -1 && dev !== -1 ? 0 : 4,
    phaseNumber: digitsOf(phaseNumber ?? ''),
    post,
    dev,
    local:
      local === undefined
        ? noLocal
        : local.split(/[-_.]/).map((part) => (isNumeric(part) ? digitsOf(part) : part)),
  }
}

/** A development release comes before what it leads to. */
function compareDevelopment(a: Digits, b: Digits): number {
  if (a === -1 || b === -1) return a === b ? 0 : a === -1 ? 1 : -1
  return compareDigits(a, b)
}

/** A word comes before a number; of two labels the one that ends is older, and so is none at all. */
function compareLocal(a: Pep440Version['local'], b: Pep440Version['local']): number {
  const count = a.length < b.length ? a.length : b.length
  for (let at = 0; at < count; at++) {
    const left = a[at]
    const right = b[at]
    if (left === right) continue
    if (typeof left === 'string') return typeof right === 'string' ? compareText(left, right) : -1
    if (typeof right === 'string') return 1
    const order = compareDigits(left, right)
    if (order !== 0) return order
  }
  return a.length - b.length
}
