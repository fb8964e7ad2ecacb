import { AllclearError } from '../../base/errors.ts'
import { projectJson } from '../../base/json-projection.ts'
import { parseJson } from '../../base/json.ts'
import { parseXml } from '../../base/xml.ts'
import { isObject, text, type Json } from './collector.ts'
import { cycloneDxFromXml, readCycloneDx } from './cyclonedx.ts'
import { sbomProjection } from './projection.ts'
import { spdxFromTagValue } from './spdx-tag-value.ts'
import { readSpdx } from './spdx.ts'
import { readSpdx3 } from './spdx3.ts'
import { readSyft } from './syft.ts'
import type { SbomDocument } from './types.ts'

/** The formats that are read, for messages and for the reference documentation. */
export const sbomFormats = [
  {
    id: 'cyclonedx-json',
    title: 'CycloneDX JSON',
    versions: '1.2 to 1.7',
    links: ['https://cyclonedx.org/specification/overview/'],
  },
  {
    id: 'cyclonedx-xml',
    title: 'CycloneDX XML',
    versions: '1.0 to 1.7',
    links: ['https://cyclonedx.org/specification/overview/'],
  },
  {
    id: 'spdx-json',
    title: 'SPDX JSON',
    versions: '2.2, 2.3',
    links: ['https://spdx.github.io/spdx-spec/v2.3/'],
  },
  {
    id: 'spdx-tag-value',
    title: 'SPDX tag-value',
    versions: '2.1 to 2.3',
    links: ['https://spdx.github.io/spdx-spec/v2.3/'],
  },
  {
    id: 'spdx3-json-ld',
    title: 'SPDX 3 JSON-LD',
    versions: '3.0',
    links: ['https://spdx.github.io/spdx-spec/v3.0.1/'],
  },
  {
    id: 'syft-json',
    title: 'Syft JSON',
    versions: 'every schema',
    links: ['https://github.com/anchore/syft/tree/main/schema/json'],
  },
] as const

/**
 * Reads an SBOM of any of these formats, also inside an in-toto attestation or a DSSE envelope. Throws `AllclearError`:
 * `sbom.not-understood` with the reason when it is none of them or nothing in it was understood; the errors of the JSON
 * and XML readers when it is not well-formed.
 */
export function readSbom(bytes: Uint8Array, { source }: { source: string }): SbomDocument {
  switch (firstCharacter(bytes)) {
    case '{':
      return (
        readKnown(projectJson(bytes, sbomProjection, { source }), source) ??
        readJson(parseJson(bytes, { source }), source)
      )
    case '[':
      throw notUnderstood(source, 'it is a JSON array; an SBOM is a JSON object')
    case '<': {
      const root = parseXml(bytes, { source })
      if (root.name !== 'bom')
        throw notUnderstood(
          source,
          `its root element is <${root.name.slice(0, 80)}>; CycloneDX XML begins with <bom>`,
        )
      return readCycloneDx(cycloneDxFromXml(root), source, 'cyclonedx-xml')
    }
    case '':
      throw notUnderstood(source, 'it is empty')
    default: {
      const document = spdxFromTagValue(decode(bytes, source))
      if (document) return readSpdx(document, source, 'spdx-tag-value')
      throw notUnderstood(source, 'it is neither JSON, nor XML, nor SPDX tag-value')
    }
  }
}

/** CycloneDX and SPDX 2, which nearly all documents are; `null` for anything else. */
function readKnown(json: unknown, source: string): SbomDocument | null {
  if (!isObject(json)) return null
  if (json.bomFormat === 'CycloneDX' || (text(json.$schema) ?? '').includes('cyclonedx'))
    return readCycloneDx(json, source)
  if (
    typeof json.spdxVersion === 'string' ||
    (typeof json.SPDXID === 'string' && Array.isArray(json.packages))
  )
    return readSpdx(json, source)
  return null
}

function readJson(json: unknown, source: string): SbomDocument {
  if (!isObject(json)) throw notUnderstood(source, 'it is not a JSON object')
  const known = readKnown(json, source)
  if (known !== null) return known
  if (typeof json['@context'] === 'string' && json['@context'].includes('spdx'))
    return readSpdx3(json, source)
  if (Array.isArray(json['@graph'])) return readSpdx3(json, source)
  if (Array.isArray(json.artifacts)) return readSyft(json, source)
  const inner = unwrap(json, source)
  if (inner) return readJson(inner, source)
  throw notUnderstood(
    source,
    `its keys are ${Object.keys(json).slice(0, 6).join(', ').slice(0, 120) || 'none'}; expected bomFormat (CycloneDX), spdxVersion or @graph (SPDX), or artifacts (Syft)`,
  )
}

/** DSSE envelopes, in-toto statements, and objects that carry an SBOM in `spec` (Kubescape) or `sbom` (GitHub). */
function unwrap(json: Json, source: string): Json | null {
  if (typeof json.payload === 'string' && (json.payloadType !== undefined || json.signatures !== undefined)) {
    const inner = parseJson(Buffer.from(json.payload, 'base64'), { source: `${source}, payload` })
    return isObject(inner) ? inner : null
  }
  for (const key of ['predicate', 'sbom', 'Data', 'bom', 'syft']) if (isObject(json[key])) return json[key]
  if (isObject(json.spec))
    return isObject(json.spec.syft) ? json.spec.syft : isObject(json.spec.spdx) ? json.spec.spdx : null
  if (isObject(json.report) && isObject(json.report.components)) return { ...json.report.components }
  return null
}

function firstCharacter(bytes: Uint8Array): string {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  while (at < bytes.length && (bytes[at] === 0x20 || (bytes[at] >= 0x09 && bytes[at] <= 0x0d))) at++
  return at < bytes.length ? String.fromCharCode(bytes[at]) : ''
}

function decode(bytes: Uint8Array, source: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new AllclearError('input.not-utf8', {
      message: `${source} is not valid UTF-8.`,
      next: 'Convert it to UTF-8.',
      where: source,
      cause: error,
    })
  }
}

function notUnderstood(source: string, reason: string): AllclearError {
  return new AllclearError('sbom.not-understood', {
    message: `${source} is not an SBOM that can be read: ${reason}.`,
    next: `These are read: ${sbomFormats.map(({ title, versions }) => `${title} ${versions}`).join('; ')}.`,
    where: source,
  })
}
