import { AllclearError } from '../base/errors.ts'
import { orderVersions, schemeById, versionSchemes } from '../know/versions/index.ts'

export type Order = '<' | '=' | '>' | '?'

/** `?` is a pair that cannot be ordered: one of the two is no version of the scheme. */
export function compareLines(schemeId: string, pairs: readonly (readonly [string, string])[]): Order[] {
  const scheme = schemeById(schemeId)
  if (scheme === undefined) {
    throw new AllclearError('version.unknown-scheme', {
      message: `There is no version scheme \`${schemeId.slice(0, 100)}\`.`,
      next: `Use one of: ${versionSchemes.map((known) => known.id).join(' ')}.`,
    })
  }
  return pairs.map(([a, b]) => {
    const order = orderVersions(scheme, a, b)
    return order === null ? '?' : order < 0 ? '<' : order > 0 ? '>' : '='
  })
}
