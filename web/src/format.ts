/** Numbers and times as people read them. Units never part from their number. */
export const nbsp = '\u00a0'

export function grouped(value: number): string {
  return value.toLocaleString('en-US')
}

export function plural(value: number, noun: string, nouns = `${noun}s`): string {
  return `${grouped(value)}${nbsp}${value === 1 ? noun : nouns}`
}

/** Beyond two months nobody counts days. */
const agoMaxDays = 60

/** `12 min ago`, `31 d ago`; the day itself when that is longer ago. */
export function ago(atMs: number, nowMs = Date.now()): string {
  const seconds = Math.max(0, Math.round((nowMs - atMs) / 1000))
  if (seconds < 5) return 'just now'
  if (seconds < 90) return `${seconds}${nbsp}s ago`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)}${nbsp}min ago`
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)}${nbsp}h ago`
  if (seconds > agoMaxDays * 86400) return day(atMs)
  return `${grouped(Math.round(seconds / 86400))}${nbsp}d ago`
}

/** `in 2 d 23 h`, `in 40 min`; `6 h over` once it has passed. */
export function until(atMs: number, nowMs: number): string {
  const over = atMs < nowMs
  const minutes = Math.floor(Math.abs(atMs - nowMs) / 60_000)
  const hours = Math.floor(minutes / 60)
  const days = Math.floor(hours / 24)
  const words =
    days >= 14
      ? `${grouped(days)}${nbsp}d`
      : days > 0
        ? `${days}${nbsp}d${nbsp}${hours % 24}${nbsp}h`
        : hours > 0
          ? `${hours}${nbsp}h`
          : `${minutes}${nbsp}min`
  return over ? `${words} over` : `in ${words}`
}

/** `2026-11-18 03:02:40 UTC` */
export function utc(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

export function day(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10)
}

export function percent(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toLocaleString('en-US')}${nbsp}%`
}

/** `sha256:9c1f…` with the first twelve digits. */
export function shortDigest(digest: string | null): string {
  return digest === null ? 'no digest' : `${digest.slice(0, 19)}…`
}

/**
 * Characters of foreign text that are not shown but act: controls (ESC of terminal sequences among them), joiners and
 * spaces of no width, and those that turn the direction of writing (Unicode TR 36, "Bidirectional text spoofing").
 */
export const hostileCharacters =
  /([\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb])/

/** `\u202e`: what stands for a character that acts. */
export function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Foreign text for where no element can stand (attributes, SVG text); elsewhere use `Inert`. */
export function inert(text: string): string {
  return text
    .split(hostileCharacters)
    .map((part, at) => (at % 2 === 0 ? part : escapeOf(part)))
    .join('')
}

/** `03:12:58`, UTC: for lists whose days are said elsewhere. */
export function time(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 19)
}

/** `12.4 MiB`: sizes as people compare them. */
export function bytes(size: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let at = 0
  let value = size
  while (value >= 1024 && at < units.length - 1) {
    value /= 1024
    at++
  }
  return `${at === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)}${nbsp}${units[at]}`
}

/** `41 min`, `2 d 4 h`: how long something takes or took; two units at most. */
export function duration(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000))
  if (minutes < 1) return `${Math.max(0, Math.floor(ms / 1000))}${nbsp}s`
  if (minutes < 60) return `${minutes}${nbsp}min`
  const hours = Math.floor(minutes / 60)
  const rest = (value: number, unit: string): string => (value === 0 ? '' : `${nbsp}${value}${nbsp}${unit}`)
  if (hours < 24) return `${hours}${nbsp}h${rest(minutes % 60, 'min')}`
  return `${grouped(Math.floor(hours / 24))}${nbsp}d${rest(hours % 24, 'h')}`
}
