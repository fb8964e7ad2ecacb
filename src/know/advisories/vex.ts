import { AllclearError } from '../../base/errors.ts'
import { parseJson } from '../../base/json.ts'
import type { VexStatement, VexStatus } from './types.ts'

type Json = Record<string, unknown>

/** A VEX document reduced to its statements. */
export interface VexDocument {
  id: string
  author: string
  atMs: number | null
  statements: VexStatement[]
}

/** More would not be a document that a person wrote; the largest hub seen has 40,000 in one. */
const statementsMax = 500_000

/** Reads OpenVEX, CSAF and CycloneDX documents. Throws `vex.invalid` with the reason. */
export function readVex(bytes: Uint8Array, source: string): VexDocument {
  const json = parseJson(bytes, { source })
  if (!isObject(json)) throw invalid(source, 'it is not a JSON object')
  const document = text(json['@context'])?.includes('openvex')
    ? readOpenVex(json, source)
    : isObject(json.document) &&
        (json.document.category !== undefined || json.document.csaf_version !== undefined)
      ? readCsaf(json, source)
      : json.bomFormat === 'CycloneDX'
        ? readCycloneDxVex(json, source)
        : null
  if (!document) throw invalid(source, 'it is neither OpenVEX, nor CSAF, nor CycloneDX')
  if (document.statements.length > statementsMax)
    throw invalid(source, `it has more than ${statementsMax} statements`)
  return document
}

const statuses: Record<string, VexStatus> = {
  not_affected: 'not_affected',
  affected: 'affected',
  fixed: 'fixed',
  under_investigation: 'under_investigation',
}

/** OpenVEX 0.2.0: statements inherit the document's time; products carry subcomponents. */
function readOpenVex(json: Json, source: string): VexDocument {
  const id = text(json['@id']) ?? source
  const author = text(json.author) ?? 'unknown author'
  const atMs = time(json.last_updated) ?? time(json.timestamp)
  const statements: VexStatement[] = []
  for (const entry of list(json.statements)) {
    if (!isObject(entry)) continue
    const status = statuses[text(entry.status) ?? '']
    // Until 0.2.0 the vulnerability was a word.
    const vulnerability = isObject(entry.vulnerability)
      ? (text(entry.vulnerability.name) ?? text(entry.vulnerability['@id']))
      : text(entry.vulnerability)
    if (!status || !vulnerability) continue
    const aliases = isObject(entry.vulnerability) ? strings(entry.vulnerability.aliases) : []
    for (const product of list(entry.products)) {
      const name = typeof product === 'string' ? product : isObject(product) ? identifierOf(product) : null
      if (!name) continue
      const parts = isObject(product)
        ? list(product.subcomponents).flatMap((part) =>
            typeof part === 'string' ? [part] : isObject(part) ? (identifierOf(part) ?? []) : [],
          )
        : []
      for (const subcomponent of parts.length > 0 ? parts : [null])
        statements.push({
          documentId: id,
          author,
          format: 'openvex',
          vulnerability,
          aliases,
          product: name,
          subcomponent,
          status,
          justification: text(entry.justification),
          statement: text(entry.impact_statement) ?? text(entry.status_notes) ?? text(entry.action_statement),
          atMs: time(entry.last_updated) ?? time(entry.timestamp) ?? atMs,
        })
    }
  }
  return { id, author, atMs, statements }
}

function identifierOf(product: Json): string | null {
  const identifiers = isObject(product.identifiers) ? product.identifiers : {}
  return text(identifiers.purl) ?? text(product['@id']) ?? text(product.identifier)
}

/** CSAF 2.0 and 2.1: the product tree gives purls to product ids; relationships put a component into a product. */
function readCsaf(json: Json, source: string): VexDocument {
  const document = json.document as Json
  const tracking = isObject(document.tracking) ? document.tracking : {}
  const publisher = isObject(document.publisher) ? document.publisher : {}
  const id = text(tracking.id) ?? source
  const author = text(publisher.name) ?? 'unknown publisher'
  const atMs = time(tracking.current_release_date)
  const products = productsOf(isObject(json.product_tree) ? json.product_tree : {})
  const statements: VexStatement[] = []
  for (const vulnerability of list(json.vulnerabilities)) {
    if (!isObject(vulnerability)) continue
    const ids = [
      text(vulnerability.cve),
      ...list(vulnerability.ids).flatMap((entry) => (isObject(entry) ? (text(entry.text) ?? []) : [])),
    ].filter((value): value is string => !!value)
    if (ids.length === 0 || !isObject(vulnerability.product_status)) continue
    const flags = labelsByProduct(vulnerability.flags, 'label')
    const threats = labelsByProduct(vulnerability.threats, 'details')
    const remedies = labelsByProduct(vulnerability.remediations, 'category')
    for (const [field, status] of csafStatuses)
      for (const productId of strings(vulnerability.product_status[field])) {
        const product = products.get(productId)
        if (!product) continue
        statements.push({
          documentId: id,
          author,
          format: 'csaf',
          vulnerability: ids[0],
          aliases: ids.slice(1),
          product: product.product,
          subcomponent: product.subcomponent,
          status,
          justification: flags.get(productId) ?? remedies.get(productId) ?? null,
          statement: threats.get(productId) ?? null,
          atMs,
        })
      }
  }
  return { id, author, atMs, statements }
}

const csafStatuses: readonly [field: string, status: VexStatus][] = [
  ['known_not_affected', 'not_affected'],
  ['fixed', 'fixed'],
  ['first_fixed', 'fixed'],
  ['known_affected', 'affected'],
  ['under_investigation', 'under_investigation'],
]

interface CsafProduct {
  product: string
  subcomponent: string | null
}

function productsOf(tree: Json): Map<string, CsafProduct> {
  const products = new Map<string, CsafProduct>()
  const add = (product: unknown): void => {
    if (!isObject(product)) return
    const id = text(product.product_id)
    const helper = isObject(product.product_identification_helper)
      ? product.product_identification_helper
      : {}
    const purl = text(helper.purl) ?? strings(helper.purls)[0] ?? null
    if (id)
      products.set(id, { product: purl ?? text(helper.cpe) ?? text(product.name) ?? id, subcomponent: null })
  }
  const walk = (branches: unknown, depth: number): void => {
    if (depth > 32) return
    for (const branch of list(branches)) {
      if (!isObject(branch)) continue
      add(branch.product)
      walk(branch.branches, depth + 1)
    }
  }
  walk(tree.branches, 0)
  for (const product of list(tree.full_product_names)) add(product)
  for (const relationship of list(tree.relationships)) {
    if (!isObject(relationship) || !isObject(relationship.full_product_name)) continue
    const id = text(relationship.full_product_name.product_id)
    const component = products.get(text(relationship.product_reference) ?? '')
    const platform = products.get(text(relationship.relates_to_product_reference) ?? '')
    // A component of a platform (an RPM of RHEL 8) is judged by its own package URL.
    if (id && component)
      products.set(
        id,
        component.product.startsWith('pkg:') || !platform
          ? component
          : { product: platform.product, subcomponent: component.product },
      )
  }
  return products
}

function labelsByProduct(entries: unknown, key: string): Map<string, string> {
  const labels = new Map<string, string>()
  for (const entry of list(entries)) {
    if (!isObject(entry)) continue
    const label = text(entry[key])
    if (label) for (const id of strings(entry.product_ids)) labels.set(id, label)
  }
  return labels
}

/** CycloneDX: the analysis of each vulnerability about the components it affects. */
function readCycloneDxVex(json: Json, source: string): VexDocument {
  const metadata = isObject(json.metadata) ? json.metadata : {}
  const id = text(json.serialNumber) ?? source
  const supplier = isObject(metadata.supplier) ? text(metadata.supplier.name) : null
  const authors = list(metadata.authors).flatMap((author) =>
    isObject(author) ? (text(author.name) ?? []) : [],
  )
  const purls = new Map<string, string>()
  const collect = (component: unknown, depth: number): void => {
    if (!isObject(component) || depth > 32) return
    const reference = text(component['bom-ref'])
    const purl = text(component.purl)
    if (reference && purl) purls.set(reference, purl)
    for (const inner of list(component.components)) collect(inner, depth + 1)
  }
  collect(metadata.component, 0)
  for (const component of list(json.components)) collect(component, 0)
  const statements: VexStatement[] = []
  for (const entry of list(json.vulnerabilities)) {
    if (!isObject(entry) || !isObject(entry.analysis)) continue
    const vulnerability = text(entry.id)
    const status = analysisStatuses[text(entry.analysis.state) ?? '']
    if (!vulnerability || !status) continue
    for (const affected of list(entry.affects)) {
      const reference = isObject(affected) ? text(affected.ref) : null
      if (!reference) continue
      const product =
        purls.get(reference) ??
        (reference.includes('#') ? reference.slice(reference.indexOf('#') + 1) : reference)
      statements.push({
        documentId: id,
        author: supplier ?? authors[0] ?? 'unknown author',
        format: 'cyclonedx',
        vulnerability,
        aliases: [],
        product,
        subcomponent: null,
        status,
        justification: text(entry.analysis.justification),
        statement: text(entry.analysis.detail),
        atMs: time(entry.analysis.lastUpdated) ?? time(entry.updated) ?? time(metadata.timestamp),
      })
    }
  }
  return {
    id,
    author: supplier ?? authors[0] ?? 'unknown author',
    atMs: time(metadata.timestamp),
    statements,
  }
}

const analysisStatuses: Record<string, VexStatus> = {
  resolved: 'fixed',
  resolved_with_pedigree: 'fixed',
  exploitable: 'affected',
  in_triage: 'under_investigation',
  false_positive: 'not_affected',
  not_affected: 'not_affected',
}

function invalid(source: string, reason: string): AllclearError {
  return new AllclearError('vex.invalid', {
    message: `${source} is not a VEX document that can be read: ${reason}.`,
    next: 'OpenVEX, CSAF 2 and CycloneDX VEX are read.',
    where: source,
  })
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function strings(value: unknown): string[] {
  return list(value).filter((entry): entry is string => typeof entry === 'string')
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function time(value: unknown): number | null {
  if (typeof value !== 'string') return null
  const ms = Date.parse(value)
  return Number.isNaN(ms) ? null : ms
}
