import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasTestData, testData } from '../../../test/data.ts'
import { walkInputs } from '../../base/archive/index.ts'
import { fixedClock } from '../../base/clock.ts'
import { openStore, type Store } from '../../base/store/index.ts'
import type { Input } from '../knowledge.ts'
import {
  importAdvisories,
  importFacts,
  loadPackageEntries,
  rawRecord,
  recordsOfVulnerability,
} from './index.ts'

let store: Store
const clock = fixedClock(1_790_000_000_000)
beforeEach(async () => {
  store = await openStore({ clock })
})
afterEach(() => store.close())

function records(...list: object[]): AsyncIterable<Input> {
  return (async function* () {
    for (const [at, record] of list.entries()) {
      const bytes = Buffer.from(JSON.stringify(record))
      yield { source: `record ${at}`, sizeBytes: bytes.length, read: async () => bytes }
    }
  })()
}

function advisory(id: string, fixed: string, extra: object = {}) {
  return {
    id,
    modified: '2026-01-01T00:00:00Z',
    affected: [
      {
        package: { ecosystem: 'npm', name: 'left-pad' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed }] }],
      },
    ],
    ...extra,
  }
}

async function fixes(): Promise<string[]> {
  const entries = (await loadPackageEntries(store, 'npm', ['left-pad'])).get('left-pad') ?? []
  return entries.map(({ ranges }) => ranges[0].events[1].version).sort()
}

describe('importing records', () => {
  it('adds, leaves what is the same, changes what is newer, and never goes back', async () => {
    const run = async (...list: object[]) =>
      (await importAdvisories(store, records(...list), { clock })).report
    expect(await run(advisory('A-1', '1.0.0'), advisory('A-2', '2.0.0'))).toMatchObject({
      added: 2,
      changed: 0,
      unchanged: 0,
    })
    expect(await run(advisory('A-1', '1.0.0'))).toMatchObject({ added: 0, changed: 0, unchanged: 1 })
    expect(await run(advisory('A-1', '1.5.0', { modified: '2026-02-01T00:00:00Z' }))).toMatchObject({
      added: 0,
      changed: 1,
    })
    expect(await fixes()).toEqual(['1.5.0', '2.0.0'])
    expect(await run(advisory('A-1', '0.1.0', { modified: '2025-01-01T00:00:00Z' }))).toMatchObject({
      changed: 0,
      unchanged: 1,
    })
    expect(await fixes()).toEqual(['1.5.0', '2.0.0'])
  })

  it('keeps a withdrawn record readable and takes its ranges away', async () => {
    await importAdvisories(store, records(advisory('A-1', '1.0.0')), { clock })
    await importAdvisories(
      store,
      records(
        advisory('A-1', '1.0.0', { modified: '2026-03-01T00:00:00Z', withdrawn: '2026-03-01T00:00:00Z' }),
      ),
      { clock },
    )
    expect(await fixes()).toEqual([])
    expect(await rawRecord(store, 'A-1')).toMatchObject({ withdrawn: '2026-03-01T00:00:00Z' })
  })

  it('names a refused record and goes on', async () => {
    const { report } = await importAdvisories(store, records({ nothing: 1 }, advisory('A-1', '1.0.0')), {
      clock,
    })
    expect(report).toMatchObject({
      added: 1,
      refusedTotal: 1,
      refused: [{ source: 'record 0', code: 'advisory.invalid' }],
    })
  })

  it('ends with cyclic aliases and finds every record through them', async () => {
    await importAdvisories(
      store,
      records(
        advisory('A-1', '1.0.0', { aliases: ['B-1'] }),
        advisory('B-1', '1.0.0', { aliases: ['C-1'] }),
        advisory('C-1', '1.0.0', { aliases: ['A-1'] }),
        advisory('D-1', '1.0.0', { related: ['A-1'] }),
      ),
      { clock },
    )
    const { ids, records: found } = await recordsOfVulnerability(store, 'B-1')
    expect([...ids].sort()).toEqual(['A-1', 'B-1', 'C-1'])
    expect(found.map(({ relation }) => relation).sort()).toEqual(['alias', 'related', 'self', 'self'].sort())
  })
})

describe.skipIf(!hasTestData)('real exports (skipped where ALLCLEAR_TEST_DATA names no data)', () => {
  it('the two snapshots of the Go database differ by 505 new and 16 changed records', async () => {
    const folder = 'advisories/osv/Go'
    const before = await importAdvisories(
      store,
      walkInputs([testData(`${folder}/previous-2026-06-30.zip`)]),
      { clock },
    )
    expect(before.report).toMatchObject({ added: 3786, refusedTotal: 0 })
    const after = await importAdvisories(store, walkInputs([testData(`${folder}/all.zip`)]), { clock })
    expect(after.report).toMatchObject({ added: 505, changed: 16, unchanged: 3770, refusedTotal: 0 })
  })

  it('reads records of every ecosystem that scanners test with', async () => {
    const { report } = await importAdvisories(
      store,
      walkInputs([testData('advisories/osv-fixture-records.zip')], {
        accept: (name) => name.endsWith('.json'),
      }),
      { clock },
    )
    expect(report.refusedTotal).toBe(0)
    expect(report.added).toBeGreaterThan(580)
  })

  it('KEV, EPSS, SSVC and VEX', async () => {
    const facts = async (kind: 'kev' | 'epss' | 'ssvc' | 'vex', path: string, ending: string) =>
      importFacts(store, kind, walkInputs([testData(path)], { accept: (name) => name.endsWith(ending) }), {
        clock,
      })
    expect(await facts('kev', 'advisories/kev/cisa-kev-2025-08.zip', 'vulnerabilities.json')).toMatchObject({
      refusedTotal: 0,
    })
    expect((await facts('ssvc', 'advisories/vulnrichment/ssvc-all.tsv.gz', '')).added).toBeGreaterThan(40_000)
    const hub = await facts('vex', 'vex/rancher-vexhub.zip', '.json')
    expect(hub.added).toBeGreaterThan(1_000)
    const kev = await store.prepare<{ n: number }>('select count(*) as n from kev').get()
    expect(kev?.n).toBeGreaterThan(1_300)
  })
})
