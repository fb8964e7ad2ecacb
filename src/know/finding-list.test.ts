import { describe, expect, it } from 'vitest'
import type { Finding } from './answers.ts'
import { arrangeFindings } from './finding-list.ts'

const finding = (
  vulnerability: string,
  name: string,
  severity: Finding['severity'],
  kev = false,
): Finding => ({
  purl: `pkg:npm/${name}@1.0.0`,
  package: name,
  version: '1.0.0',
  ecosystem: 'npm',
  vulnerability,
  advisories: [vulnerability],
  aliases: [],
  severity,
  score: null,
  fixedIn: '',
  fixState: 'unknown',
  state: 'affected',
  decidedBy: '',
  kev,
  epss: null,
  summary: `${name} is at fault`,
  vex: null,
  locator: '',
})

const worstFirst = [
  finding('CVE-2021-0002', 'beta', 'critical'),
  finding('CVE-2021-0001', 'alpha', 'high', true),
  finding('CVE-2021-0003', 'Alpha-two', 'high'),
  finding('CVE-2021-0004', 'gamma', 'low'),
]
const ids = (query: Parameters<typeof arrangeFindings>[1]) =>
  arrangeFindings(worstFirst, query)
    .rows.map(({ vulnerability }) => vulnerability.slice(-1))
    .join('')

describe('findings are filtered, sorted and cut into windows', () => {
  it.each([
    [{}, '2134'],
    [{ sort: 'severity' }, '4132'],
    [{ sort: '-severity' }, '2134'],
    [{ sort: 'vulnerability' }, '1234'],
    [{ sort: '-package' }, '4213'],
    [{ sort: '-exploited' }, '1234'],
    [{ sort: 'nothing' }, '2134'],
    [{ severity: 'high' as const }, '13'],
    [{ q: 'ALPHA' }, '13'],
    [{ q: 'cve-2021-0004' }, '4'],
    [{ limit: 2, offset: 1 }, '13'],
    [{ limit: 2, offset: 3 }, '4'],
  ])('%o gives %s', (query, expected) => expect(ids(query)).toBe(expected))

  it('the total is the length of the whole list, before the window', () => {
    expect(arrangeFindings(worstFirst, { severity: 'high', limit: 1 }).total).toBe(2)
  })
})
