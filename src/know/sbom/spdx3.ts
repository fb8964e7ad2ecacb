import { Collector, isObject, list, noSubject, subjectOf, text, time, type Json } from './collector.ts'
import type { SbomDocument, SbomSubject } from './types.ts'

/** SPDX 3.0 JSON-LD (https://spdx.github.io/spdx-spec/v3.0.1/): a graph of typed elements. */
export function readSpdx3(json: Json, source: string): SbomDocument {
  const collector = new Collector(source)
  const graph = Array.isArray(json['@graph']) ? (json['@graph'] as unknown[]) : [json]
  let createdAtMs: number | null = null
  let specVersion = '3.0'
  let subject: SbomSubject | null = null
  const tools: string[] = []
  const roots = new Set<string>()
  for (const element of graph) {
    if (!isObject(element)) continue
    const type = typeOf(element)
    if (type === 'CreationInfo') {
      createdAtMs ??= time(element.created)
      specVersion = text(element.specVersion) ?? specVersion
    } else if (type === 'Tool') tools.push(text(element.name) ?? '')
    else if (type === 'SpdxDocument' || type === 'Sbom')
      for (const root of list(element.rootElement)) if (typeof root === 'string') roots.add(root)
  }
  graph.forEach((element, at) => {
    const locator = `/@graph/${at}`
    if (!isObject(element)) {
      collector.refuse('element that is not an object', locator)
      return
    }
    if (typeOf(element) !== 'Package') return
    const name = text(element.name)
    const version = text(element.packageVersion) ?? text(element.software_packageVersion)
    const purpose = text(element.primaryPurpose) ?? text(element.software_primaryPurpose)
    const purl = purlOf(element)
    const id = text(element.spdxId) ?? text(element['@id']) ?? ''
    if (purpose === 'container' || (purl && /^pkg:(?:oci|docker)\//.test(purl))) {
      subject ??= subjectOf({ name, version, purl })
      return
    }
    if (purpose === 'operatingSystem') {
      if (name) collector.distro ??= { id: name.toLowerCase(), versionId: version, by: 'document', locator }
      return
    }
    if (
      roots.has(id) &&
      !purl &&
      graph.some((other) => other !== element && isObject(other) && typeOf(other) === 'Package')
    ) {
      subject ??= subjectOf({ name, version })
      return
    }
    collector.add({ purl, name, version, locator })
  })
  return collector.finish({
    format: 'spdx3-json-ld',
    specVersion,
    tools: tools.filter((tool) => tool !== ''),
    createdAtMs,
    subject: subject ?? noSubject,
  })
}

/** `software_Package`, `software:Package`, `Package`, with or without a vocabulary's URL. */
function typeOf(element: Json): string {
  const type = text(element.type) ?? text(element['@type']) ?? ''
  return type.replace(/^.*[/#:_]/, '')
}

function purlOf(element: Json): string | null {
  const own = text(element.packageUrl) ?? text(element.software_packageUrl)
  if (own?.startsWith('pkg:')) return own
  for (const identifier of list(element.externalIdentifier)) {
    if (!isObject(identifier)) continue
    const value = text(identifier.identifier)
    if (value?.startsWith('pkg:')) return value
  }
  return null
}
