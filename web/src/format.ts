/** Numbers and times as people read them. Units never part from their number. */
export const nbsp = '\u00a0'

export function grouped(value: number): string {
  return value.toLocaleString('en-US')
}

export function plural(value: number, noun: string): string {
  return `${grouped(value)}${nbsp}${value === 1 ? noun : `${noun}s`}`
}

/** `12 min ago` */
export function ago(atMs: number, nowMs = Date.now()): string {
  const seconds = Math.max(0, Math.round((nowMs - atMs) / 1000))
  if (seconds < 5) return 'just now'
  if (seconds < 90) return `${seconds}${nbsp}s ago`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)}${nbsp}min ago`
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)}${nbsp}h ago`
  return `${grouped(Math.round(seconds / 86400))}${nbsp}d ago`
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
 * Text of documents, feeds and clusters, made inert: control characters and those that change the direction of writing
 * become visible, so that nothing can pose as something else.
 */
export function inert(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
