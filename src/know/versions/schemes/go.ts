import type { VersionScheme } from '../types.ts'
import { compareSemver, parseSemver, type Semver } from './semver.ts'

// go1.21, go1.21.3, go1.22rc1, go1.5beta2, go1.19.4 X:boringcrypto, go1.18.7b7, go1.20.3-fips
const toolchain = /^go(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:(rc|beta|alpha)(\d+))?(?:b\d+|[-+ ].*)?$/

/**
 * Go module versions: semantic versions with a `v`, pseudo-versions (`v0.0.0-20190101000000-abcdefabcdef`, which are
 * pre-releases of the version they name) and `+incompatible`, which changes nothing in the order (Go modules
 * reference, "Versions"). The standard library and the toolchain are versioned `go1.21.3`, `go1.22rc1`.
 */
export const go: VersionScheme<Semver> = {
  id: 'go',
  title: 'Go modules and toolchain',
  links: ['https://go.dev/ref/mod#versions', 'https://go.dev/doc/toolchain#version'],
  notes:
    '`go1.22rc1` is read as `1.22.0-rc.1`. `(devel)`, which Go writes for a module built in place, is no version.',
  ecosystems: ['Go'],
  purlTypes: ['golang'],
  parse(text) {
    const own = text.trim()
    if (!own.startsWith('go')) return parseSemver(own, lenient) ?? parseToolchain(`go${own}`)
    return parseToolchain(own)
  },
  order: compareSemver,
}

// Tags such as Docker's v19.03.11 are no module versions, but advisories and SBOMs name them.
const lenient = { leadingZeros: true, zerosMakeWords: true }

function parseToolchain(text: string): Semver | null {
  const match = toolchain.exec(text)
  if (!match || (match[2] === undefined && match[4] === undefined)) return null
  const [, major, minor, patch = '0', kind, number] = match
  return kind
    ? parseSemver(`${major}.${minor ?? 0}.${patch}-${kind}.${Number(number)}`)
    : parseSemver(`${major}.${minor}.${patch}`)
}
