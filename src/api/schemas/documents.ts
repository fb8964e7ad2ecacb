import { z } from '@hono/zod-openapi'
import type { SbomDocument } from '../../know/sbom/types.ts'
import { exactly } from './exactly.ts'

const sbomFields = z.object({
  format: z.enum([
    'cyclonedx-json',
    'cyclonedx-xml',
    'spdx-json',
    'spdx-tag-value',
    'spdx3-json-ld',
    'syft-json',
    'image-layers',
  ]),
  specVersion: z.string(),
  tools: z.array(z.string()),
  createdAtMs: z.number().nullable(),
  subject: z
    .object({
      name: z.string().nullable(),
      version: z.string().nullable(),
      digests: z.array(z.string()),
      references: z.array(z.string()),
      imageId: z.string().nullable(),
    })
    .openapi('SbomSubject'),
  distro: z
    .object({
      id: z.string(),
      versionId: z.string().nullable(),
      by: z.enum(['document', 'purl', 'name', 'property']),
      locator: z.string(),
    })
    .nullable(),
  packages: z.array(
    z
      .object({
        type: z.string(),
        namespace: z.string().nullable(),
        name: z.string(),
        version: z.string().nullable(),
        purl: z.string().nullable(),
        distroQualifier: z.string().nullable(),
        arch: z.string().nullable(),
        source: z
          .object({
            name: z.string(),
            version: z.string().nullable(),
            by: z.enum(['purl', 'sourceInfo', 'property', 'metadata']),
          })
          .nullable(),
        module: z.string().nullable(),
        licence: z.string().nullable(),
        location: z.string().nullable(),
        locator: z.string(),
      })
      .openapi('SbomPackage'),
  ),
  leftOut: z.array(z.object({ reason: z.string(), count: z.number(), examples: z.array(z.string()) })),
})

export const sbomDocument = exactly<SbomDocument & { source: string }>()(
  sbomFields.extend({ source: z.string() }).openapi('SbomDocument'),
)
