/** Severity words, ordered; `unknown` when no source says. Distribution words are mapped onto these. */
export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'none' | 'unknown'

/** How one advisory id relates to a vulnerability id. Only `self` and `alias` are identity. */
export type Relation = 'self' | 'alias' | 'upstream' | 'related'

/** One advisory record (OSV shape) reduced to what matching and answers need. The raw JSON is kept beside it. */
export interface Advisory {
  id: string
  /** Where it came from: `osv:Debian`, `provisional`, `import:<name>`. */
  feed: string
  summary: string
  severity: Severity
  /** CVSS vector that decided the severity, or `null`. */
  vector: string | null
  score: number | null
  publishedAtMs: number | null
  modifiedAtMs: number | null
  withdrawnAtMs: number | null
  provisional: boolean
  links: { vulnerability: string; relation: Relation }[]
  affected: AffectedPackage[]
}

/** One `affected[]` entry. */
export interface AffectedPackage {
  /** As OSV writes it, with the release: `Debian:11`, `Alpine:v3.16`, `Ubuntu:22.04:LTS`, `npm`. */
  ecosystem: string
  /** Normalised by the rules of the ecosystem (PEP 503 for PyPI, lower case for NuGet …). */
  name: string
  ranges: AdvisoryRange[]
  /** Enumerated versions (an exact OR branch). */
  versions: string[]
  /** State of the fix where ranges do not say: from ecosystem/database-specific fields, or `null`. */
  fixState: 'will-not-fix' | 'deferred' | 'end-of-life' | 'not-fixed' | null
  /** Streams of RPM modules that the record is about, `nodejs:18`; empty when it says none. */
  modules: readonly string[]
  severity: Severity | null
}

/** Events sorted as OSV's evaluation needs them. GIT ranges are dropped here and counted in `AffectedPackage`'s advisory. */
export interface AdvisoryRange {
  type: 'SEMVER' | 'ECOSYSTEM'
  events: { kind: 'introduced' | 'fixed' | 'last_affected' | 'limit'; version: string }[]
}

export type VexStatus = 'not_affected' | 'affected' | 'fixed' | 'under_investigation'

/** One VEX statement about one vulnerability and one product (purl, possibly without version). */
export interface VexStatement {
  documentId: string
  author: string
  format: 'openvex' | 'csaf' | 'cyclonedx'
  vulnerability: string
  aliases: string[]
  /** purl of the product, or an image reference/digest; matching is by the product's identity and subcomponents. */
  product: string
  /** purl of the component inside the product, or `null` when the product itself is meant. */
  subcomponent: string | null
  status: VexStatus
  justification: string | null
  statement: string | null
  atMs: number | null
}
