import { digitsOf, compareDigits, type Digits } from './numbers.ts'
import type { VersionScheme } from '../types.ts'

/** A version that Root rebuilt with a fix of its own: `1.6-2.1.root.io.2`, `7.5.2-root.io.1`, `2.1.0+root.io.1`. */
interface Rebuilt {
  readonly upstream: unknown
  readonly patch: Digits
}

const mark = /[.+-]root\.io\.(\d{1,9})$/

/**
 * The order of a rebuilt package: as the ecosystem orders what was rebuilt, then by the number of the rebuild. Without
 * this npm would take `7.5.2-root.io.1`, which fixes 7.5.2, for a pre-release of it.
 */
export function rebuiltByRoot(inner: VersionScheme): VersionScheme {
  const order = (a: Rebuilt, b: Rebuilt): number =>
    inner.order(a.upstream, b.upstream) || compareDigits(a.patch, b.patch)
  const scheme: VersionScheme<Rebuilt> = {
    id: inner.id,
    title: `${inner.title}, rebuilt by Root`,
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
