export type Recognised = 'vulnerability' | 'digest' | 'package' | 'image' | 'workload' | 'file' | 'text'

/** What a text looks like, before anything is sent (console.md 3.2). */
export function recognise(text: string): Recognised {
  const asked = text.trim()
  if (
    /^(?:CVE-\d{4}-\d{4,}|GHSA(?:-[a-z0-9]{4}){3})$/i.test(asked) ||
    /^(?:[A-Z][A-Z0-9]*-)+\d{2,}[\d:.-]*$/.test(asked)
  )
    return 'vulnerability'
  if (/^(?:file:|sha256-of-a-file:)/i.test(asked) || isPath(asked)) return 'file'
  if (/^sha256:[0-9a-f]{6,64}$/i.test(asked)) return 'digest'
  if (asked.startsWith('pkg:') || /[<>=]|[^/@]@[<>=~^\d]/.test(asked)) return 'package'
  if ((asked.match(/\//g)?.length ?? 0) >= 3 && !asked.includes(':')) return 'workload'
  if (/^[\w.-]+(?:\/[\w.-]+)+(?::[\w.-]+)?$/.test(asked)) return 'image'
  return 'text'
}

function isPath(text: string): boolean {
  return /^\/[^\s/]/.test(text)
}

/** The question as the API reads it: a bare path is a file's. */
export function questionOf(text: string): string {
  const asked = text.trim()
  return isPath(asked) ? `file:${asked}` : asked
}

/** An id as feeds write it: `CVE-2021-44228`, `GHSA-jfh8-c2jp-5v3q`. */
export function canonicalId(text: string): string {
  const upper = text.trim().toUpperCase()
  return upper.startsWith('GHSA-') ? `GHSA-${upper.slice(5).toLowerCase()}` : upper
}
