import type { Counted } from '../../know/answers.ts'

/** Made when the first fraction needs it: the tables of the formatter take longer to load than most commands to answer. */
let fractions: Intl.NumberFormat | undefined

/** `1,059` */
export function formatCount(value: number): string {
  if (Number.isSafeInteger(value)) return String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')
  fractions ??= new Intl.NumberFormat('en-GB')
  return fractions.format(value)
}

/** `412`, or `>= 412` when something that could raise it was not seen. */
export function formatCounted({ value, atLeast }: Counted): string {
  return atLeast ? `>= ${formatCount(value)}` : formatCount(value)
}

/** `1 workload`, `2 workloads` */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${count === 1 ? noun : nounsOf(noun)}`
}

function nounsOf(noun: string): string {
  return /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`
}

const units: readonly [name: string, ms: number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
]

/** `18 d`, `4 min`; the largest unit that is at least one. */
export function formatDuration(ms: number): string {
  for (const [name, size] of units) if (ms >= size) return `${formatCount(Math.floor(ms / size))} ${name}`
  return `${Math.max(0, Math.round(ms))} ms`
}

/** `18 d ago`, `just now`, `-` when not known. */
export function formatAge(atMs: number | null, nowMs: number): string {
  if (atMs === null) return '-'
  const age = nowMs - atMs
  if (age < 0) return formatTime(atMs)
  return age < 1_000 ? 'just now' : `${formatDuration(age)} ago`
}

/** `2026-11-18 14:00 UTC` */
export function formatTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

export function formatDate(atMs: number | null): string {
  return atMs === null ? '-' : new Date(atMs).toISOString().slice(0, 10)
}

/** `8.3 MB`: powers of a thousand, as downloads are counted. */
export function formatBytes(bytes: number): string {
  let value = bytes
  for (const unit of ['B', 'kB', 'MB', 'GB', 'TB']) {
    if (value < 1000 || unit === 'TB')
      return `${unit === 'B' ? value : value.toFixed(value < 10 ? 1 : 0)} ${unit}`
    value /= 1000
  }
  return `${bytes} B`
}

/** `93.3 %`; never rounds up to 100, which would claim what was not seen. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return '-'
  const percent = (part / whole) * 100
  return part < whole ? `${(Math.floor(percent * 10) / 10).toFixed(1)} %` : '100 %'
}

/** `30d`, `12h`, `90min`, `45s`, as a duration in ms; null when it is none. */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,6})\s?(d|h|min|m|s)$/.exec(text)
  if (match === null) return null
  const unit = match[2] === 'm' ? 'min' : match[2]
  return Number(match[1]) * units.find(([name]) => name === unit)![1]
}

export function shortDigest(digest: string | null): string {
  return digest === null ? '-' : digest.replace(/^(sha\d+:[0-9a-f]{12})[0-9a-f]+$/, '$1')
}
