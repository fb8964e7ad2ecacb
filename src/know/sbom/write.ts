import { createHash } from 'node:crypto'
import { AllclearError } from '../../base/errors.ts'
import type { Distro } from './types.ts'

/** What a written document says; made from what is stored of an image. */
export interface WritableSbom {
  /** Best known name of the image. */
  name: string
  /** `sha256:…`, or `null`. */
  digest: string | null
  distro: Distro | null
  /** Time of the document, epoch ms. */
  createdAtMs: number
  /** `allclear 0.1.0` */
  tool: { name: string; version: string }
  packages: readonly {
    /** `null` where no document said what kind of package it is: none is made up. */
    purl: string | null
    name: string
    version: string
    sourceName: string
    sourceVersion: string
  }[]
}

const sbomWriters = ['cyclonedx-1.6', 'spdx-2.3'] as const
export type SbomWriter = (typeof sbomWriters)[number]

/** The document as UTF-8 JSON. The same input gives the same bytes. */
export function writeSbom(format: SbomWriter, input: WritableSbom): Uint8Array {
  const document = format === 'cyclonedx-1.6' ? cycloneDx(input) : format === 'spdx-2.3' ? spdx(input) : null
  if (!document) {
    throw new AllclearError('usage', {
      message: `SBOMs are not written as ${String(format)}.`,
      next: `Choose one of ${sbomWriters.join(', ')}.`,
    })
  }
  return Buffer.from(`${JSON.stringify(document, null, 2)}\n`)
}

function cycloneDx({ name, digest, distro, createdAtMs, tool, packages }: WritableSbom) {
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(name, digest, createdAtMs)}`,
    version: 1,
    metadata: {
      timestamp: new Date(createdAtMs).toISOString(),
      tools: { components: [{ type: 'application', name: tool.name, version: tool.version }] },
      component: { 'bom-ref': 'subject', type: 'container', name, ...(digest ? { version: digest } : {}) },
    },
    components: [
      ...(distro
        ? [
            {
              'bom-ref': 'distro',
              type: 'operating-system',
              name: distro.id,
              ...(distro.versionId ? { version: distro.versionId } : {}),
            },
          ]
        : []),
      ...packages.map((found, at) => ({
        'bom-ref': `package-${at + 1}`,
        type: 'library',
        name: found.name,
        ...(found.version ? { version: found.version } : {}),
        ...(found.purl ? { purl: found.purl } : {}),
        ...(found.sourceName || found.sourceVersion
          ? {
              properties: [
                { name: 'syft:metadata:source', value: found.sourceName || found.name },
                ...(found.sourceVersion
                  ? [{ name: 'syft:metadata:sourceVersion', value: found.sourceVersion }]
                  : []),
              ],
            }
          : {}),
      })),
    ],
    dependencies: [{ ref: 'subject', dependsOn: packages.map((_, at) => `package-${at + 1}`) }],
  }
}

function spdx({ name, digest, distro, createdAtMs, tool, packages }: WritableSbom) {
  const unknown = {
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: 'NOASSERTION',
    copyrightText: 'NOASSERTION',
  }
  const image = digest ? `${name.split('@', 1)[0]}@${digest}` : name
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: image,
    documentNamespace: `urn:uuid:${uuidOf(name, digest, createdAtMs)}`,
    creationInfo: {
      created: new Date(createdAtMs).toISOString().replace(/\.\d+Z$/, 'Z'),
      creators: [`Tool: ${tool.name}-${tool.version}`],
    },
    documentDescribes: ['SPDXRef-Image'],
    packages: [
      { SPDXID: 'SPDXRef-Image', name: image, primaryPackagePurpose: 'CONTAINER', ...unknown },
      ...(distro
        ? [
            {
              SPDXID: 'SPDXRef-OperatingSystem',
              name: distro.id,
              ...(distro.versionId ? { versionInfo: distro.versionId } : {}),
              primaryPackagePurpose: 'OPERATING_SYSTEM',
              ...unknown,
            },
          ]
        : []),
      ...packages.map((found, at) => ({
        SPDXID: `SPDXRef-Package-${at + 1}`,
        name: found.name,
        ...(found.version ? { versionInfo: found.version } : {}),
        ...(found.sourceName || found.sourceVersion
          ? {
              sourceInfo: `built package from: ${found.sourceName || found.name} ${found.sourceVersion || found.version}`,
            }
          : {}),
        ...(found.purl
          ? {
              externalRefs: [
                { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: found.purl },
              ],
            }
          : {}),
        ...unknown,
      })),
    ],
    relationships: [
      {
        spdxElementId: 'SPDXRef-DOCUMENT',
        relationshipType: 'DESCRIBES',
        relatedSpdxElement: 'SPDXRef-Image',
      },
      ...packages.map((_, at) => ({
        spdxElementId: 'SPDXRef-Image',
        relationshipType: 'CONTAINS',
        relatedSpdxElement: `SPDXRef-Package-${at + 1}`,
      })),
    ],
  }
}

/** A name-based UUID (RFC 9562, version 8): the same document gets the same one. */
function uuidOf(name: string, digest: string | null, createdAtMs: number): string {
  const hex = createHash('sha256')
    .update(`${name}\n${digest ?? ''}\n${createdAtMs}`)
    .digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
