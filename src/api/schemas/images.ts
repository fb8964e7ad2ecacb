import { z } from '@hono/zod-openapi'
import type { ImageContents } from '../../know/catalog/types.ts'
import { exactly } from './exactly.ts'

const count = z.number().int().nonnegative()
const textOrNull = z.string().nullable()
const confidence = z.enum(['high', 'medium', 'low'])

export const imageLayer = z
  .object({
    position: count.openapi({ description: 'From 0 at the bottom.' }),
    digest: textOrNull.openapi({ description: 'Of the stored blob.' }),
    diffId: textOrNull.openapi({ description: 'Of the unpacked tar.' }),
    mediaType: textOrNull,
    sizeBytes: count.nullable(),
    createdBy: textOrNull,
    files: count,
    hiddenFiles: count,
    contentBytes: count,
    packages: count.openapi({ description: 'Packages that came with it.' }),
  })
  .openapi('ImageLayer')

export const cataloguedPackage = z
  .object({
    type: z.string(),
    namespace: textOrNull,
    name: z.string(),
    version: textOrNull,
    purl: textOrNull,
    arch: textOrNull,
    source: z.object({ name: z.string(), version: textOrNull }).nullable(),
    module: textOrNull,
    licence: textOrNull,
    note: textOrNull,
    cataloguer: z.string(),
    ownedBy: textOrNull.openapi({
      description: 'The distribution package whose file this is; its advisories decide.',
    }),
    evidence: z.array(
      z.object({
        path: z.string(),
        inside: textOrNull,
        layer: count,
        layerDigest: textOrNull,
        method: z.string(),
        confidence,
      }),
    ),
  })
  .openapi('CataloguedPackage')

export const imageContents = exactly<ImageContents>()(
  z
    .object({
      source: z.string(),
      kind: z.enum(['docker-archive', 'oci-archive', 'oci-dir', 'dir', 'registry']),
      references: z.array(z.string()),
      digest: textOrNull,
      imageId: textOrNull,
      platform: textOrNull,
      createdAtMs: z.number().nullable(),
      distribution: z
        .object({ id: z.string(), versionId: textOrNull, name: textOrNull, path: z.string() })
        .nullable(),
      layers: z.array(imageLayer),
      packages: z.array(cataloguedPackage),
      problems: z.array(z.object({ reason: z.string(), count, examples: z.array(z.string()) })),
    })
    .openapi('ImageContents'),
)
