import { digestOfReference } from './image-names.ts'
import type { Evidence, ImagePackage, ImageReading, Problem } from './layers/index.ts'
import type { SbomDocument, SbomPackage } from '../sbom/types.ts'

/** Evidence with the layer's own name beside its position. */
export interface PackageEvidence extends Evidence {
  /** Digest of the unpacked layer (`sha256:…`); null for a folder. */
  layerDigest: string | null
}

export interface CataloguedImagePackage extends Omit<ImagePackage, 'evidence'> {
  evidence: PackageEvidence[]
}

export interface ImageLayer {
  /** From 0 at the bottom. */
  position: number
  /** Of the stored blob; null where it has none of its own. */
  digest: string | null
  /** Of the unpacked tar. */
  diffId: string | null
  mediaType: string | null
  /** As stored. */
  sizeBytes: number | null
  createdBy: string | null
  /** Files of the layer that the image shows, and that layers above hide or remove. */
  files: number
  hiddenFiles: number
  /** Sum of its files' sizes. */
  contentBytes: number
  /** Packages that came with it. */
  packages: number
}

/** What an image contains, read from its layers: `allclear image packages -o json`. */
export interface ImageContents {
  source: string
  kind: ImageReading['kind']
  references: string[]
  /** Digest of the manifest; null where there is none. */
  digest: string | null
  /** Digest of the configuration, Docker's image id. */
  imageId: string | null
  /** `linux/amd64`, or null when the image does not say. */
  platform: string | null
  createdAtMs: number | null
  distribution: { id: string; versionId: string | null; name: string | null; path: string } | null
  layers: ImageLayer[]
  packages: CataloguedImagePackage[]
  /** What was odd, hostile or too large, by reason. */
  problems: Problem[]
}

export function contentsOfImage(reading: ImageReading): ImageContents {
  const { config } = reading
  return {
    source: reading.source,
    kind: reading.kind,
    references: reading.references,
    digest: reading.digest,
    imageId: reading.configDigest,
    platform:
      config.os === null
        ? null
        : [config.os, config.architecture ?? 'unknown', config.variant]
            .filter((part) => part !== null)
            .join('/'),
    createdAtMs: config.createdAtMs,
    distribution: reading.distribution && {
      id: reading.distribution.id,
      versionId: reading.distribution.versionId,
      name: reading.distribution.name,
      path: reading.distribution.path,
    },
    layers: reading.layers.map((layer) => ({
      position: layer.position,
      digest: layer.descriptor?.digest || null,
      diffId: layer.diffId,
      mediaType: layer.descriptor?.mediaType || null,
      sizeBytes: layer.descriptor?.sizeBytes ?? null,
      createdBy: layer.createdBy,
      files: layer.files,
      hiddenFiles: layer.hiddenFiles,
      contentBytes: layer.contentBytes,
      packages: layer.packages,
    })),
    packages: reading.packages
      .map((found) => ({
        ...found,
        evidence: found.evidence.map((evidence) => ({
          ...evidence,
          layerDigest: reading.layers[evidence.layer].diffId,
        })),
      }))
      .sort(
        (a, b) =>
          order(a.type, b.type) ||
          order(`${a.namespace ?? ''}/${a.name}`, `${b.namespace ?? ''}/${b.name}`) ||
          order(a.version ?? '', b.version ?? ''),
      ),
    problems: reading.problems,
  }
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The format of what we read ourselves, among those of SBOMs. */
export const layersFormat = 'image-layers'

/**
 * The same as a document, so that an image read from its layers is matched and kept like one that an SBOM describes.
 * Packages whose files belong to a distribution package are left to the distribution's advisories and counted so.
 */
export function documentOfImage(contents: ImageContents, tool: string): SbomDocument {
  const { distribution } = contents
  const owned = contents.packages.filter(({ ownedBy }) => ownedBy !== null)
  const [name = null] = contents.references
  return {
    format: layersFormat,
    specVersion: '1',
    tools: [tool],
    createdAtMs: contents.createdAtMs,
    subject: {
      name: name ?? contents.source,
      version: null,
      digests: [contents.digest, ...contents.references.map(digestOfReference)].filter(
        (digest, at, all): digest is string => digest !== null && all.indexOf(digest) === at,
      ),
      references: contents.references,
      imageId: contents.imageId,
    },
    distro: distribution && {
      id: distribution.id,
      versionId: distribution.versionId,
      by: 'document',
      locator: `/${distribution.path}`,
    },
    packages: contents.packages.filter(({ ownedBy }) => ownedBy === null).map(packageOf),
    leftOut: [
      ...(owned.length > 0
        ? [
            {
              reason: 'belongs to a distribution package, whose advisories decide',
              count: owned.length,
              examples: owned.slice(0, 5).map((found) => `${found.purl ?? found.name} (${found.ownedBy})`),
            },
          ]
        : []),
      ...contents.problems,
    ],
  }
}

function packageOf(found: CataloguedImagePackage): SbomPackage {
  const [first] = found.evidence
  return {
    type: found.type,
    namespace: found.namespace,
    name: found.name,
    version: found.version,
    purl: found.purl,
    distroQualifier: null,
    arch: found.arch,
    source: found.source && { ...found.source, by: 'metadata' },
    module: found.module,
    licence: found.licence,
    location: `/${first.path}`,
    locator: `/${first.path}${first.inside === null ? '' : `!${first.inside}`} (layer ${first.layer + 1}, ${first.method})`,
  }
}
