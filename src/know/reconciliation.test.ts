import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openBlobs } from '../base/blobs.ts'
import { fixedClock } from '../base/clock.ts'
import { openStore, type Store } from '../base/store/index.ts'
import type { CveAnswer } from './answers.ts'
import { openKnowledge } from './index.ts'
import type { Knowledge } from './knowledge.ts'

let folder: string
let store: Store
let knowledge: Knowledge
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'allclear-reconciliation-'))
  const clock = fixedClock(1_790_000_000_000)
  store = await openStore({ clock })
  const blobs = await openBlobs(join(folder, 'blobs'))
  knowledge = await openKnowledge({ store, blobs, clock, dataDirectory: folder, example: false })
  await knowledge.addProvisional(
    {
      id: 'CVE-2026-1',
      package: 'pkg:npm/left-pad',
      range: '>=1.0.0 <1.4.2',
      title: 'typed',
      severity: 'high',
    },
    'somebody',
  )
})
afterEach(async () => {
  await knowledge.close()
  await store.close()
  rmSync(folder, { recursive: true })
})

const entry = (introduced: string, fixed: string, name = 'left-pad') => ({
  package: { ecosystem: 'npm', name },
  ranges: [{ type: 'SEMVER', events: [{ introduced }, { fixed }] }],
})

async function publish(affected: unknown[], severity = 'HIGH'): Promise<CveAnswer['reconciliation']> {
  const bytes = Buffer.from(
    JSON.stringify({
      id: 'GHSA-aaaa-bbbb-cccc',
      aliases: ['CVE-2026-1'],
      modified: '2026-01-01T00:00:00Z',
      affected,
      database_specific: { severity },
    }),
  )
  await knowledge.importAdvisories(
    (async function* () {
      yield { source: 'record.json', sizeBytes: bytes.length, read: async () => bytes }
    })(),
    {},
  )
  return ((await knowledge.cve('CVE-2026-1', {})) as CveAnswer).reconciliation
}

it('nothing is said before a feed has a record', async () => {
  expect(((await knowledge.cve('CVE-2026-1', {})) as CveAnswer).reconciliation).toBeNull()
})

it('a record that says the same is named as such', async () => {
  expect(await publish([entry('1.0.0', '1.4.2')])).toEqual({
    provisional: 'AC-CVE-2026-1',
    record: 'GHSA-aaaa-bbbb-cccc',
    same: true,
    differences: [],
  })
})

it.each([
  [[entry('1.0.0', '1.4.3')], 'npm left-pad: >= 1.0.0, < 1.4.2 typed, >= 1.0.0, < 1.4.3 published'],
  [
    [entry('0', '0.9.1'), entry('1.0.0', '1.4.2')],
    'npm left-pad: >= 1.0.0, < 1.4.2 typed, < 0.9.1 or >= 1.0.0, < 1.4.2 published',
  ],
  [[entry('1.0.0', '1.4.2'), entry('0', '2.0.0', 'right-pad')], 'npm right-pad: published, but not typed'],
  [[entry('0', '2.0.0', 'right-pad')], 'npm left-pad: typed, but not published'],
])('%j differs', async (affected, difference) => {
  const reconciliation = await publish(affected)
  expect(reconciliation?.same).toBe(false)
  expect(reconciliation?.differences).toContain(difference)
})

it('a record of another severity differs', async () => {
  expect((await publish([entry('1.0.0', '1.4.2')], 'CRITICAL'))?.differences).toEqual([
    'severity: high typed, critical published',
  ])
})
