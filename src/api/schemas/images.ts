import { z } from '@hono/zod-openapi'
import type {
  ImageAdded,
  ImageContents,
  ImageDiff,
  ImageLayers,
  RunningImagesRead,
  UnreadImageRow,
} from '../../know/catalog/types.ts'
import { exactly } from './exactly.ts'

const count = z.number().int().nonnegative()
const textOrNull = z.string().nullable()
const confidence = z.enum(['high', 'medium', 'low'])

const imageLayer = z
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

const cataloguedPackage = z
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

const distribution = z
  .object({ id: z.string(), versionId: textOrNull, name: textOrNull, path: z.string() })
  .nullable()
const bases = z
  .array(z.object({ id: z.string(), name: z.string(), layers: count }))
  .openapi({ description: 'Known images that this one is built on, the nearest first.' })

const comparison = {
  both: count,
  onlyDocument: z.array(z.string()),
  onlyDocumentTotal: count,
  onlyLayers: z.array(z.string()),
  onlyLayersTotal: count,
}

export const imageLayers = exactly<ImageLayers>()(
  z
    .object({
      id: z.string(),
      digest: textOrNull,
      reference: z.string(),
      platform: textOrNull,
      createdAtMs: z.number().nullable(),
      cataloguedAtMs: z.number(),
      distribution,
      bases,
      layers: z.array(imageLayer),
      documents: z
        .array(
          z.object({
            sha256: z.string(),
            format: z.string(),
            tools: z.array(z.string()),
            importedAtMs: z.number(),
            packages: count,
            ...comparison,
          }),
        )
        .openapi({ description: 'SBOMs that were imported for it, each held against this reading.' }),
    })
    .openapi('ImageLayers'),
)

const side = z.object({
  source: z.string(),
  reference: textOrNull,
  digest: textOrNull,
  layers: count,
  packages: count,
})

export const imageDiff = exactly<ImageDiff>()(
  z
    .object({
      a: side,
      b: side,
      sharedLayers: count,
      distribution: z.object({ a: textOrNull, b: textOrNull }),
      added: z.array(
        z.object({ type: z.string(), name: z.string(), version: textOrNull, purl: textOrNull, layer: count }),
      ),
      removed: z.array(
        z.object({ type: z.string(), name: z.string(), version: textOrNull, purl: textOrNull }),
      ),
      changed: z.array(
        z.object({ type: z.string(), name: z.string(), from: z.array(z.string()), to: z.array(z.string()) }),
      ),
      unchanged: count,
    })
    .openapi('ImageDiff'),
)

export const imageAdded = exactly<ImageAdded>()(
  z
    .object({
      id: z.string(),
      reference: z.string(),
      digest: textOrNull,
      changed: z.boolean(),
      layers: count,
      packages: count,
      owned: count,
      findingsAdded: count,
      problems: z.array(z.object({ reason: z.string(), count, examples: z.array(z.string()) })),
      bases,
      attached: z.array(
        z.object({
          digest: z.string(),
          artifactType: z.string(),
          format: z.string(),
          signature: z.string(),
          packages: count,
          ...comparison,
          refused: z.string(),
        }),
      ),
      tookMs: z.number(),
    })
    .openapi('ImageAdded'),
)

export const pullRequest = z
  .object({
    image: z.string().min(1).max(1024).openapi({ example: 'registry.example.org/shop/cart:1.4' }),
    platform: z.string().max(100).optional().openapi({ example: 'linux/arm64' }),
    reference: z.string().max(1024).optional(),
  })
  .openapi('ImagePull')

export const runningRequest = z
  .object({
    limit: z
      .number()
      .int()
      .positive()
      .optional()
      .openapi({ description: 'At most so many now; all that are due when absent.' }),
  })
  .openapi('RunningImagesRequest')

const unread = z.object({ id: z.string(), reference: z.string(), code: z.string(), reason: z.string() })

export const runningRead = exactly<RunningImagesRead>()(
  z
    .object({
      read: count,
      failed: z.array(unread),
      failedTotal: count,
      waiting: count,
      left: count,
      tookMs: z.number(),
    })
    .openapi('RunningImagesRead'),
)

export const unreadRows = z
  .object({
    rows: z.array(exactly<UnreadImageRow>()(unread.extend({ triedAtMs: z.number(), attempts: count }))),
  })
  .openapi('UnreadImages')
