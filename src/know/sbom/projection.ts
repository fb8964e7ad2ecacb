import { projectionOf, type Shape } from '../../base/json-projection.ts'

/** What the CycloneDX reader looks at in a component; the reader follows components within components. */
const component: Record<string, Shape | true> = {
  type: true,
  group: true,
  name: true,
  version: true,
  purl: true,
  licenses: { expression: true, license: { id: true, name: true } },
  properties: { name: true, value: true },
}
component.components = component

/**
 * What the readers of CycloneDX and SPDX 2 look at. Half of a document is licence texts, file lists, hashes and
 * comments; they are checked and skipped. Documents of other formats show nothing of theirs here and are read whole.
 */
export const sbomProjection = projectionOf({
  bomFormat: true,
  $schema: true,
  specVersion: true,
  metadata: { timestamp: true, tools: true, component },
  components: component,

  spdxVersion: true,
  SPDXID: true,
  name: true,
  creationInfo: { creators: true, created: true },
  documentDescribes: true,
  packages: {
    SPDXID: true,
    name: true,
    versionInfo: true,
    primaryPackagePurpose: true,
    sourceInfo: true,
    licenseConcluded: true,
    licenseDeclared: true,
    packageFileName: true,
    attributionTexts: true,
    externalRefs: { referenceType: true, referenceLocator: true },
  },
  relationships: { relationshipType: true, spdxElementId: true, relatedSpdxElement: true },
})
