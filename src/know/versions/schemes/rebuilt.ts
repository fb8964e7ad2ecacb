import { digitsOf, compareDigits, type Digits } from './numbers.ts'
import type { VersionScheme } from '../types.ts'

/** A version that a vendor rebuilt with a fix of its own, and the number of the rebuild. */
interface Rebuilt {
  readonly upstream: unknown
  readonly patch: Digits
}

export interface Rebuilder {
  readonly title: string
  /** What the vendor writes behind the version; the first group is the number of the rebuild. */
  readonly mark: RegExp
}

/** `1.6-2.1.root.io.2`, `7.5.2-root.io.1`, `2.1.0+root.io.1` */
export const root: Rebuilder = { title: 'Root', mark: /[.+-]root\.io\.(\d{1,9})$/ }
/** `1.2.3+echo.2` */
export const echo: Rebuilder = { title: 'Echo', mark: /\+echo\.(\d{1,9})$/ }

/**
 * The order of a rebuilt package: as the ecosystem orders what was rebuilt, then by the number of the rebuild. Without
 * this npm would take `7.5.2-root.io.1`, which fixes 7.5.2, for a pre-release of it, and `1.2.3+echo.2` for 1.2.3.
 */
export function rebuiltBy({ title, mark }: Rebuilder, inner: VersionScheme): VersionScheme {
  const order = (a: Rebuilt, b: Rebuilt): number =>
    inner.order(a.upstream, b.upstream) || compareDigits(a.patch, b.patch)
  const scheme: VersionScheme<Rebuilt> = {
    id: inner.id,
    title: `${inner.title}, rebuilt by ${title}`,
    links: [...inner.links, 'https://ossf.github.io/osv-schema/#affectedpackage-field'],
    ecosystems: [],
    purlTypes: [],
    parse(text) {
      const match = mark.exec(text.trim())
      const upstream = inner.parse(match ? text.trim().slice(0, match.index) : text)
      return upstream === null ? null : { upstream, patch: digitsOf(match?.[1] ?? '') }
    },
    order,
  }
  return scheme as VersionScheme
}
