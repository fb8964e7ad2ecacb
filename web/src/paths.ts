/** Every URL of the console, in one place. Defaults are left out, unknown keys dropped. */
type Search = Record<string, string | number | undefined>

function withSearch(path: string, search: Search = {}): string {
  const entries = Object.entries(search).filter(
    ([, value]) => value !== undefined && value !== '' && value !== 0,
  )
  const query = new URLSearchParams(entries.map(([key, value]) => [key, String(value)]))
  return entries.length === 0 ? path : `${path}?${query}`
}

const segment = encodeURIComponent

export const pb = {
  home: () => '/',
  start: () => '/start',
  where: (search: { q?: string; offset?: number } = {}) => withSearch('/where', search),
  cve: (id: string, search: { tab?: string; offset?: number } = {}) =>
    withSearch(`/cve/${segment(id)}`, search),
  images: (search: { q?: string; offset?: number } = {}) => withSearch('/images', search),
  image: (id: string, search: { tab?: string; offset?: number; row?: string } = {}) =>
    withSearch(`/images/${segment(id)}`, search),
  clusters: () => '/clusters',
  advisories: (search: { q?: string; offset?: number } = {}) => withSearch('/advisories', search),
  advisory: (id: string) => `/advisories/${segment(id)}`,
  advisoryNew: (search: { id?: string; package?: string; range?: string } = {}) =>
    withSearch('/advisories/new', search),
}

export interface Place {
  screen:
    | 'home'
    | 'start'
    | 'where'
    | 'cve'
    | 'images'
    | 'image'
    | 'clusters'
    | 'advisories'
    | 'advisory'
    | 'advisoryNew'
    | 'missing'
  id: string
  search: URLSearchParams
}

/** The screen of a location; a path that is none is `missing`. */
export function placeOf(pathname: string, search: string): Place {
  const parts = pathname.split('/').filter((part) => part !== '')
  const id = parts[1] === undefined ? '' : decode(parts.slice(1).join('/'))
  const screen = (name: Place['screen']): Place => ({ screen: name, id, search: new URLSearchParams(search) })
  switch (parts[0]) {
    case undefined:
      return screen('home')
    case 'start':
      return screen('start')
    case 'where':
      return screen('where')
    case 'clusters':
      return screen('clusters')
    case 'cve':
      return screen(id === '' ? 'missing' : 'cve')
    case 'images':
      return screen(id === '' ? 'images' : 'image')
    case 'advisories':
      return screen(id === '' ? 'advisories' : id === 'new' ? 'advisoryNew' : 'advisory')
    default:
      return screen('missing')
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Where a typed question leads: its own page for an id or a digest, else the Where screen. */
export function pathOfQuestion(text: string): string {
  const asked = text.trim()
  if (recognise(asked) === 'vulnerability')
    return pb.cve(asked.toUpperCase().replace(/^GHSA-.*/, (id) => `GHSA-${id.slice(5).toLowerCase()}`))
  if (recognise(asked) === 'digest') return pb.image(asked)
  return pb.where({ q: asked })
}

export type Recognised = 'vulnerability' | 'digest' | 'package' | 'image' | 'workload' | 'text'

/** What a text looks like, before anything is sent. */
export function recognise(text: string): Recognised {
  const asked = text.trim()
  if (
    /^(?:CVE-\d{4}-\d{4,}|GHSA(?:-[a-z0-9]{4}){3})$/i.test(asked) ||
    /^(?:[A-Z][A-Z0-9]*-)+\d{2,}[\d:.-]*$/.test(asked)
  )
    return 'vulnerability'
  if (/^sha256:[0-9a-f]{6,64}$/i.test(asked)) return 'digest'
  if (asked.startsWith('pkg:') || /[<>=]|[^/@]@[<>=~^\d]/.test(asked)) return 'package'
  if ((asked.match(/\//g)?.length ?? 0) >= 3 && !asked.includes(':')) return 'workload'
  if (/^[\w.-]+(?:\/[\w.-]+)+(?::[\w.-]+)?$/.test(asked)) return 'image'
  return 'text'
}
