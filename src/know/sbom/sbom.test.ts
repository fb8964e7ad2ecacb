import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasTestData, testData } from '../../../test/data.ts'
import { walkInputs } from '../../base/archive/index.ts'
import { AllclearError } from '../../base/errors.ts'
import { readSbom } from './read.ts'

const bytes = (value: unknown): Uint8Array =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))

/** Reads every document of a pack: how many were read, read in part, refused; anything but an `AllclearError` fails. */
async function readPack(path: string, accept: (name: string) => boolean) {
  const counts = { documents: 0, read: 0, partly: 0, refused: 0, packages: 0 }
  for await (const input of walkInputs([testData(path)], { accept })) {
    counts.documents++
    try {
      const document = readSbom(await input.read(), { source: input.source })
      counts.packages += document.packages.length
      if (document.leftOut.length > 0) counts.partly++
      else counts.read++
    } catch (error) {
      if (!(error instanceof AllclearError)) throw error
      counts.refused++
    }
  }
  return counts
}

const isDocument = (name: string): boolean => !name.endsWith('MANIFEST.tsv')

describe.skipIf(!hasTestData)('real documents (skipped where ALLCLEAR_TEST_DATA names no data)', () => {
  it.each([
    // Seven of the 868 files lie in folders whose names begin with a dot, which a walk over folders passes by.
    ['sboms/fixture-sboms.tar.zst', { documents: 861, refused: 5 }],
    ['sboms/bom-shelter-wild.zip', { documents: 52, refused: 0 }],
    ['sboms/guac-data.tar.zst', { documents: 94, refused: 0 }],
    ['sboms/bom-shelter-trivy-fleet.tar.zst', { documents: 1059, refused: 0, packages: 273_162 }],
  ])('%s', async (path, expected) => {
    expect(await readPack(path, isDocument)).toMatchObject(expected)
  })

  it('reads every valid document of the CycloneDX conformance suite from 1.2 to 1.7', async () => {
    const valid = (name: string): boolean => /(?:^|\/)valid-[^/]*-1\.[2-7]\.(?:json|xml)$/.test(name)
    const counts = await readPack('sboms/cyclonedx-conformance.zip', valid)
    expect(counts.documents).toBeGreaterThan(300)
    expect(counts.refused).toBe(0)
  })
})

describe('what tools hide', () => {
  const spdx = (packages: unknown[]) =>
    bytes({ spdxVersion: 'SPDX-2.2', SPDXID: 'SPDXRef-DOCUMENT', packages })

  it('finds the source of a Debian package in free text', () => {
    const document = readSbom(
      spdx([
        {
          SPDXID: 'SPDXRef-Package-1',
          name: 'libgcc-s1',
          versionInfo: '10.2.1-6',
          sourceInfo: 'built package from: gcc-10 10.2.1-6',
          externalRefs: [
            {
              referenceType: 'purl',
              referenceLocator: 'pkg:deb/debian/libgcc-s1@10.2.1-6?distro=debian-11.6',
            },
          ],
        },
      ]),
      { source: 'a.json' },
    )
    expect(document.packages).toMatchObject([
      {
        name: 'libgcc-s1',
        source: { name: 'gcc-10', version: '10.2.1-6' },
        distroQualifier: 'debian-11.6',
        locator: '/packages/0',
      },
    ])
    expect(document.distro).toMatchObject({ id: 'debian', versionId: '11.6', by: 'purl' })
  })

  it('takes the digest from attribution texts, the distribution from the system node, and keeps neither as a package', () => {
    const digest = `sha256:${'ab'.repeat(32)}`
    const document = readSbom(
      spdx([
        {
          SPDXID: 'SPDXRef-ContainerImage-1',
          name: 'shop/cart',
          attributionTexts: [`RepoDigest: shop/cart@${digest}`, `ImageID: sha256:${'cd'.repeat(32)}`],
        },
        { SPDXID: 'SPDXRef-OperatingSystem-1', name: 'alpine', versionInfo: '3.16.2' },
        { SPDXID: 'SPDXRef-Application-1', name: 'gobinary', sourceInfo: 'usr/bin/cart' },
        { SPDXID: 'SPDXRef-Package-1', name: 'busybox', versionInfo: '1.35.0-r17' },
      ]),
      { source: 'a.json' },
    )
    expect(document.subject).toMatchObject({ digests: [digest], imageId: `sha256:${'cd'.repeat(32)}` })
    expect(document.distro).toMatchObject({ id: 'alpine', versionId: '3.16.2', by: 'document' })
    expect(document.packages.map(({ name }) => name)).toEqual(['busybox'])
  })

  it.each([
    ['pkg:alpine/zlib@1.2.13-r0', 'apk', '1.2.13-r0'],
    ['pkg:rpm/centos/openssl-libs@1.1.1k-6.el8?epoch=1', 'rpm', '1:1.1.1k-6.el8'],
    ['pkg:none/xz-libs@5.2.2-1.el7?arch=x86_64', '', '5.2.2-1.el7'],
  ])('%s is %s %s', (purl, type, version) => {
    const document = readSbom(
      bytes({
        bomFormat: 'CycloneDX',
        specVersion: '1.4',
        components: [{ type: 'library', name: 'x', purl }],
      }),
      { source: 'a.json' },
    )
    expect(document.packages).toMatchObject([{ type, version }])
  })
})

describe('documents in which nothing was understood', () => {
  it.each([
    ['[]', 'sbom.not-understood'],
    ['{"hello": 1}', 'sbom.not-understood'],
    ['hello', 'sbom.not-understood'],
    ['', 'sbom.not-understood'],
    ['{"bomFormat":"CycloneDX","components":[{"type":"library"}]}', 'sbom.not-understood'],
    ['{"a":1,"a":2}', 'input.duplicate-key'],
    ['{"a":', 'input.not-json'],
    [`${'['.repeat(300)}${']'.repeat(300)}`, 'sbom.not-understood'],
    [`{"a":${'['.repeat(300)}${']'.repeat(300)}}`, 'input.too-deep'],
    ['<!DOCTYPE x [<!ENTITY a "b">]><bom/>', 'input.not-xml'],
    ['<bom><components>', 'input.not-xml'],
  ])('%s', (text, code) => {
    expect(() => readSbom(bytes(text), { source: 'a.json' })).toThrow(expect.objectContaining({ code }))
  })

  it('a valid document without packages is read, and says so', () => {
    const document = readSbom(bytes({ bomFormat: 'CycloneDX', specVersion: '1.6' }), { source: 'a.json' })
    expect(document).toMatchObject({ packages: [], leftOut: [{ reason: 'the document lists no packages' }] })
  })
})

describe('hostile shapes', () => {
  it('end in a document or in an error with a place, never in a defect', () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        fc.string(),
        fc.integer(),
        fc.constant(null),
        fc.boolean(),
        tie('list'),
        tie('object'),
      ),
      list: fc.array(tie('any'), { maxLength: 4 }),
      object: fc.dictionary(
        fc.constantFrom(
          'name',
          'version',
          'purl',
          'type',
          'components',
          'packages',
          'artifacts',
          'externalRefs',
          'metadata',
          'component',
          'properties',
          'SPDXID',
        ),
        tie('any'),
        { maxKeys: 5 },
      ),
    })).object
    const root = fc
      .tuple(
        fc.constantFrom(
          { bomFormat: 'CycloneDX' },
          { spdxVersion: 'SPDX-2.3' },
          { artifacts: [] },
          { '@graph': [] },
        ),
        value,
      )
      .map(([head, rest]) => ({ ...(rest as object), ...head }))
    fc.assert(
      fc.property(root, (json) => {
        try {
          readSbom(bytes(json), { source: 'x' })
        } catch (error) {
          expect(error).toBeInstanceOf(AllclearError)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('SPDX tag-value', () => {
  it.each(['\n', '\r\n', '\r'])('lines may end with %j', (end) => {
    const text = [
      'SPDXVersion: SPDX-2.2',
      'DocumentName: web',
      'PackageName: left-pad',
      'PackageVersion: 1.3.0',
      'ExternalRef: PACKAGE-MANAGER purl pkg:npm/left-pad@1.3.0',
      '',
    ].join(end)
    const document = readSbom(bytes(text), { source: 'a.spdx' })
    expect(document.specVersion).toBe('2.2')
    expect(document.packages).toMatchObject([{ purl: 'pkg:npm/left-pad@1.3.0', version: '1.3.0' }])
  })
})

describe('a subject of one long text', () => {
  it.each(['a/', '/', 'a:1/', 'a.'])('of %j is read in one go', (piece) => {
    const name = `a${piece.repeat(500_000)}`
    const document = {
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      metadata: { component: { type: 'container', name } },
      components: [{ type: 'library', name: 'b', version: '1' }],
    }
    expect(readSbom(bytes(document), { source: 'a.json' }).subject.references).toEqual([])
  })
})

describe('left out', () => {
  it('is shown with examples of bounded length', () => {
    const components = [
      { type: 'library', name: 'a', version: '1' },
      { type: 'library', name: 'b', purl: `pkg:npm/${'b'.repeat(65_536)}@1` },
    ]
    const { leftOut } = readSbom(bytes({ bomFormat: 'CycloneDX', specVersion: '1.6', components }), {
      source: 'a.json',
    })
    expect(leftOut).toHaveLength(1)
    expect(leftOut[0].examples[0].length).toBeLessThan(400)
  })
})
