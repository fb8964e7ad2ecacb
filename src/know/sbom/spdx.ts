import { Collector, isObject, list, noSubject, subjectOf, text, time, type Json } from './collector.ts'
import type { SbomDocument, SbomPackage, SbomSubject } from './types.ts'

/** SPDX 2.2 and 2.3, JSON (https://spdx.github.io/spdx-spec/v2.3/); also the target shape of the tag-value reader. */
export function readSpdx(
  json: Json,
  source: string,
  format: 'spdx-json' | 'spdx-tag-value' = 'spdx-json',
): SbomDocument {
  const collector = new Collector(source)
  const creation = isObject(json.creationInfo) ? json.creationInfo : {}
  const packages = list(json.packages)
  const described = describedIds(json)
  let subject: SbomSubject | null = null
  packages.forEach((entry, at) => {
    const locator =
      format === 'spdx-json' ? `/packages/${at}` : (text((entry as Json).locator) ?? `package ${at + 1}`)
    if (!isObject(entry)) {
      collector.refuse('package that is not an object', locator)
      return
    }
    const purl = purlOf(entry)
    if (isImage(entry, purl)) {
      subject ??= subjectOf({
        name: text(entry.name),
        version: text(entry.versionInfo),
        purl,
        texts: list(entry.attributionTexts).filter((line) => typeof line === 'string'),
      })
      return
    }
    readPackage(entry, purl, locator, described, packages.length, collector)
  })
  const name = text(json.name)
  return collector.finish({
    format,
    specVersion: (text(json.spdxVersion) ?? 'SPDX-2').replace(/^SPDX-/, ''),
    tools: list(creation.creators).flatMap((creator) =>
      typeof creator === 'string' && creator.startsWith('Tool: ') ? [creator.slice(6)] : [],
    ),
    createdAtMs: time(creation.created),
    subject: subject ?? subjectOfDescribed(packages, described) ?? (name ? subjectOf({ name }) : noSubject),
  })
}

function readPackage(
  entry: Json,
  purl: string | null,
  locator: string,
  described: ReadonlySet<string>,
  total: number,
  collector: Collector,
): void {
  const id = text(entry.SPDXID) ?? ''
  const name = text(entry.name)
  const version = text(entry.versionInfo)
  const purpose = text(entry.primaryPackagePurpose)
  if (
    purpose === 'OPERATING_SYSTEM' ||
    purpose === 'OPERATING-SYSTEM' ||
    id.startsWith('SPDXRef-OperatingSystem')
  ) {
    if (name)
      collector.distro ??= { id: name.toLowerCase(), versionId: version || null, by: 'document', locator }
    return
  }
  if (!purl) {
    // Trivy's nodes for lock files and binaries: they group the packages found in them.
    if (id.startsWith('SPDXRef-Application')) return
    // The thing that the document is about is its subject, not one of its packages, unless it is all there is.
    if (described.has(id) && total > 1) return
    if (purpose === 'FILE' || purpose === 'SOURCE' || purpose === 'ARCHIVE') {
      collector.leaveOut(
        `package of purpose ${purpose.toLowerCase()} without purl`,
        `${locator} ${name ?? ''}`,
      )
      return
    }
  }
  collector.add({
    purl,
    name,
    version,
    source: sourceOf(text(entry.sourceInfo)),
    licence: usableLicence(entry),
    location: locationOf(text(entry.sourceInfo)) ?? text(entry.packageFileName),
    locator,
  })
}

function usableLicence(entry: Json): string | null {
  for (const licence of [text(entry.licenseConcluded), text(entry.licenseDeclared)])
    if (licence && licence !== 'NONE' && licence !== 'NOASSERTION') return licence
  return null
}

/** Trivy: "built package from: openssl 1.1.1d-r0". The version is behind the last space. */
function sourceOf(info: string | null): SbomPackage['source'] {
  const prefix = 'built package from: '
  if (!info?.startsWith(prefix)) return null
  const rest = info.slice(prefix.length).trim()
  const space = rest.lastIndexOf(' ')
  return space > 0
    ? { name: rest.slice(0, space), version: rest.slice(space + 1), by: 'sourceInfo' }
    : { name: rest, version: null, by: 'sourceInfo' }
}

/** Syft: "acquired package info from installed Go module: /usr/bin/x". */
function locationOf(info: string | null): string | null {
  return info === null ? null : (/^acquired package info from [^:]+: (.+)$/.exec(info)?.[1] ?? null)
}

function purlOf(entry: Json): string | null {
  for (const reference of list(entry.externalRefs)) {
    if (!isObject(reference)) continue
    const type = text(reference.referenceType)
    const locator = text(reference.referenceLocator)
    if (locator?.startsWith('pkg:') && (type === 'purl' || type === null || type.endsWith('/purl')))
      return locator
  }
  return null
}

function isImage(entry: Json, purl: string | null): boolean {
  if (purl && /^pkg:(?:oci|docker)\//.test(purl)) return true
  return (
    text(entry.primaryPackagePurpose) === 'CONTAINER' ||
    (text(entry.SPDXID) ?? '').startsWith('SPDXRef-ContainerImage')
  )
}

function describedIds(json: Json): Set<string> {
  const ids = new Set<string>()
  for (const id of list(json.documentDescribes)) if (typeof id === 'string') ids.add(id)
  for (const relationship of list(json.relationships)) {
    if (!isObject(relationship)) continue
    const type = text(relationship.relationshipType)
    const from = text(relationship.spdxElementId)
    const to = text(relationship.relatedSpdxElement)
    if (type === 'DESCRIBES' && from === 'SPDXRef-DOCUMENT' && to) ids.add(to)
    else if (type === 'DESCRIBED_BY' && to === 'SPDXRef-DOCUMENT' && from) ids.add(from)
  }
  return ids
}

function subjectOfDescribed(
  packages: readonly unknown[],
  described: ReadonlySet<string>,
): SbomSubject | null {
  for (const entry of packages) {
    if (!isObject(entry) || !described.has(text(entry.SPDXID) ?? '')) continue
    return subjectOf({ name: text(entry.name), version: text(entry.versionInfo), purl: purlOf(entry) })
  }
  return null
}
