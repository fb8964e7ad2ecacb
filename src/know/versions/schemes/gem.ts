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
    'A segment of letters makes a pre-release. An empty text, which RubyGems reads as 0, is no version here.',
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

/** Runs of digits and of letters; a hyphen means a pre-release: `1.0-a` is `1.0.pre.a`. */
export function gemSegments(text: string): (Digits | string)[] | null {
  const version = text.trim()
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
