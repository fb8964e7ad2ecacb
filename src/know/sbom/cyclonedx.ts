import type { XmlElement } from '../../base/xml.ts'
import {
  Collector,
  isObject,
  list,
  noSubject,
  sourceOfRpm,
  subjectOf,
  text,
  time,
  type FoundPackage,
  type Json,
} from './collector.ts'
import type { SbomDocument, SbomPackage } from './types.ts'

/** Component types that are packages; the others describe systems, files, data and hardware. */
const notPackages = new Set([
  'file',
  'data',
  'device',
  'device-driver',
  'firmware',
  'machine-learning-model',
  'cryptographic-asset',
  'platform',
])

/** CycloneDX 1.0 to 1.7, JSON (https://cyclonedx.org/specification/overview/). */
export function readCycloneDx(
  json: Json,
  source: string,
  format: 'cyclonedx-json' | 'cyclonedx-xml' = 'cyclonedx-json',
): SbomDocument {
  const collector = new Collector(source)
  const metadata = isObject(json.metadata) ? json.metadata : {}
  const subject = isObject(metadata.component) ? metadata.component : null
  list(json.components).forEach((component, at) => readComponent(component, `/components/${at}`, collector))
  // Some tools nest everything below the subject.
  if (subject)
    list(subject.components).forEach((component, at) =>
      readComponent(component, `/metadata/component/components/${at}`, collector),
    )
  return collector.finish({
    format,
    specVersion: text(json.specVersion) ?? '1.0',
    tools: toolsOf(metadata.tools),
    createdAtMs: time(metadata.timestamp),
    subject: subject
      ? subjectOf({
          name: text(subject.name),
          version: text(subject.version),
          purl: text(subject.purl),
          texts: propertiesOf(subject).flatMap(([name, value]) => {
            const match = /(?:^|:)(RepoDigest|RepoTag|ImageID)$/.exec(name)
            return match ? [`${match[1]}: ${value}`] : []
          }),
        })
      : noSubject,
  })
}

function readComponent(component: unknown, locator: string, collector: Collector): void {
  if (!isObject(component)) {
    collector.refuse('component that is not an object', locator)
    return
  }
  list(component.components).forEach((inner, at) =>
    readComponent(inner, `${locator}/components/${at}`, collector),
  )
  const type = text(component.type) ?? ''
  const name = text(component.name)
  if (type === 'operating-system') {
    const versionId = text(component.version)
    if (name) collector.distro ??= { id: swap(name), versionId: versionId || null, by: 'document', locator }
    return
  }
  const purl = text(component.purl)
  if (notPackages.has(type) && !purl) {
    if (type !== 'file') collector.leaveOut(`component of type ${type}`, `${locator} ${name ?? ''}`)
    return
  }
  if (purl && /^pkg:(?:oci|docker)\//.test(purl)) return
  const properties = propertiesOf(component)
  const found: FoundPackage = {
    purl,
    name,
    version: text(component.version),
    namespace: text(component.group) || null,
    locator,
    licence: licenceOf(component),
    ...detailsOf(properties),
  }
  // Lock files and binaries that only group what was found in them: no version, no purl, and packages of their own.
  if (!purl && !found.version && (type === 'application' || type === 'container')) {
    collector.leaveOut('component that groups others, without version and purl', `${locator} ${name ?? ''}`)
    return
  }
  if (!purl && !found.type) found.type = typeOfProperties(properties)
  collector.add(found)
}

/** Tools write os-release's ID or its NAME. */
function swap(name: string): string {
  return name.toLowerCase()
}

function detailsOf(
  properties: readonly [string, string][],
): Pick<FoundPackage, 'source' | 'module' | 'location'> {
  let sourceName: string | null = null
  let sourceVersion: string | null = null
  let sourceRelease: string | null = null
  let sourceEpoch: string | null = null
  let source: SbomPackage['source'] = null
  let module: string | null = null
  let location: string | null = null
  for (const [name, value] of properties) {
    switch (name) {
      case 'aquasecurity:trivy:SrcName':
      case 'syft:metadata:source':
      case 'syft:metadata:originPackage':
        sourceName = value || null
        break
      case 'aquasecurity:trivy:SrcVersion':
      case 'syft:metadata:sourceVersion':
        sourceVersion = value || null
        break
      case 'aquasecurity:trivy:SrcRelease':
        sourceRelease = value || null
        break
      case 'aquasecurity:trivy:SrcEpoch':
        sourceEpoch = value && value !== '0' ? value : null
        break
      case 'syft:metadata:sourceRpm':
        if (value) source = sourceOfRpm(value, 'property')
        break
      case 'syft:metadata:modularityLabel':
      case 'aquasecurity:trivy:Modularitylabel':
        module = value || null
        break
      case 'aquasecurity:trivy:FilePath':
      case 'syft:location:0:path':
        location ??= value
        break
    }
  }
  if (sourceName !== null) {
    let version = sourceVersion
    if (version !== null && sourceRelease !== null) version = `${version}-${sourceRelease}`
    if (version !== null && sourceEpoch !== null && !version.includes(':'))
      version = `${sourceEpoch}:${version}`
    source = { name: sourceName, version, by: 'property' }
  }
  return { source, module, location }
}

/** Type of a component without purl, from the properties of the tools that write them. */
function typeOfProperties(properties: readonly [string, string][]): string | null {
  for (const [name, value] of properties)
    if (name === 'syft:package:type' || name === 'aquasecurity:trivy:PkgType')
      return typesOfTools[value] ?? null
  return null
}

/** Package types as Syft and Trivy call them. */
export const typesOfTools: Record<string, string> = {
  apk: 'apk',
  alpine: 'apk',
  deb: 'deb',
  debian: 'deb',
  ubuntu: 'deb',
  rpm: 'rpm',
  redhat: 'rpm',
  centos: 'rpm',
  npm: 'npm',
  'node-pkg': 'npm',
  yarn: 'npm',
  python: 'pypi',
  'python-pkg': 'pypi',
  pip: 'pypi',
  gem: 'gem',
  gemspec: 'gem',
  bundler: 'gem',
  jar: 'maven',
  'java-archive': 'maven',
  pom: 'maven',
  'go-module': 'golang',
  gobinary: 'golang',
  gomod: 'golang',
  'rust-crate': 'cargo',
  cargo: 'cargo',
  'php-composer': 'composer',
  composer: 'composer',
  dotnet: 'nuget',
  nuget: 'nuget',
  hex: 'hex',
  pub: 'pub',
  conan: 'conan',
  alpm: 'alpm',
}

function propertiesOf(component: Json): [string, string][] {
  const properties: [string, string][] = []
  for (const property of list(component.properties)) {
    if (!isObject(property)) continue
    const name = text(property.name)
    const value = text(property.value)
    if (name && value !== null) properties.push([name, value])
  }
  return properties
}

function licenceOf(component: Json): string | null {
  const names: string[] = []
  for (const entry of list(component.licenses)) {
    if (!isObject(entry)) continue
    const licence = isObject(entry.license) ? entry.license : null
    const name = text(entry.expression) ?? text(licence?.id) ?? text(licence?.name)
    if (name) names.push(name)
  }
  return names.length === 0 ? null : names.join(' AND ')
}

/** A list until 1.4; an object with components and services since 1.5. */
function toolsOf(tools: unknown): string[] {
  const entries = isObject(tools) ? [...list(tools.components), ...list(tools.services)] : list(tools)
  return entries.flatMap((tool) => {
    if (!isObject(tool)) return []
    const name = text(tool.name)
    const version = text(tool.version)
    return name ? [version ? `${name} ${version}` : name] : []
  })
}

/** The XML form of the same model, brought into the shape of the JSON one. */
export function cycloneDxFromXml(root: XmlElement): Json {
  const namespace =
    root.attributes.xmlns ??
    Object.entries(root.attributes).find(([name]) => name.startsWith('xmlns:'))?.[1] ??
    ''
  const metadata = child(root, 'metadata')
  return {
    specVersion: /\/bom\/(\d+\.\d+)/.exec(namespace)?.[1] ?? '1.0',
    metadata: metadata && {
      timestamp: child(metadata, 'timestamp')?.text,
      tools: toolElements(child(metadata, 'tools')),
      component: child(metadata, 'component') && componentFromXml(child(metadata, 'component') as XmlElement),
    },
    components: children(child(root, 'components'), 'component').map(componentFromXml),
  }
}

function toolElements(tools: XmlElement | undefined): Json[] {
  const inner = child(tools, 'components')
  const elements = inner ? children(inner, 'component') : children(tools, 'tool')
  return elements.map((tool) => ({ name: child(tool, 'name')?.text, version: child(tool, 'version')?.text }))
}

function componentFromXml(element: XmlElement): Json {
  return {
    type: element.attributes.type,
    group: child(element, 'group')?.text,
    name: child(element, 'name')?.text,
    version: child(element, 'version')?.text,
    purl: child(element, 'purl')?.text,
    licenses: children(child(element, 'licenses'), 'license')
      .map((licence): Json => ({
        license: { id: child(licence, 'id')?.text, name: child(licence, 'name')?.text },
      }))
      .concat(
        children(child(element, 'licenses'), 'expression').map((expression) => ({
          expression: expression.text,
        })),
      ),
    properties: children(child(element, 'properties'), 'property').map((property) => ({
      name: property.attributes.name,
      value: property.text,
    })),
    components: children(child(element, 'components'), 'component').map(componentFromXml),
  }
}

function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((inner) => inner.name === name)
}

function children(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter((inner) => inner.name === name) ?? []
}
