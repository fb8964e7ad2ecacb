import type { VersionScheme } from '../types.ts'
import { compareDigits, compareText, digitsOf, type Digits } from './numbers.ts'

export interface OpensslVersion {
  readonly major: Digits
  readonly minor: Digits
  readonly fix: Digits
  /** Letters of a patch release before 3.0: `za` comes after `z`. */
  readonly patch: string
  /** 0 to 3 for a pre-release, 4 for a release, 5 for a snapshot of the branch behind it. */
  readonly phase: number
  readonly phaseNumber: Digits
}

const pattern = /^v?(\d+)\.(\d+)(?:\.(\d+))?([a-z]{0,4}?)(?:-?(alpha|beta|pre|dev|cvs)-?(\d*))?(?:-fips)?$/
const phases: Record<string, number> = { dev: 0, alpha: 1, beta: 2, pre: 3, cvs: 5 }
const release = 4

/** OpenSSL: letters count patches before 3.0 (1.0.2zg), three numbers since; pre-releases come before. */
export const openssl: VersionScheme<OpensslVersion> = {
  id: 'openssl',
  title: 'OpenSSL',
  links: ['https://openssl-library.org/policies/general/versioning-policy/'],
  notes: '`1.0.2zd-dev` is what leads to `1.0.2zd` and comes before it.',
  ecosystems: [],
  purlTypes: ['openssl'],
  parse(text) {
    const match = pattern.exec(text.trim().toLowerCase())
    if (!match) return null
    const [, major, minor, fix = '', patch, phase, phaseNumber = ''] = match
    return {
      major: digitsOf(major),
      minor: digitsOf(minor),
      fix: digitsOf(fix),
      patch,
      phase: phase === undefined ? release : phases[phase],
      phaseNumber: digitsOf(phaseNumber),
    }
  },
  order: (a, b) =>
    compareDigits(a.major, b.major) ||
    compareDigits(a.minor, b.minor) ||
    compareDigits(a.fix, b.fix) ||
    a.patch.length - b.patch.length ||
    compareText(a.patch, b.patch) ||
    a.phase - b.phase ||
    compareDigits(a.phaseNumber, b.phaseNumber),
}
