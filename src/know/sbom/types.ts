/**
 * What an SBOM says, in the same shape for every format. Readers are pure functions of bytes; they keep for each
 * package where in the document it stands, so that a verdict can point at its evidence.
 */
export interface SbomDocument {
  /** `image-layers`: no document of others, but our own reading of the image's layers. */
  format:
    | 'cyclonedx-json'
    | 'cyclonedx-xml'
    | 'spdx-json'
    | 'spdx-tag-value'
    | 'spdx3-json-ld'
    | 'syft-json'
    | 'image-layers'
  specVersion: string
  /** Tools that made the document, `name version`, as far as it says. */
  tools: string[]
  /** Epoch ms, or `null` when the document does not say. */
  createdAtMs: number | null
  subject: SbomSubject
  distro: Distro | null
  packages: SbomPackage[]
  /** What was seen and not taken over, and why: grouped, counted, with a few examples. */
  leftOut: LeftOut[]
}

export interface SbomSubject {
  /** Name as the document gives it: `docker.io/library/nginx:1.25`, or `null`. */
  name: string | null
  version: string | null
  /** Repository digests (`sha256:…`) of the image, the manifest digest first; empty when the document has none. */
  digests: string[]
  /** Image references (`registry/name:tag`, `name@sha256:…`). */
  references: string[]
  /** The image id (digest of the configuration), `sha256:…` or `null`. */
  imageId: string | null
}

export interface Distro {
  /** os-release ID: `debian`, `alpine`, `rhel` … */
  id: string
  /** os-release VERSION_ID (`11`, `3.16.2`, `22.04`), or `null` when missing. */
  versionId: string | null
  /** How it is known: `document` (an OS component), `purl` (most frequent distro qualifier), `name`. */
  by: 'document' | 'purl' | 'name' | 'property'
  locator: string
}

export interface SbomPackage {
  /** purl type (`deb`, `npm`, `golang` …), or `` when the document gives neither purl nor a usable type. */
  type: string
  namespace: string | null
  name: string
  /** `null` when unknown: such a package is never "clean". */
  version: string | null
  /** Canonical purl when the document gave one that parses, or one that could be built from its fields. */
  purl: string | null
  /** Distribution qualifier as spelled in the purl (`debian-11.6`, `3.16.2`, `amazon-2 (Karoo)`), or `null`. */
  distroQualifier: string | null
  arch: string | null
  /** Source package for deb, rpm and apk; `by` says where it was found. */
  source: { name: string; version: string | null; by: 'purl' | 'sourceInfo' | 'property' | 'metadata' } | null
  /** rpm modularity label `name:stream:version:context`, or `null`. */
  module: string | null
  /** SPDX licence expression as given, or `null`. */
  licence: string | null
  /** File or layer the package was found in, when the document says. */
  location: string | null
  /** Where in the document: JSON pointer (`/packages/12`) or `line 340`. */
  locator: string
}

export interface LeftOut {
  reason: string
  count: number
  /** At most five locators or names. */
  examples: string[]
}
