import type { Severity, VexStatus } from '../advisories/types.ts'

/**
 * The unit of matching: one distinct package version. Images hold interned numbers of these. Two packages with the
 * same key always get the same verdict, so a new advisory costs one comparison for each distinct key, not a rescan.
 */
export interface PackageKey {
  /** OSV ecosystem with release (`Debian:11`, `Alpine:v3.16`, `npm`), or `` when none is known. */
  ecosystem: string
  /** purl type: `deb`, `npm` …, or ``. */
  type: string
  /** As advisories name it: `org.apache.logging.log4j:log4j-core`, `@scope/name`, the binary package of a distribution. */
  name: string
  /** `` when unknown. */
  version: string
  /** Source package of a distribution package; `` when the same as `name` or none. */
  sourceName: string
  /** `` when the same as `version`. */
  sourceVersion: string
  /** Stream of the RPM module that the package was built in, `nodejs:18`; `` when none is known. */
  module: string
}

/** `unknown` always carries its reason; it is never shown as clean. */
export type FindingState = 'affected' | 'not_affected' | 'fixed' | 'under_investigation' | 'unknown'

export type FixState = 'fixed-in' | 'not-fixed' | 'will-not-fix' | 'deferred' | 'end-of-life' | 'unknown'

/** One advisory on one package key: what is stored. */
export interface Match {
  advisory: string
  state: 'affected' | 'unknown'
  fixState: FixState
  /** Lowest version that fixes it in this ecosystem, or ``. */
  fixedIn: string
  /** `name` the advisory matched by: the package itself or its source package. */
  by: 'name' | 'source'
  /** The event or the enumerated version that decided, in words: `>= introduced 0, < fixed 1.1.1n-0+deb11u1`. */
  decidedBy: string
}

/** Why (or why not) an advisory applies to a package: every step that was taken. */
export interface Explanation {
  advisory: string
  vulnerability: string
  package: {
    purl: string | null
    key: PackageKey
    evidence: { document: string; locator: string; tool: string } | null
  }
  verdict: FindingState
  /** Of the entry that decided. */
  steps: { rule: string; text: string }[]
  /** Other entries of the advisory for this package, which did not decide, in words. */
  alsoConsidered: string[]
  vex: { author: string; status: VexStatus; statement: string | null; documentId: string }[]
  severity: Severity
}
