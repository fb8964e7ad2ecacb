import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { cycloneDxProblem, spdxProblem } from '../../../test/sbom-schemas.ts'
import { walkInputs } from '../../base/archive/index.ts'
import { openBlobs } from '../../base/blobs.ts'
import { fixedClock } from '../../base/clock.ts'
import { openStore, type Store } from '../../base/store/index.ts'
import { documentsOf, findImages, packageVersionsOf } from '../catalog/index.ts'
import { openKnowledge } from '../index.ts'
import type { Knowledge } from '../knowledge.ts'
import { packageKeyOf } from '../matching/index.ts'
import { readSbom } from '../sbom/index.ts'

let directory: string
let store: Store
let knowledge: Knowledge

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'allclear-written-'))
  const clock = fixedClock(Date.UTC(2026, 10, 18))
  store = await openStore({ clock })
  knowledge = await openKnowledge({
    store,
    blobs: await openBlobs(join(directory, 'blobs')),
    clock,
    dataDirectory: directory,
    example: false,
  })
  await knowledge.importSboms(walkInputs([join(import.meta.dirname, '../../../examples/sboms')], {}), {})
})
afterAll(async () => {
  await knowledge.close()
  await store.close()
  rmSync(directory, { recursive: true })
})

it.each([
  ['cyclonedx-1.6', cycloneDxProblem],
  ['spdx-2.3', spdxProblem],
] as const)(
  '%s of every image of the example fleet is valid and keeps what is matched',
  async (format, problemOf) => {
    const { rows } = await knowledge.images({})
    expect(rows.length).toBeGreaterThan(10)
    for (const { id, reference } of rows) {
      const written = await knowledge.writeSbom(id, format)
      expect(await problemOf(written), reference).toBeNull()
      const { packages, distro } = readSbom(written, { source: reference })
      const keys = packages.map((found) => JSON.stringify(packageKeyOf(found, distro)))
      expect(keys.sort(), reference).toEqual(await keysOf(id))
    }
  },
)

/** What the store has of an image, each as text. */
async function keysOf(id: string): Promise<string[]> {
  const [{ no }] = await findImages(store, id)
  const numbers = (await documentsOf(store, no)).flatMap(({ contents }) => [...contents])
  return [...(await packageVersionsOf(store, new Set(numbers))).values()]
    .map(({ key }) => JSON.stringify(key))
    .sort()
}
