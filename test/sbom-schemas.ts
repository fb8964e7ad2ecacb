import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import { z } from 'zod'

const cycloneDx = new Validation.JsonStrictValidator(Spec.Version.v1dot6)

/** What the published schema of CycloneDX 1.6 has against a document, or `null`. */
export async function cycloneDxProblem(document: Uint8Array): Promise<unknown> {
  return cycloneDx.validate(Buffer.from(document).toString())
}

const id = z.string().regex(/^SPDXRef-[A-Za-z0-9.-]+$/)

/**
 * SPDX 2.3 as its JSON schema has it, for the fields that are written here and no others: no package on npm carries
 * the schema itself. Beyond it: the forms of ids (7.2) and times (6.9), which the schema leaves to the text.
 */
const spdx = z.strictObject({
  spdxVersion: z.literal('SPDX-2.3'),
  dataLicense: z.literal('CC0-1.0'),
  SPDXID: z.literal('SPDXRef-DOCUMENT'),
  name: z.string().min(1),
  documentNamespace: z.string().regex(/^[a-z][a-z0-9+.-]*:[^#\s]+$/),
  creationInfo: z.strictObject({
    created: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    creators: z.array(z.string().regex(/^(?:Tool|Person|Organization): /)).min(1),
  }),
  documentDescribes: z.array(id).min(1),
  packages: z.array(
    z.strictObject({
      SPDXID: id,
      name: z.string().min(1),
      versionInfo: z.string().min(1).optional(),
      sourceInfo: z.string().optional(),
      downloadLocation: z.literal('NOASSERTION'),
      filesAnalyzed: z.literal(false),
      licenseConcluded: z.literal('NOASSERTION'),
      licenseDeclared: z.literal('NOASSERTION'),
      copyrightText: z.literal('NOASSERTION'),
      // 7.24; the tag-value form has hyphens, JSON has not.
      primaryPackagePurpose: z
        .enum([
          'APPLICATION',
          'FRAMEWORK',
          'LIBRARY',
          'CONTAINER',
          'OPERATING_SYSTEM',
          'DEVICE',
          'FIRMWARE',
          'SOURCE',
          'ARCHIVE',
          'FILE',
          'INSTALL',
          'OTHER',
        ])
        .optional(),
      externalRefs: z
        .array(
          z.strictObject({
            // 7.21; here JSON has hyphens.
            referenceCategory: z.enum(['SECURITY', 'PACKAGE-MANAGER', 'PERSISTENT-ID', 'OTHER']),
            referenceType: z.string().regex(/^\S+$/),
            referenceLocator: z.string().regex(/^\S+$/),
          }),
        )
        .optional(),
    }),
  ),
  relationships: z.array(
    z.strictObject({
      spdxElementId: id,
      relationshipType: z.enum(['DESCRIBES', 'CONTAINS']),
      relatedSpdxElement: id,
    }),
  ),
})

/** What SPDX 2.3 has against a document, or `null`; elements are named once, and relations are between named ones. */
export function spdxProblem(document: Uint8Array): unknown {
  const read = spdx.safeParse(JSON.parse(Buffer.from(document).toString()))
  if (!read.success) return read.error.issues
  const named = [read.data.SPDXID, ...read.data.packages.map(({ SPDXID }) => SPDXID)]
  const known = new Set(named)
  if (known.size < named.length) return 'an id is given twice'
  const dangling = read.data.relationships.find(
    ({ spdxElementId, relatedSpdxElement }) => !known.has(spdxElementId) || !known.has(relatedSpdxElement),
  )
  return dangling ?? null
}
