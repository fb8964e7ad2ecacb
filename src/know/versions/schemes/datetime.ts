import type { VersionScheme } from '../types.ts'
import { compareText } from './numbers.ts'

export interface PointInTime {
  readonly seconds: number
  /** Digits behind the decimal point without trailing zeros; as text they are in order. */
  readonly fraction: string
}

const pattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(?:([Zz])|([+-])(\d{2}):(\d{2}))?)?$/

/** RFC 3339 timestamps; a date alone is its midnight, and without an offset it is UTC. */
export const datetime: VersionScheme<PointInTime> = {
  id: 'datetime',
  title: 'Points in time (RFC 3339)',
  links: ['https://www.rfc-editor.org/rfc/rfc3339', 'https://github.com/package-url/vers-spec'],
  ecosystems: [],
  purlTypes: [],
  parse(text) {
    const match = pattern.exec(text.trim())
    if (!match) return null
    const [year, month, day, hour = 0, minute = 0, second = 0] = match
      .slice(1, 7)
      .map((part) => Number(part ?? 0))
    if (
      month < 1 ||
      month > 12 ||
      day < 1 ||
      day > daysIn(year, month) ||
      hour > 23 ||
      minute > 59 ||
      second > 60
    )
      return null
    const offsetMinutes = Number(match[10] ?? 0) * 60 + Number(match[11] ?? 0)
    const seconds = Date.UTC(year, month - 1, day, hour, minute, second) / 1000
    // Date.UTC takes the years 0 to 99 for 1900 to 1999.
    if (!Number.isFinite(seconds) || year < 100) return null
    return {
      seconds: seconds - (match[9] === '-' ? -60 : 60) * offsetMinutes,
      fraction: withoutTrailingZeros(match[7] ?? ''),
    }
  },
  order: (a, b) => a.seconds - b.seconds || compareText(a.fraction, b.fraction),
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}

function withoutTrailingZeros(digits: string): string {
  let end = digits.length
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end--
  return digits.slice(0, end)
}
