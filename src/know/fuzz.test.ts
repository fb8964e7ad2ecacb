/**
 * Readers of foreign documents, fed with documents of every format that were damaged at random: whatever the bytes are, a
 * reader gives its result or an `AllclearError` with a reason, and nothing else.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hasTestData, testData } from '../../test/data.ts'
import { walkInputs } from '../base/archive/index.ts'
import { AllclearError } from '../base/errors.ts'
import { parseJson } from '../base/json.ts'
import { parseOsv } from './advisories/records/index.ts'
import { readEpss, readKev, readSsvc } from './advisories/exploitation-facts.ts'
import { readVex } from './advisories/vex.ts'
import { readManifests } from './fleet/index.ts'
import { matchKey } from './matching/index.ts'
import { canonicalPurl } from './purl/index.ts'
import { readSbom } from './sbom/index.ts'

type Reader = (bytes: Uint8Array) => unknown

const source = 'fuzz'
const readers: Record<string, Reader> = {
  sbom: (bytes) => readSbom(bytes, { source }),
  osv: (bytes) => parseOsv(parseJson(bytes, { source })),
  vex: (bytes) => readVex(bytes, source),
  kev: (bytes) => readKev(bytes, source),
  epss: (bytes) => readEpss(bytes, source),
  ssvc: (bytes) => readSsvc(bytes, source),
  manifests: (bytes) =>
    readManifests(
      (async function* () {
        yield { source, sizeBytes: bytes.length, read: async () => bytes }
      })(),
      { cluster: 'fuzz', atMs: 1 },
    ),
}

async function survives(read: Reader, bytes: Uint8Array): Promise<void> {
  try {
    await read(bytes)
  } catch (error) {
    if (!(error instanceof AllclearError)) throw error
    expect(error.message).not.toBe('')
    expect(error.next).not.toBe('')
  }
}

/** One small document of each format, so that something is damaged where there is no data pack, too. */
const seeds: [reader: string, text: string][] = [
  [
    'sbom',
    '{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"type":"container","name":"web"}},"components":[{"type":"library","name":"a","version":"1","purl":"pkg:npm/a@1","components":[{"type":"library","name":"b"}],"properties":[{"name":"x","value":"y"}]}]}',
  ],
  [
    'sbom',
    '<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.4"><components><component type="library"><name>a</name><version>1</version><purl>pkg:npm/a@1</purl></component></components></bom>',
  ],
  [
    'sbom',
    '{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","packages":[{"SPDXID":"SPDXRef-1","name":"zlib1g","versionInfo":"1","sourceInfo":"built package from: zlib 1","externalRefs":[{"referenceCategory":"PACKAGE_MANAGER","referenceType":"purl","referenceLocator":"pkg:deb/debian/zlib1g@1?distro=debian-12"}]}],"relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES","relatedSpdxElement":"SPDXRef-1"}]}',
  ],
  ['sbom', 'SPDXVersion: SPDX-2.2\nPackageName: a\nPackageVersion: 1\nPackageComment: <text>x\ny</text>\n'],
  [
    'sbom',
    '{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[{"type":"software_Package","spdxId":"a","name":"a","software_packageVersion":"1","software_packageUrl":"pkg:npm/a@1"}]}',
  ],
  [
    'sbom',
    '{"artifacts":[{"id":"1","name":"a","version":"1","type":"npm","purl":"pkg:npm/a@1","locations":[{"path":"/a"}]}],"source":{"type":"image","target":{"userInput":"web"}},"distro":{"id":"debian","versionID":"12"},"descriptor":{"name":"syft","version":"1"},"schema":{"version":"16.0.0"}}',
  ],
  [
    'osv',
    '{"id":"X-1","aliases":["CVE-2024-1"],"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],"affected":[{"package":{"ecosystem":"npm","name":"a"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.0.0"}]}],"versions":["0.1"],"ecosystem_specific":{"urgency":"low"}}]}',
  ],
  [
    'vex',
    '{"@context":"https://openvex.dev/ns/v0.2.0","@id":"a","author":"b","timestamp":"2024-01-01T00:00:00Z","statements":[{"vulnerability":{"name":"CVE-2024-1"},"products":[{"@id":"pkg:oci/a@sha256%3Aaa","subcomponents":[{"@id":"pkg:npm/a@1"}]}],"status":"not_affected","justification":"component_not_present"}]}',
  ],
  [
    'vex',
    '{"document":{"category":"csaf_vex","csaf_version":"2.0","publisher":{"name":"a"},"tracking":{"id":"x","current_release_date":"2024-01-01T00:00:00Z"}},"product_tree":{"branches":[{"category":"product_version","name":"1","product":{"product_id":"p","name":"a","product_identification_helper":{"purl":"pkg:npm/a@1"}}}]},"vulnerabilities":[{"cve":"CVE-2024-0001","product_status":{"fixed":["p"]}}]}',
  ],
  [
    'vex',
    '{"bomFormat":"CycloneDX","specVersion":"1.5","vulnerabilities":[{"id":"CVE-2024-0001","affects":[{"ref":"pkg:npm/a@1"}],"analysis":{"state":"not_affected","justification":"code_not_present"}}]}',
  ],
  ['kev', '{"vulnerabilities":[{"cveID":"CVE-2021-44228","dateAdded":"2021-12-10","dueDate":"2021-12-24"}]}'],
  ['kev', 'cveID,dateAdded\nCVE-2021-44228,2021-12-10\n"CVE-2021-45046","2022-05-01"\n'],
  [
    'epss',
    '#model_version:v1,score_date:2024-01-01T00:00:00+0000\ncve,epss,percentile\nCVE-2021-44228,0.9,0.99\n',
  ],
  [
    'ssvc',
    '{"cveMetadata":{"cveId":"CVE-2024-0001"},"containers":{"adp":[{"metrics":[{"other":{"type":"ssvc","content":{"timestamp":"2024-01-01","options":[{"Exploitation":"poc"},{"Automatable":"yes"}]}}}]}]}}',
  ],
  ['ssvc', 'cve,exploitation,automatable,technical_impact\nCVE-2024-0001,active,yes,total\n'],
  [
    'manifests',
    'kind: Deployment\nmetadata: {name: a, namespace: b, labels: {x: y}, ownerReferences: [{kind: A, name: b, controller: true}]}\nspec: {replicas: 3, template: {spec: {containers: [{name: c, image: "d:e"}], initContainers: [{image: f}]}}}\n---\nkind: List\nitems: [{kind: Pod, metadata: {name: p}, status: {containerStatuses: [{name: c, imageID: "x@sha256:00"}]}}]\n',
  ],
  [
    'manifests',
    '{"kind":"PodList","items":[{"metadata":{"name":"p","uid":"u"},"spec":{"nodeName":"n","containers":[{"name":"c","image":"i"}]},"status":{"phase":"Running"}},{"kind":"Node","metadata":{"name":"n"},"status":{"nodeInfo":{"osImage":"x"}}}]}',
  ],
]

/** Values that readers of JSON do not expect, in place of one that they do. */
const odd = [
  'null',
  '0',
  '-1',
  '1e999',
  '""',
  '[]',
  '{}',
  '[null]',
  '[{}]',
  '[[]]',
  'true',
  '"\\u0000"',
  '"\\ud800"',
]
const oddBytes = odd.map((text) => Buffer.from(text))

/** Replaces a value, cuts, doubles, flips a byte, or puts in bytes that mean something. */
const damage = fc.array(
  fc.tuple(
    fc.constantFrom('value', 'value', 'value', 'cut', 'double', 'flip', 'insert', 'truncate'),
    fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    fc.nat(255),
  ),
  { minLength: 1, maxLength: 4 },
)

function damaged(seed: Uint8Array, steps: [string, number, number][]): Uint8Array {
  let bytes = Buffer.from(seed)
  for (const [kind, place, number] of steps) {
    const at = Math.floor(place * bytes.length)
    if (kind === 'value') {
      // From behind a colon to the next comma or end of what is around: cuts whole values out of JSON and YAML alike.
      const colon = bytes.indexOf(0x3a, at)
      if (colon < 0) continue
      const rest = bytes.subarray(colon + 1).toString('latin1')
      const length = /^\s*(?:"(?:[^"\\]|\\.)*"|[^,\]}\n]*)/.exec(rest)?.[0].length ?? 0
      bytes = Buffer.concat([
        bytes.subarray(0, colon + 1),
        Buffer.from(' '),
        oddBytes[number % oddBytes.length],
        bytes.subarray(colon + 1 + length),
      ])
    } else if (kind === 'cut')
      bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + (number % 40))])
    else if (kind === 'double') {
      const piece = bytes.subarray(at, at + number)
      bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)])
    } else if (kind === 'flip') {
      if (bytes.length > 0) bytes[at] = number
    } else if (kind === 'insert') {
      const piece = Buffer.from('{}[]":,<>&*!|-\n\r\t \0\u{feff}%#@'.slice(number % 20))
      bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)])
    } else bytes = bytes.subarray(0, at)
  }
  return bytes
}

describe('damaged documents', () => {
  test.each(seeds.map(([reader, text], at) => [`${reader} ${at}`, reader, text] as const))(
    '%s',
    async (_, reader, text) => {
      const bytes = Buffer.from(text)
      // The seed itself can be read, or nothing would be tried.
      await readers[reader](bytes)
      await fc.assert(
        fc.asyncProperty(damage, (steps) => survives(readers[reader], damaged(bytes, steps))),
        { numRuns: 400 },
      )
    },
  )

  test('a reader of another format refuses them', async () => {
    for (const [own, text] of seeds)
      for (const [reader, read] of Object.entries(readers))
        if (reader !== own) await survives(read, Buffer.from(text))
  })

  test('any JSON at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 4 }), async (text) => {
        for (const read of Object.values(readers)) await survives(read, Buffer.from(text))
      }),
      { numRuns: 300 },
    )
  })
})

/** Small documents of each pack, so that many shapes are damaged and none takes long. */
const packs: [reader: string, pack: string, accept: RegExp][] = [
  ['sbom', 'sboms/fixture-sboms.tar.zst', /\.(?:json|xml|spdx)$/],
  ['sbom', 'sboms/cyclonedx-conformance.zip', /valid-.*\.(?:json|xml)$/],
  ['osv', 'advisories/osv/NuGet/all.zip', /\.json$/],
  ['osv', 'advisories/osv/RubyGems/all.zip', /\.json$/],
  ['vex', 'vex/aqua-vexhub.zip', /\.json$/],
  ['vex', 'vex/csaf-vex-samples.zip', /\.json$/],
]

describe.skipIf(!hasTestData)(
  'damaged real documents (skipped where ALLCLEAR_TEST_DATA names no data)',
  () => {
    test.each(packs)('%s of %s', async (reader, pack, accept) => {
      const documents: Uint8Array[] = []
      for await (const input of walkInputs([testData(pack)], { accept: (name) => accept.test(name) })) {
        if (input.sizeBytes === null || input.sizeBytes > 20_000) continue
        documents.push(await input.read())
        if (documents.length === 60) break
      }
      expect(documents.length).toBeGreaterThan(5)
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...documents), damage, (document, steps) =>
          survives(readers[reader], damaged(document, steps)),
        ),
        { numRuns: 400 },
      )
    })
  },
)

describe('package URLs', () => {
  const piece = fc.constantFrom(
    ...[
      'pkg:',
      'npm/',
      'deb/debian/',
      '@',
      '@1',
      '?',
      '&',
      '=',
      'a=b',
      '#',
      '/',
      '//',
      '%',
      '%2F',
      '%40',
      '%zz',
    ],
    ...['%ff', '..', ' ', 'é', '\u0000', 'distro=', 'A', 'vers:npm/', '*', ':', '+', '\ud800'],
  )
  test('whatever their pieces are, one spelling is canonical', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const once = canonicalPurl(`pkg:${pieces.join('')}`)
        if (!once.ok) return
        expect(canonicalPurl(once.value)).toEqual(once)
      }),
      { numRuns: 5_000 },
    )
  })
})

test('a key of damaged parts is matched without an exception', () => {
  const text = fc.string({ unit: 'binary', maxLength: 20 })
  fc.assert(
    fc.property(text, text, text, text, text, (ecosystem, type, name, version, sourceName) => {
      const key = { ecosystem, type, name, version, sourceName, sourceVersion: version, module: name }
      expect(Array.isArray(matchKey(key, () => []))).toBe(true)
    }),
  )
})
