import { AllclearError } from '../../base/errors.ts'
import { limit } from '../../base/limits.ts'
import { formatPurl, parsePurl } from '../purl/index.ts'
import type { Distro, LeftOut, SbomDocument, SbomPackage, SbomSubject } from './types.ts'

/** What a reader found out about one package; everything but the name may be missing. */
export interface FoundPackage {
  purl?: string | null
  name?: string | null
  version?: string | null
  /** purl type where the document says it without a purl. */
  type?: string | null
  namespace?: string | null
  source?: SbomPackage['source']
  module?: string | null
  licence?: string | null
  location?: string | null
  arch?: string | null
  locator: string
}

const examplesMax = 5
/** A package URL of 64 KiB is an example, too. */
const exampleCharacters = 300

/**
 * Gathers what a reader finds into one document: purls are parsed and made canonical, packages named twice are kept
 * once, the distribution is taken from the document or, failing that, from most packages.
 */
export class Collector {
  readonly #source: string
  readonly #packages = new Map<string, SbomPackage>()
  readonly #leftOut = new Map<string, LeftOut>()
  readonly #distros = new Map<string, { count: number; namespace: string | null; locator: string }>()
  distro: Distro | null = null
  /** Entries that a reader looked at as packages. */
  seen = 0

  constructor(source: string) {
    this.#source = source
  }

  /** What was found so far. */
  get packages(): SbomPackage[] {
    return [...this.#packages.values()]
  }

  leaveOut(reason: string, example: string): void {
    const group = this.#leftOut.get(reason)
    const shown = example.length > exampleCharacters ? `${example.slice(0, exampleCharacters)}…` : example
    if (!group) this.#leftOut.set(reason, { reason, count: 1, examples: [shown] })
    else {
      group.count++
      if (group.examples.length < examplesMax) group.examples.push(shown)
    }
  }

  /** An entry that should have been a package and is none at all. */
  refuse(reason: string, locator: string): void {
    this.seen++
    this.leaveOut(reason, locator)
  }

  add(found: FoundPackage): void {
    this.seen++
    if (this.#packages.size >= limit('packagesPerDocument')) {
      throw new AllclearError('input.too-large', {
        message: `${this.#source} lists more than ${limit('packagesPerDocument')} packages.`,
        next: 'Split the document, or raise ALLCLEAR_LIMIT_PACKAGES_PER_DOCUMENT.',
        where: found.locator,
      })
    }
    const entry = this.#packageOf(found)
    if (entry === null) return
    const key = entry.purl ?? `${entry.type} ${entry.namespace ?? ''} ${entry.name} ${entry.version ?? ''}`
    if (!this.#packages.has(key)) this.#packages.set(key, entry)
  }

  #packageOf(found: FoundPackage): SbomPackage | null {
    const parsed = found.purl ? parsePurl(looseSpelling(found.purl)) : null
    if (parsed && !parsed.ok)
      this.leaveOut(`purl not valid: ${parsed.reason}`, `${found.locator} ${found.purl}`)
    const purl = parsed?.ok ? parsed.value : null
    // Trivy of 2022 wrote the type "none" for rpm packages of unknown distributions.
    const type = purl && purl.type !== 'none' ? purl.type : (found.type ?? '')
    const name = purl?.name ?? found.name ?? ''
    if (name === '') {
      this.leaveOut('entry without a name', found.locator)
      return null
    }
    const qualifiers = purl?.qualifiers ?? null
    let version = purl ? (purl.version ?? found.version ?? null) : (found.version ?? null)
    if (version !== null) version = version.trim() || null
    if (version === 'NOASSERTION' || version === 'UNKNOWN' || version === 'unknown') version = null
    if (
      type === 'rpm' &&
      version !== null &&
      qualifiers?.epoch &&
      !version.includes(':') &&
      /^\d+$/.test(qualifiers.epoch) &&
      qualifiers.epoch !== '0'
    )
      version = `${qualifiers.epoch}:${version}`
    if (
      type === 'deb' &&
      version !== null &&
      qualifiers?.epoch &&
      !version.includes(':') &&
      /^\d+$/.test(qualifiers.epoch)
    )
      version = `${qualifiers.epoch}:${version}`
    const distroQualifier = qualifiers?.distro ?? null
    const namespace = purl ? purl.namespace : (found.namespace ?? null)
    if (distroQualifier !== null) this.#countDistro(distroQualifier, namespace, found.locator)
    return {
      type,
      namespace,
      name,
      version,
      purl: purl && purl.type !== 'none' ? formatPurl(purl) : null,
      distroQualifier,
      arch: qualifiers?.arch ?? found.arch ?? null,
      source: sourceOf(found.source ?? null, qualifiers, name, version),
      module: found.module ?? qualifiers?.modularitylabel ?? qualifiers?.rpmmod ?? null,
      licence: usable(found.licence),
      location: usable(found.location),
      locator: found.locator,
    }
  }

  #countDistro(qualifier: string, namespace: string | null, locator: string): void {
    const entry = this.#distros.get(qualifier)
    if (entry) entry.count++
    else this.#distros.set(qualifier, { count: 1, namespace, locator })
  }

  /** The document, or an error when nothing of it was understood. */
  finish(
    head: Pick<SbomDocument, 'format' | 'specVersion' | 'tools' | 'createdAtMs'> & { subject: SbomSubject },
  ): SbomDocument {
    const { packages } = this
    if (packages.length === 0) {
      if (this.seen > 0) {
        const [first] = this.#leftOut.values()
        throw new AllclearError('sbom.not-understood', {
          message: `${this.#source} is ${head.format} ${head.specVersion}, but none of its ${this.seen} entries names a package${first ? `: ${first.reason} (${first.examples[0]})` : ''}.`,
          next: 'Make the SBOM with a tool that lists packages with name and version, or with package URLs.',
          where: this.#source,
        })
      }
      this.leaveOut('the document lists no packages', this.#source)
    }
    return {
      ...head,
      distro: this.distro ?? this.#distroOfPackages(),
      packages,
      leftOut: [...this.#leftOut.values()],
    }
  }

  #distroOfPackages(): Distro | null {
    let most: [string, { count: number; namespace: string | null; locator: string }] | null = null
    for (const entry of this.#distros) if (most === null || entry[1].count > most[1].count) most = entry
    if (!most) return null
    const [qualifier, { namespace, locator }] = most
    const bare = /^v?\d/.test(qualifier)
    const hyphen = qualifier.lastIndexOf('-')
    return {
      id: bare ? (namespace ?? 'unknown') : hyphen > 0 ? qualifier.slice(0, hyphen) : qualifier,
      versionId: bare ? qualifier.replace(/^v/, '') : hyphen > 0 ? qualifier.slice(hyphen + 1) : null,
      by: 'purl',
      locator,
    }
  }
}

/** Spellings of older tools: `pkg:alpine/…` is apk, and the name alone behind it belongs to Alpine. */
function looseSpelling(purl: string): string {
  if (purl.startsWith('pkg:alpine/')) return `pkg:apk/alpine/${purl.slice('pkg:alpine/'.length)}`
  if (purl.startsWith('pkg:apk/') && purl.indexOf('/', 8) < 0) return `pkg:apk/alpine/${purl.slice(8)}`
  if (purl.startsWith('pkg:deb/') && purl.indexOf('/', 8) < 0) return `pkg:deb/debian/${purl.slice(8)}`
  return purl
}

function usable(text: string | null | undefined): string | null {
  return !text || text === 'NOASSERTION' || text === 'NONE' ? null : text
}

/** `upstream=openssl@1.1.1` (Syft), `source=…` with `source_version=…`. */
function sourceOf(
  own: SbomPackage['source'],
  qualifiers: Record<string, string> | null,
  name: string,
  version: string | null,
): SbomPackage['source'] {
  if (own) return own
  const upstream = qualifiers?.upstream
  if (!upstream) return null
  if (upstream.endsWith('.src.rpm')) return sourceOfRpm(upstream, 'purl')
  const at = upstream.lastIndexOf('@')
  return at > 0
    ? { name: upstream.slice(0, at), version: upstream.slice(at + 1), by: 'purl' }
    : { name: upstream, version: upstream === name ? version : null, by: 'purl' }
}

/** `openssl-1.1.1k-6.el8.src.rpm`: name, version and release behind the last two hyphens; it carries no epoch. */
export function sourceOfRpm(file: string, by: 'purl' | 'metadata' | 'property'): SbomPackage['source'] {
  const base = file.replace(/\.(?:src|nosrc)\.rpm$/, '')
  const release = base.lastIndexOf('-')
  const version = base.lastIndexOf('-', release - 1)
  if (version <= 0) return { name: base, version: null, by }
  return { name: base.slice(0, version), version: base.slice(version + 1), by }
}

export const noSubject: SbomSubject = {
  name: null,
  version: null,
  digests: [],
  references: [],
  imageId: null,
}

/** Repository 255, tag 128 and digest 71 characters at most (OCI distribution specification), with room for a port. */
const referenceCharacters = 512

/** Builds a subject from names and purls that describe an image. */
export function subjectOf(parts: {
  name?: string | null
  version?: string | null
  purl?: string | null
  texts?: readonly string[]
}): SbomSubject {
  const digests = new Set<string>()
  const references = new Set<string>()
  let imageId: string | null = null
  const take = (text: string): void => {
    if (text.length > referenceCharacters) return
    const digest = /sha256:[0-9a-f]{64}/.exec(text)?.[0]
    if (digest) digests.add(digest)
    if (
      /^[a-z0-9][\w.\-/:]*@sha256:[0-9a-f]{64}$/i.test(text) ||
      /^[a-z0-9][\w.\-/]*(?::\d+)?(?:\/[\w.\-/]+)?:[\w][\w.-]{0,127}$/i.test(text)
    )
      references.add(text)
  }
  for (const text of parts.texts ?? []) {
    const match = /^(RepoDigest|RepoTag|ImageID|Digest): ?(.+)$/.exec(text)
    if (!match) continue
    if (match[1] === 'ImageID') imageId = match[2]
    else take(match[2])
  }
  if (parts.name) take(parts.name)
  if (parts.version) {
    if (/^sha256:[0-9a-f]{64}$/.test(parts.version)) digests.add(parts.version)
    else if (parts.name && !parts.name.includes('@') && !/:[^/]+$/.test(parts.name))
      take(`${parts.name}:${parts.version}`)
  }
  if (parts.purl) {
    const parsed = parsePurl(parts.purl)
    if (parsed.ok && (parsed.value.type === 'oci' || parsed.value.type === 'docker')) {
      const { version, qualifiers, name } = parsed.value
      if (version?.startsWith('sha256:')) digests.add(version)
      const repository = qualifiers?.repository_url ?? name
      if (qualifiers?.tag) references.add(`${repository}:${qualifiers.tag}`)
    }
  }
  return {
    name: parts.name ?? null,
    version: parts.version ?? null,
    digests: [...digests],
    references: [...references],
    imageId,
  }
}

export type Json = Record<string, unknown>

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

export function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

export function time(value: unknown): number | null {
  if (typeof value !== 'string') return null
  const ms = Date.parse(value)
  return Number.isNaN(ms) ? null : ms
}
