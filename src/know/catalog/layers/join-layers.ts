import { buildPurl } from '../../purl/index.ts'
import type { CataloguedPackage, FoundDistribution } from '../cataloguers/index.ts'
import { folderOf } from './entry-path.ts'
import { Problems } from './problems.ts'
import type { LayerReading, Problem } from './types.ts'

/** Where a package was found: one place of possibly many. */
export interface Evidence {
  /** Without a leading slash. */
  path: string
  /** Place within the file, for what is nested. */
  inside: string | null
  /** Position of the layer that brought it, from 0 at the bottom. */
  layer: number
  method: string
  confidence: CataloguedPackage['confidence']
}

export interface ImagePackage {
  type: string
  namespace: string | null
  name: string
  version: string | null
  purl: string | null
  arch: string | null
  source: { name: string; version: string | null } | null
  module: string | null
  licence: string | null
  note: string | null
  cataloguer: string
  evidence: Evidence[]
  /** The distribution package whose file this is: its distribution's advisories decide, and it is counted once. */
  ownedBy: string | null
}

export interface JoinedLayers {
  distribution: (FoundDistribution & { path: string }) | null
  packages: ImagePackage[]
  /** For each layer: files that can be seen, and packages that it brought. */
  layers: { files: number; hiddenFiles: number; contentBytes: number; packages: number }[]
  problems: Problem[]
}

/** purl types of distributions' own packages. */
const distributionTypes = new Set(['deb', 'rpm', 'apk', 'alpm'])
/** Vendors whose purl namespace is not their os-release ID (purl specification, types deb and rpm). */
const namespaces: Record<string, string> = { rhel: 'redhat', ol: 'oracle', amzn: 'amazon', sles: 'suse' }
/** Read in this order; the first that can be seen says what distribution it is (os-release(5)). */
const releaseFiles = ['etc/os-release', 'usr/lib/os-release', 'etc/alpine-release', 'etc/debian_version']

/**
 * What an image shows of its layers, the lowest first: what an upper layer replaces or removes is gone, and so is what
 * it said. A package of a database that is rewritten in each layer belongs to the layer in which it first appeared.
 */
export function joinLayers(readings: readonly LayerReading[]): JoinedLayers {
  const view = viewOf(readings)
  const distribution = chooseDistribution(readings, view)
  const problems = new Problems()
  for (const reading of readings) problems.addAll(reading.problems)
  const packages = gather(readings, view, distribution)
  markOwned(readings, view, packages)
  const layers = readings.map((reading, at) => ({
    files: view.counts[at].files,
    hiddenFiles: view.counts[at].hidden,
    contentBytes: reading.contentBytes,
    packages: 0,
  }))
  for (const { evidence } of packages) layers[evidence[0].layer].packages++
  return { distribution, packages, layers, problems: problems.list() }
}

interface View {
  /** Whether the file that a layer has at a path is the one that the image shows. */
  shows(layer: number, path: string): boolean
  counts: { files: number; hidden: number }[]
}

/** From the top down: what was met first hides what lies under it. */
function viewOf(readings: readonly LayerReading[]): View {
  /** Path to the layer that shows it; folders are shown by the first that has them and hide nothing. */
  const shownBy = new Map<string, number>()
  /** Paths that are no folder, or were removed: nothing below them shows through. */
  const closed = new Set<string>()
  /** Folders that some entry lies in, listed or not: what was a file of that name below had to go. */
  const folders = new Set<string>()
  const counts = readings.map(() => ({ files: 0, hidden: 0 }))
  for (let at = readings.length - 1; at >= 0; at--) {
    const reading = readings[at]
    const closedHere: string[] = []
    const foldersHere: string[] = []
    let folder = '\0'
    let folderIsClosed = false
    for (const { path, kind } of reading.files) {
      const own = folderOf(path)
      // Entries of one folder mostly follow each other.
      if (own !== folder) {
        folder = own
        folderIsClosed = isUnder(closed, own)
        foldersHere.push(own)
      }
      // A link may lead to the folder, and stays.
      const replaced = kind !== 'folder' && kind !== 'link' && folders.has(path)
      const hidden = folderIsClosed || closed.has(path) || shownBy.has(path) || replaced
      if (!hidden) shownBy.set(path, at)
      // What lay under it in the layers below is gone, even where it is hidden itself by now.
      if (kind !== 'folder') closedHere.push(path)
      if (kind === 'file') counts[at][hidden ? 'hidden' : 'files']++
    }
    // A layer's own marks speak of the layers below it only.
    for (const path of closedHere) closed.add(path)
    for (let path of foldersHere)
      for (; path !== '' && !folders.has(path); path = folderOf(path)) folders.add(path)
    for (const path of reading.whiteouts) closed.add(path)
    for (const path of reading.opaque) closed.add(`${path}/`)
  }
  return { shows: (layer, path) => shownBy.get(path) === layer, counts }
}

/** Whether a folder or one above it is closed; `x/` in the set closes what is below `x` but not `x` itself. */
function isUnder(closed: ReadonlySet<string>, folder: string): boolean {
  if (closed.has('/')) return true
  for (let path = folder; path !== ''; path = folderOf(path))
    if (closed.has(path) || closed.has(`${path}/`)) return true
  return false
}

function chooseDistribution(readings: readonly LayerReading[], view: View): JoinedLayers['distribution'] {
  for (const path of releaseFiles)
    for (const [at, { distributions }] of readings.entries()) {
      const found = distributions.find((distribution) => distribution.path === path)
      if (found !== undefined && view.shows(at, path)) return found
    }
  return null
}

function gather(
  readings: readonly LayerReading[],
  view: View,
  distribution: JoinedLayers['distribution'],
): ImagePackage[] {
  /** For each path with a database: the layers that have it, and what each says. */
  const history = new Map<string, { layer: number; keys: Set<string> }[]>()
  for (const [layer, { finds }] of readings.entries())
    for (const { path, packages } of finds) {
      const versions = history.get(path) ?? []
      const last = versions.at(-1)
      const keys = last?.layer === layer ? last.keys : new Set<string>()
      for (const found of packages) keys.add(keyOf(found))
      if (last?.layer !== layer) versions.push({ layer, keys })
      history.set(path, versions)
    }
  const gathered = new Map<string, ImagePackage>()
  for (const [layer, { finds }] of readings.entries())
    for (const { path, cataloguer, packages } of finds) {
      if (!view.shows(layer, path)) continue
      const versions = history.get(path) ?? []
      for (const found of packages) {
        const key = keyOf(found)
        const evidence: Evidence = {
          path,
          inside: found.inside ?? null,
          layer: firstLayerWith(versions, layer, key),
          method: found.method,
          confidence: found.confidence,
        }
        const known = gathered.get(key)
        if (known === undefined) gathered.set(key, packageOf(found, cataloguer, evidence, distribution))
        else known.evidence.push(evidence)
      }
    }
  return [...gathered.values()]
}

/** Downwards from the layer that shows the file, as long as its earlier versions name the package too. */
function firstLayerWith(
  versions: readonly { layer: number; keys: ReadonlySet<string> }[],
  shown: number,
  key: string,
): number {
  let first = shown
  for (let at = versions.length - 1; at >= 0; at--) {
    const { layer, keys } = versions[at]
    if (layer > shown) continue
    if (!keys.has(key)) break
    first = layer
  }
  return first
}

function keyOf(found: CataloguedPackage): string {
  return `${found.type}\n${found.namespace ?? ''}\n${found.name}\n${found.version ?? ''}\n${found.arch ?? ''}\n${found.module ?? ''}`
}

function packageOf(
  found: CataloguedPackage,
  cataloguer: string,
  evidence: Evidence,
  distribution: JoinedLayers['distribution'],
): ImagePackage {
  const ofDistribution = distributionTypes.has(found.type)
  const namespace = ofDistribution
    ? (found.namespace ?? (distribution && (namespaces[distribution.id] ?? distribution.id)))
    : found.namespace
  const described = {
    type: found.type,
    namespace,
    name: found.name,
    version: found.version,
    arch: found.arch ?? null,
    source: found.source ?? null,
    module: found.module ?? null,
  }
  return {
    ...described,
    purl: purlOf(described, ofDistribution ? distribution : null),
    licence: found.licence ?? null,
    note: found.note ?? null,
    cataloguer,
    evidence: [evidence],
    ownedBy: null,
  }
}

function purlOf(
  found: Pick<ImagePackage, 'type' | 'namespace' | 'name' | 'version' | 'arch' | 'source' | 'module'>,
  distribution: JoinedLayers['distribution'],
): string | null {
  const qualifiers: Record<string, string> = {}
  let { version } = found
  if (distributionTypes.has(found.type)) {
    if (found.arch !== null) qualifiers.arch = found.arch
    if (distribution !== null)
      qualifiers.distro =
        distribution.versionId === null ? distribution.id : `${distribution.id}-${distribution.versionId}`
    if (found.source !== null && found.source.name !== found.name)
      qualifiers.upstream =
        found.source.version !== null && found.source.version !== found.version
          ? `${found.source.name}@${found.source.version}`
          : found.source.name
    if (found.module !== null) qualifiers.modularitylabel = found.module
    // An rpm's epoch is a qualifier of its purl and no part of the version (purl specification, type rpm).
    const epoch = found.type === 'rpm' ? /^(\d+):(.+)$/.exec(version ?? '') : null
    if (epoch) {
      qualifiers.epoch = epoch[1]
      version = epoch[2]
    }
  }
  const built = buildPurl({
    type: found.type,
    namespace: found.namespace,
    name: found.name,
    version,
    qualifiers: Object.keys(qualifiers).length > 0 ? qualifiers : null,
    subpath: null,
  })
  return built.ok ? built.value : null
}

/** Lists name `/lib/x` where a merged `/usr` has `/usr/lib/x`, and the reverse (Debian's UsrMerge). */
const merged = /^(?:usr\/)?((?:bin|sbin|lib|lib32|lib64|libx32)\/.*)$/

function markOwned(readings: readonly LayerReading[], view: View, packages: readonly ImagePackage[]): void {
  const candidates = new Map<string, ImagePackage[]>()
  const put = (path: string, found: ImagePackage): void => {
    const own = candidates.get(path)
    if (own === undefined) candidates.set(path, [found])
    else own.push(found)
  }
  for (const found of packages) {
    if (distributionTypes.has(found.type)) continue
    for (const { path } of found.evidence) {
      const match = merged.exec(path)
      if (match) {
        put(match[1], found)
        put(`usr/${match[1]}`, found)
      } else put(path, found)
    }
  }
  if (candidates.size === 0) return
  const ownerOf = new Map<string, string>()
  for (const [layer, { owned }] of readings.entries())
    for (const { path, lists } of owned) {
      if (!view.shows(layer, path)) continue
      for (const { owner, paths } of lists)
        for (let at = 0; at < paths.length;) {
          let end = paths.indexOf('\n', at)
          if (end < 0) end = paths.length
          const line = paths.slice(at, end)
          if (candidates.has(line)) ownerOf.set(line, owner)
          at = end + 1
        }
    }
  for (const found of packages) {
    if (distributionTypes.has(found.type)) continue
    const owners = found.evidence.map(({ path }) => {
      const match = merged.exec(path)
      return match ? (ownerOf.get(match[1]) ?? ownerOf.get(`usr/${match[1]}`)) : ownerOf.get(path)
    })
    // One copy that no distribution package brought is enough for the language's own advisories to apply.
    if (owners.every((owner) => owner !== undefined)) found.ownedBy = owners[0] as string
  }
}
