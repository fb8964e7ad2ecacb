import type { ImageContents } from './image-contents.ts'

interface Side {
  source: string
  reference: string | null
  digest: string | null
  layers: number
  packages: number
}

/** What differs between two images: `allclear image diff A B`. */
export interface ImageDiff {
  a: Side
  b: Side
  /** Layers from the bottom that both have. */
  sharedLayers: number
  distribution: { a: string | null; b: string | null }
  added: { type: string; name: string; version: string | null; purl: string | null; layer: number }[]
  removed: { type: string; name: string; version: string | null; purl: string | null }[]
  changed: { type: string; name: string; from: string[]; to: string[] }[]
  unchanged: number
}

/** Packages are the same by type, name and architecture; their versions decide whether they changed. */
export function diffContents(a: ImageContents, b: ImageContents): ImageDiff {
  const before = versionsOf(a)
  const after = versionsOf(b)
  const diff: ImageDiff = {
    a: sideOf(a),
    b: sideOf(b),
    sharedLayers: sharedLayers(a, b),
    distribution: { a: distributionOf(a), b: distributionOf(b) },
    added: [],
    removed: [],
    changed: [],
    unchanged: 0,
  }
  for (const [key, own] of after) {
    const old = before.get(key)
    if (old === undefined)
      for (const { type, version, purl, evidence } of own.packages)
        diff.added.push({ type, name: own.name, version, purl, layer: evidence[0].layer })
    else if (own.versions.join('\n') === old.versions.join('\n')) diff.unchanged++
    else
      diff.changed.push({ type: own.packages[0].type, name: own.name, from: old.versions, to: own.versions })
  }
  for (const [key, { name, packages }] of before)
    if (!after.has(key))
      for (const { type, version, purl } of packages) diff.removed.push({ type, name, version, purl })
  return diff
}

function versionsOf({ packages }: ImageContents) {
  const found = new Map<string, { name: string; versions: string[]; packages: ImageContents['packages'] }>()
  for (const one of packages) {
    const distribution = one.type === 'deb' || one.type === 'rpm' || one.type === 'apk' || one.type === 'alpm'
    const name = one.namespace === null || distribution ? one.name : `${one.namespace}/${one.name}`
    const key = `${one.type}\n${name}\n${one.arch ?? ''}`
    const entry = found.get(key) ?? { name, versions: [], packages: [] }
    found.set(key, entry)
    entry.packages.push(one)
    const version = one.version ?? 'unknown'
    if (!entry.versions.includes(version)) entry.versions.push(version)
    entry.versions.sort()
  }
  return found
}

function sideOf({ source, references, digest, layers, packages }: ImageContents): Side {
  return {
    source,
    reference: references[0] ?? null,
    digest,
    layers: layers.length,
    packages: packages.length,
  }
}

function sharedLayers(a: ImageContents, b: ImageContents): number {
  let shared = 0
  while (
    shared < a.layers.length &&
    shared < b.layers.length &&
    a.layers[shared].diffId !== null &&
    a.layers[shared].diffId === b.layers[shared].diffId
  )
    shared++
  return shared
}

function distributionOf({ distribution }: ImageContents): string | null {
  return distribution && `${distribution.id} ${distribution.versionId ?? 'of unknown release'}`
}
