import { describe, expect, it } from 'vitest'
import { hasTestData, testData } from '../../../test/data.ts'
import { cycloneDxProblem, spdxProblem } from '../../../test/sbom-schemas.ts'
import { walkInputs } from '../../base/archive/index.ts'
import { AllclearError } from '../../base/errors.ts'
import { readSbom } from './read.ts'
import type { SbomDocument, SbomPackage } from './types.ts'
import { writeSbom, type WritableSbom } from './write.ts'

const formats = ['cyclonedx-1.6', 'spdx-2.3'] as const

const input: WritableSbom = {
  name: 'registry.example/shop/cart:1',
  digest: `sha256:${'ab'.repeat(32)}`,
  distro: { id: 'debian', versionId: '12', by: 'document', locator: '' },
  createdAtMs: 1_700_000_000_000,
  tool: { name: 'allclear', version: '0' },
  packages: [
    {
      purl: 'pkg:deb/debian/libssl3@3.0.11-1?distro=debian-12',
      name: 'libssl3',
      version: '3.0.11-1',
      sourceName: 'openssl',
      sourceVersion: '',
    },
    {
      purl: 'pkg:npm/%40scope/x@1.0.0',
      name: '@scope/x',
      version: '1.0.0',
      sourceName: '',
      sourceVersion: '',
    },
    { purl: null, name: 'of no known kind', version: '', sourceName: '', sourceVersion: '' },
  ],
}

async function problemOf(format: (typeof formats)[number], document: Uint8Array): Promise<unknown> {
  return format === 'cyclonedx-1.6' ? cycloneDxProblem(document) : spdxProblem(document)
}

describe.each(formats)('written %s', (format) => {
  it('reads back to the same packages', () => {
    const document = readSbom(writeSbom(format, input), { source: 'written' })
    expect(document.packages.map(({ purl }) => purl)).toEqual(input.packages.map(({ purl }) => purl))
    expect(document.packages[0].source?.name).toBe('openssl')
    expect(document.packages[2]).toMatchObject({ type: '', name: 'of no known kind', version: null })
    expect(document.subject.digests).toEqual([input.digest])
    expect(document.distro).toMatchObject({ id: 'debian', versionId: '12' })
    expect(writeSbom(format, input)).toEqual(writeSbom(format, input))
  })

  it('is valid', async () => {
    expect(await problemOf(format, writeSbom(format, input))).toBeNull()
    expect(
      await problemOf(format, writeSbom(format, { ...input, digest: null, distro: null, packages: [] })),
    ).toBeNull()
  })
})

describe.skipIf(!hasTestData)(
  'real documents written anew (skipped where ALLCLEAR_TEST_DATA names no data)',
  () => {
    it.each([
      ['sboms/bom-shelter-wild.zip', 52],
      ['sboms/guac-data.tar.zst', 94],
      ['sboms/fixture-sboms.tar.zst', 856],
    ])('of %s are valid and lose no package', async (path, documents) => {
      let read = 0
      for await (const { source, read: open } of walkInputs([testData(path)], {
        accept: (name) => !name.endsWith('MANIFEST.tsv'),
      })) {
        const document = documentOf(await open(), source)
        if (document === null) continue
        read++
        for (const format of formats) {
          const written = writeSbom(format, writable(document))
          // The published schema's patterns take a second for each megabyte.
          if (written.length < 200_000) expect(await problemOf(format, written), source).toBeNull()
          const again = readSbom(written, { source })
          expect(identities(again), source).toEqual(identities(document))
        }
      }
      expect(read).toBe(documents)
    })
  },
)

/** `null` for what is refused, for reasons that the reader's own tests are about. */
function documentOf(bytes: Uint8Array, source: string): SbomDocument | null {
  try {
    return readSbom(bytes, { source })
  } catch (error) {
    if (error instanceof AllclearError) return null
    throw error
  }
}

function writable({ subject, distro, packages }: SbomDocument): WritableSbom {
  return {
    ...input,
    name: subject.name || 'unnamed',
    digest: subject.digests[0] ?? null,
    distro,
    packages: packages.map(({ purl, name, version, source }) => ({
      purl,
      name,
      version: version ?? '',
      sourceName: source?.name ?? '',
      sourceVersion: source?.version ?? '',
    })),
  }
}

/** What two documents must agree on: which packages there are, of which source. */
function identities({ packages }: SbomDocument): string[] {
  const of = ({ purl, name, version, source }: SbomPackage) =>
    `${purl ?? `${name} ${version ?? ''}`} from ${source?.name ?? ''}`
  return [...new Set(packages.map(of))].sort()
}
