import type { VexStatement, VexStatus } from '../advisories/types.ts'
import { parsePurl } from '../purl/index.ts'
import type { Purl } from '../purl/types.ts'
import type { FindingState } from './types.ts'

/** What a statement is held against: one package in one image. */
export interface VexSubject {
  /** Package URL of the package. */
  purl: string
  /** `sha256:…` of the image, or `null` for a document without one. */
  digest: string | null
  /** References the image is known by: `registry/name:tag`. */
  references: readonly string[]
}

/**
 * The statement that holds for a subject, or `null`. A statement holds when its product is the image (by digest, by
 * `pkg:oci` purl or by reference) and its subcomponent, if any, is the package; or when its product is the package
 * itself. A statement about another application that contains the package says nothing here: where the code does not
 * run in one product it may run in the next. Of several, the newest holds (OpenVEX 0.2.0, "timestamp").
 */
export function statementFor(statements: readonly VexStatement[], subject: VexSubject): VexStatement | null {
  let newest: VexStatement | null = null
  for (const statement of statements) {
    if (!holdsFor(statement, subject)) continue
    if (newest === null || (statement.atMs ?? 0) >= (newest.atMs ?? 0)) newest = statement
  }
  return newest
}

/** The state of a finding after a statement; the finding's own state when there is none. */
export function stateAfter(own: FindingState, statement: VexStatement | null): FindingState {
  return statement === null ? own : stateOf[statement.status]
}

const stateOf: Record<VexStatus, FindingState> = {
  not_affected: 'not_affected',
  affected: 'affected',
  fixed: 'fixed',
  under_investigation: 'under_investigation',
}

function holdsFor({ product, subcomponent }: VexStatement, subject: VexSubject): boolean {
  if (namesImage(product, subject)) return subcomponent === null || namesPackage(subcomponent, subject.purl)
  return subcomponent === null && namesPackage(product, subject.purl)
}

/**
 * A product purl names a package when type, namespace and name are equal and every part that the product states
 * (version, qualifiers) is equal too; what it leaves open it means for all (OpenVEX, "Product identification").
 */
function namesPackage(product: string, purl: string): boolean {
  if (product === purl) return true
  const stated = purlOf(product)
  const actual = purlOf(purl)
  if (!stated || !actual) return false
  if (stated.type !== actual.type || stated.namespace !== actual.namespace || stated.name !== actual.name)
    return false
  if (stated.version !== null && stated.version !== actual.version) return false
  if (stated.subpath !== null && stated.subpath !== actual.subpath) return false
  for (const [key, value] of Object.entries(stated.qualifiers ?? {}))
    if (actual.qualifiers?.[key] !== undefined && actual.qualifiers[key] !== value) return false
  return true
}

function namesImage(product: string, { digest, references }: VexSubject): boolean {
  if (digest !== null && product.includes(digest)) return true
  const stated = product.startsWith('pkg:oci/') || product.startsWith('pkg:docker/') ? purlOf(product) : null
  if (!stated) return references.includes(product)
  if (stated.version?.startsWith('sha256:')) return stated.version === digest
  const repository = repositoryOf(stated)
  const tag = stated.qualifiers?.tag ?? (stated.type === 'docker' ? stated.version : null)
  return references.some((reference) => {
    const { name, tag: own } = splitReference(reference)
    return (
      (name === repository || (repository.indexOf('/') < 0 && name.endsWith(`/${repository}`))) &&
      (tag === null || tag === own)
    )
  })
}

/** Full repository name of an image purl; `pkg:oci` keeps it in `repository_url` (purl-spec, type oci). */
function repositoryOf({ type, namespace, name, qualifiers }: Purl): string {
  const url = qualifiers?.repository_url
    ?.replace(/^https?:\/\//, '')
    .replace(/^index\.docker\.io\//, 'docker.io/')
  if (type === 'docker') return `docker.io/${namespace ?? 'library'}/${name}`
  return url ?? name
}

function splitReference(reference: string): { name: string; tag: string | null } {
  const name = reference.split('@', 1)[0]
  const colon = name.lastIndexOf(':')
  return colon > name.lastIndexOf('/')
    ? { name: name.slice(0, colon), tag: name.slice(colon + 1) }
    : { name, tag: null }
}

function purlOf(text: string): Purl | null {
  if (!text.startsWith('pkg:')) return null
  const parsed = parsePurl(text)
  return parsed.ok ? parsed.value : null
}
