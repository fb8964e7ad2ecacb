import { describe, expect, it } from 'vitest'
import { hasTestData, testData } from '../../../test/data.ts'
import { walkInputs } from '../../base/archive/index.ts'
import { decodeEntries, encodeStatement, entryOf, joinEntries } from './packed.ts'
import { moduleStreams } from './module-streams.ts'
import { parseOsv } from './osv.ts'
import type { AdvisoryRange } from './types.ts'

const fixedIn = (version: string): AdvisoryRange[] => [
  { type: 'ECOSYSTEM', events: [{ kind: 'fixed', version }] },
]
const modular = fixedIn('1:18.9.1-1.module_el8.7.0+3343+ea2b7901')

it.each([
  ['Important: nodejs:18 security update', modular, ['nodejs:18']],
  [
    'Moderate: python38:3.8 and python38-devel:3.8 security update',
    modular,
    ['python38:3.8', 'python38-devel:3.8'],
  ],
  ['llvm-toolset:rhel8 bug fix update', modular, ['llvm-toolset:rhel8']],
  ['Important: varnish security update', modular, []],
  ['Important: nodejs:18 security update', fixedIn('1:18.9.1-1.el9'), []],
])('%s', (title, ranges, streams) => expect(moduleStreams(title, ranges)).toEqual(streams))

it('are kept in the packed row', () => {
  const statement = { ranges: modular, versions: [], fixState: null, modules: ['a:1', 'a-devel:1'] }
  expect(decodeEntries(joinEntries([entryOf(7, encodeStatement(statement))]))).toMatchObject([
    { advisoryNo: 7, modules: ['a:1', 'a-devel:1'], fixState: null, versions: [] },
  ])
})

describe.skipIf(!hasTestData)('real errata (skipped where ALLCLEAR_TEST_DATA names no data)', () => {
  it('of modules name their streams, of others none', async () => {
    const counts = { modular: 0, named: 0 }
    for await (const { read } of walkInputs([testData('advisories/osv/AlmaLinux/all.zip')])) {
      const record = parseOsv(JSON.parse(Buffer.from(await read()).toString()))
      if (!record.ok) continue
      const builds = record.value.affected.filter(({ ranges }) => JSON.stringify(ranges).includes('.module'))
      if (builds.length > 0) counts.modular++
      if (record.value.affected.some(({ modules }) => modules.length > 0)) counts.named++
    }
    expect(counts).toEqual({ modular: 723, named: 708 })
  })
})
