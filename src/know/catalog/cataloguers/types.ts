/** A file of a layer, held in memory while it is read. Its bytes are used again for the next one: keep no view of them. */
export interface CatalogFile {
  /** Without a leading slash: `var/lib/dpkg/status`. */
  path: string
  /** The last part of the path. */
  name: string
  bytes: Buffer
}

/** `high`: a package manager or build tool wrote it down. `medium`: read off metadata. `low`: guessed from names. */
export type Confidence = 'high' | 'medium' | 'low'

/** What a cataloguer found: a package, and how it knows. */
export interface CataloguedPackage {
  /** purl type. A distribution's packages get the namespace of the image's distribution when layers are joined. */
  type: string
  namespace: string | null
  name: string
  /** `null` when the image does not say: such a package is never clean. */
  version: string | null
  arch?: string | null
  /** Source package of a distribution package. */
  source?: { name: string; version: string | null } | null
  /** rpm modularity label. */
  module?: string | null
  licence?: string | null
  /** How it is known: `dpkg status`, `pom.properties`, `version string`. */
  method: string
  confidence: Confidence
  /** Place within the file: a nested archive, a section. */
  inside?: string | null
  /** What else is worth saying: the revision of a program built from a checkout. */
  note?: string | null
}

/** Files that a distribution package owns, as its list names them. */
export interface OwnedFiles {
  /** `libc6`, as the package database calls it. */
  owner: string
  /** Paths without a leading slash, one a line. */
  paths: string
}

export interface FoundDistribution {
  id: string
  versionId: string | null
  name: string | null
}

/** What one file says. Everything is optional but the packages; a file that says nothing gives an empty list. */
export interface Reading {
  packages: CataloguedPackage[]
  owned?: OwnedFiles[]
  distribution?: FoundDistribution | null
  /** What in the file was not understood: the reason, without the path. */
  problems?: string[]
}

/**
 * Reads one kind of evidence. A cataloguer is a function of a file's bytes: it opens nothing and remembers nothing, so
 * that it can be tried on bytes alone and run in any thread.
 */
export interface Cataloguer {
  id: string
  title: string
  /** Where the format is described. */
  links: readonly string[]
  /** purl types of what it finds. */
  finds: readonly string[]
  /** The paths that it reads, for the reference page. */
  reads: string
  /** Asked for every file. Absent: it reads programs. */
  wants?(path: string, name: string): boolean
  /** It reads programs (ELF, Mach-O, PE), whatever they are called. */
  wantsPrograms?: boolean
  /** Throws only for what is a defect; what a file has wrong is in `problems`. */
  read(file: CatalogFile): Reading | Promise<Reading>
}

export const nothing: Reading = { packages: [] }
