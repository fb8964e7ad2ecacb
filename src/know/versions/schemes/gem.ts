import type { VersionScheme } from '../types.ts'
import { compareDigits, compareText, digitsOf, isDigit, type Digits } from './numbers.ts'

export type GemVersion = readonly (Digits | string)[]

// Gem::Version::VERSION_PATTERN, anchored; a dot or hyphen stands between any two runs, so that nothing is ambiguous.
const pattern = /^\d+(?:\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/

export const gem: VersionScheme<GemVersion> = {
  id: 'gem',
  title: 'RubyGems',
  links: [
    'https://guides.rubygems.org/patterns/#prerelease-gems',
    'https://docs.ruby-lang.org/en/master/Gem/Version.html',
  ],
  notes:
    'A segment of letters makes a pre-release. A platform behind a hyphen (`1.13.1-x86_64-linux`) is left out.',
  ecosystems: ['RubyGems'],
  purlTypes: ['gem'],
  parse: (text) => {
    const segments = gemSegments(text)
    return segments && canonical(segments)
  },
  order(a, b) {
    const count = a.length > b.length ? a.length : b.length
    for (let at = 0; at < count; at++) {
      const left = at < a.length ? a[at] : 0
      const right = at < b.length ? b[at] : 0
      if (left === right) continue
      if (typeof left === 'string') return typeof right === 'string' ? compareText(left, right) : -1
      if (typeof right === 'string') return 1
      return compareDigits(left, right)
    }
    return 0
  },
}

// Gem::Platform: a CPU, an operating system and its version. Lock files and SBOMs write it behind the version.
const platform =
  /-(?:(?:x86_64|x86|x64|amd64|i[3-6]86|aarch64|arm64|armv\d[a-z]?|arm|powerpc(?:64)?(?:le)?|ppc(?:64)?(?:le)?|s390x|sparc|riscv64|mips(?:64)?(?:el)?|universal|all)-)?(?:(?:linux|darwin|freebsd|openbsd|netbsd|solaris|aix|cygwin|unix|mingw(?:32|-ucrt)?|mswin(?:32|64)?)(?:-(?:gnu|musl|gnueabihf|musleabihf|gnueabi|musleabi|\d+))?|java|jruby|dalvik)$/i

/**
 * Runs of digits and of letters; a hyphen means a pre-release: `1.0-a` is `1.0.pre.a`. An empty text is version 0
 * (Gem::Version#initialize).
 */
export function gemSegments(text: string): (Digits | string)[] | null {
  const version = text.trim().replace(platform, '')
  if (version === '') return text.trim() === '' ? [] : null
  if (!pattern.test(version)) return null
  return (version.replaceAll('-', '.pre.').match(/\d+|[a-z]+/gi) ?? []).map((segment) =>
    isDigit(segment.charCodeAt(0)) ? digitsOf(segment) : segment,
  )
}

/** Trailing zeros of the release and of the pre-release count for nothing (Gem::Version#canonical_segments). */
function canonical(segments: (Digits | string)[]): GemVersion {
  const firstWord = segments.findIndex((segment) => typeof segment === 'string')
  const release = firstWord < 0 ? segments : segments.slice(0, firstWord)
  const pre = firstWord < 0 ? [] : segments.slice(firstWord)
  return [...withoutTrailingZeros(release), ...withoutTrailingZeros(pre)]
}

function withoutTrailingZeros(segments: (Digits | string)[]): (Digits | string)[] {
  let end = segments.length
  while (end > 0 && segments[end - 1] === 0) end--
  return segments.slice(0, end)
}
