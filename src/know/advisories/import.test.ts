import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasTestData, testData } from '../../../test/data.ts'
import { walkInputs } from '../../base/archive/index.ts'
import { fixedClock } from '../../base/clock.ts'
import { openStore, type Store } from '../../base/store/index.ts'
import { liveThreads, openWorkPool } from '../../base/work/index.ts'
import type { Input } from '../knowledge.ts'
import { loadPackageEntries, rawRecord, recordsOfVulnerability } from './index.ts'
import { importAdvisories, importFacts } from './records/index.ts'

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

  it('of two in one import takes the later, and where that does not tell the first', async () => {
    const run = async (...list: object[]) =>
      (await importAdvisories(store, records(...list), { clock })).report
    const untold = { modified: '0001-01-01T00:00:00Z' }
    expect(await run(advisory('A-1', '1.0.0', untold), advisory('A-1', '2.0.0', untold))).toMatchObject({
      added: 1,
      unchanged: 1,
    })
    expect(await fixes()).toEqual(['1.0.0'])
    expect(
      await run(
        advisory('A-1', '1.0.0', untold),
        advisory('A-1', '3.0.0', { modified: '2026-05-01T00:00:00Z' }),
        advisory('A-1', '4.0.0', untold),
      ),
    ).toMatchObject({ changed: 0, unchanged: 3 })
    // Another import may replace what the first one brought.
    expect(await run(advisory('A-1', '2.0.0', untold))).toMatchObject({ changed: 1 })
    expect(await fixes()).toEqual(['2.0.0'])
    expect(
      await run(
        advisory('B-1', '1.0.0', { modified: '2026-01-01T00:00:00Z' }),
        advisory('B-1', '5.0.0', { modified: '2026-05-01T00:00:00Z' }),
      ),
    ).toMatchObject({ added: 1, changed: 1 })
    expect(await fixes()).toEqual(['2.0.0', '5.0.0'])
  })

  it('reads in threads what it reads in place', async () => {
    const list = Array.from({ length: 3_000 }, (_, at) =>
      advisory(`A-${at}`, `1.${at}.0`, { details: 'x'.repeat(700) }),
    )
    const work = openWorkPool()
    const other = await openStore({ clock })
    try {
      const dump = (of: Store) => [
        of.sync!.prepare('select * from advisory order by no').all(),
        of.sync!.prepare('select * from advisory_link order by 1, 2').all(),
        of.sync!.prepare('select * from advisory_package order by 1, 2').all(),
        of.sync!.prepare('select * from feed order by 1').all(),
      ]
      const there = await importAdvisories(store, records(...list, { nothing: 1 }), { clock, work })
      expect(liveThreads()).toBeGreaterThan(0)
      const here = await importAdvisories(other, records(...list, { nothing: 1 }), { clock })
      expect(there).toEqual(here)
      expect(there.report).toMatchObject({ added: 3_000, refusedTotal: 1 })
      expect(dump(store)).toEqual(dump(other))
    } finally {
      await work.close()
      await other.close()
    }
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

  it('an older snapshot beside the export undoes nothing, in whatever import it comes', async () => {
    const work = openWorkPool()
    try {
      const run = async () =>
        (await importAdvisories(store, walkInputs([testData('advisories/osv/Go')]), { clock, work })).report
      // By name `all.zip` comes first. The records that differ name no usable time: year 1.
      expect(await run()).toMatchObject({ added: 4291, changed: 0, unchanged: 3786, refusedTotal: 0 })
      expect(await rawRecord(store, 'GO-2026-4761')).toEqual(await newest('GO-2026-4761'))
      expect(await run()).toMatchObject({ added: 0, changed: 0, unchanged: 8077 })
      expect(await rawRecord(store, 'GO-2026-4761')).toEqual(await newest('GO-2026-4761'))
    } finally {
      await work.close()
    }
    async function newest(id: string): Promise<unknown> {
      for await (const input of walkInputs([testData('advisories/osv/Go/all.zip')]))
        if (input.source.endsWith(`${id}.json`))
          return JSON.parse(Buffer.from(await input.read()).toString()) as unknown
      throw new Error(`the export has no ${id}`)
    }
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
