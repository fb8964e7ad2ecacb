import { buildPurl, parsePurl } from '../know/purl/index.ts'
import type { Purl } from '../know/purl/types.ts'

/** One line of canonical JSON with exactly these six keys for each purl, `error: …` where it is none. */
export function parsePurlLines(lines: readonly string[]): string[] {
  return lines.map((line) => {
    const parsed = parsePurl(line)
    if (!parsed.ok) return errorLine(parsed.reason)
    const { type, namespace, name, version, qualifiers, subpath } = parsed.value
    return JSON.stringify({ type, namespace, name, version, qualifiers, subpath })
  })
}

/** The canonical purl of each line of JSON parts. Absent parts may be `null` or missing. */
export function buildPurlLines(lines: readonly string[]): string[] {
  return lines.map((line) => {
    let parts: unknown
    try {
      parts = JSON.parse(line)
    } catch {
      return errorLine('the line is not JSON')
    }
    const purl = purlOf(parts)
    if (typeof purl === 'string') return errorLine(purl)
    const built = buildPurl(purl)
    return built.ok ? built.value : errorLine(built.reason)
  })
}

/** The parts as a `Purl`, or what is wrong with them. */
function purlOf(parts: unknown): Purl | string {
  if (typeof parts !== 'object' || parts === null || Array.isArray(parts))
    return 'the line is not a JSON object'
  const { type, namespace, name, version, qualifiers, subpath } = parts as Record<string, unknown>
  for (const [key, value] of Object.entries({ type, namespace, name, version, subpath })) {
    if (value !== undefined && value !== null && typeof value !== 'string') return `${key} is not text`
  }
  if (qualifiers !== undefined && qualifiers !== null) {
    if (typeof qualifiers !== 'object' || Array.isArray(qualifiers)) return 'qualifiers is not an object'
    for (const [key, value] of Object.entries(qualifiers)) {
      if (value !== null && typeof value !== 'string') return `the qualifier ${key} is not text`
    }
  }
  if (typeof type !== 'string' || type === '') return 'type is missing'
  if (typeof name !== 'string' || name === '') return 'name is missing'
  const kept = Object.entries((qualifiers ?? {}) as Record<string, string | null>).filter(
    ([, value]) => value,
  )
  return {
    type,
    namespace: (namespace as string | null | undefined) || null,
    name,
    version: (version as string | null | undefined) || null,
    qualifiers: kept.length === 0 ? null : (Object.fromEntries(kept) as Record<string, string>),
    subpath: (subpath as string | null | undefined) || null,
  }
}

/** One line, whatever the reason holds. */
function errorLine(reason: string): string {
  return `error: ${reason.replaceAll(/\s+/g, ' ')}`
}
