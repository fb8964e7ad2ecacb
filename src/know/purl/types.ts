/** A package URL in its parts, decoded and normalised by the rules of its type (package-url/purl-spec). */
export interface Purl {
  type: string
  /** Segments joined by `/`, decoded; `null` when absent. */
  namespace: string | null
  name: string
  version: string | null
  /** Sorted by key, frozen when it came from a parsed text; `null` when absent. Empty values are dropped. */
  qualifiers: Record<string, string> | null
  /** Segments joined by `/`, without `.` and `..`; `null` when absent. */
  subpath: string | null
}
