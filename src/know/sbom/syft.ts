import { Collector, isObject, list, sourceOfRpm, subjectOf, text, type Json } from './collector.ts'
import { typesOfTools } from './cyclonedx.ts'
import type { SbomDocument, SbomPackage } from './types.ts'

/** Syft's own JSON (https://github.com/anchore/syft/tree/main/schema/json), of every schema version so far. */
export function readSyft(json: Json, source: string): SbomDocument {
  const collector = new Collector(source)
  const distro = isObject(json.distro) ? json.distro : {}
  const id = text(distro.id) ?? text(distro.name)
  if (id)
    collector.distro = {
      id: id.toLowerCase(),
      versionId: text(distro.versionID) || text(distro.version) || null,
      by: 'document',
      locator: '/distro',
    }
  list(json.artifacts).forEach((artifact, at) => {
    const locator = `/artifacts/${at}`
    if (!isObject(artifact)) {
      collector.refuse('artifact that is not an object', locator)
      return
    }
    const metadata = isObject(artifact.metadata) ? artifact.metadata : {}
    const location = list(artifact.locations)[0]
    collector.add({
      purl: text(artifact.purl) || null,
      name: text(artifact.name),
      version: text(artifact.version),
      type: typesOfTools[text(artifact.type) ?? ''] ?? null,
      source: sourceOf(metadata),
      module: text(metadata.modularityLabel) || null,
      licence: licenceOf(artifact.licenses),
      location: isObject(location) ? text(location.path) : text(location),
      locator,
    })
  })
  const described = isObject(json.source) ? json.source : {}
  // Until schema 9 the source's details stood in `target`, since then in `metadata`.
  const target = isObject(described.target)
    ? described.target
    : isObject(described.metadata)
      ? described.metadata
      : {}
  const schema = isObject(json.schema) ? json.schema : {}
  const descriptor = isObject(json.descriptor) ? json.descriptor : {}
  return collector.finish({
    format: 'syft-json',
    specVersion: text(schema.version) ?? '',
    tools: [[text(descriptor.name) ?? 'syft', text(descriptor.version) ?? ''].join(' ').trim()],
    createdAtMs: null,
    subject: subjectOf({
      name: text(target.userInput) ?? text(described.name) ?? text(described.target),
      texts: [
        ...list(target.repoDigests).map((digest) => `RepoDigest: ${String(digest)}`),
        ...list(target.tags).map((tag) => `RepoTag: ${String(tag)}`),
        ...(text(target.manifestDigest) ? [`Digest: ${text(target.manifestDigest)}`] : []),
        ...(text(target.imageID) ? [`ImageID: ${text(target.imageID)}`] : []),
      ],
    }),
  })
}

function sourceOf(metadata: Json): SbomPackage['source'] {
  const rpm = text(metadata.sourceRpm)
  if (rpm) return sourceOfRpm(rpm, 'metadata')
  const name = text(metadata.source) || text(metadata.originPackage) || text(metadata.origin)
  return name ? { name, version: text(metadata.sourceVersion) || null, by: 'metadata' } : null
}

/** Words until schema 8, objects since. */
function licenceOf(licences: unknown): string | null {
  const names = list(licences).flatMap((licence) => {
    if (typeof licence === 'string') return [licence]
    const value = isObject(licence) ? (text(licence.spdxExpression) ?? text(licence.value)) : null
    return value ? [value] : []
  })
  return names.length === 0 ? null : names.join(' AND ')
}
