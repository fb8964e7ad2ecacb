import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareCases, decide, type VulnerabilityCase, type WorkloadCase } from './decide.ts'
import { proposeScore } from './environment.ts'
import { changesOf, reasonsOf, sentenceOfReasons } from './explain.ts'

const log4shell: VulnerabilityCase = {
  kev: true,
  ssvc: { exploitation: 'active', automatable: 'yes', technicalImpact: 'total' },
  score: 10,
  epss: 0.94,
}
const quiet: VulnerabilityCase = {
  kev: false,
  ssvc: { exploitation: 'none', automatable: 'no', technicalImpact: 'partial' },
  score: 5.3,
  epss: 0.001,
}
const inside: WorkloadCase = { reach: 'cluster', privilege: 'normal', criticality: null }

const workloads = fc.record<WorkloadCase>({
  reach: fc.constantFrom('internet', 'network', 'cluster', 'isolated', 'unknown'),
  privilege: fc.constantFrom('cluster-admin', 'node', 'elevated', 'normal', 'unknown'),
  criticality: fc.constantFrom('critical', 'high', 'medium', 'low', null),
})
const vulnerabilities = fc.record<VulnerabilityCase>({
  kev: fc.constantFrom(true, false, null),
  ssvc: fc.option(
    fc.record({
      exploitation: fc.constantFrom('none', 'poc', 'active'),
      automatable: fc.constantFrom('yes', 'no'),
      technicalImpact: fc.constantFrom('total', 'partial'),
    }),
  ),
  score: fc.option(fc.integer({ min: 0, max: 100 }).map((tenths) => tenths / 10)),
  epss: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
})

describe('the order', () => {
  it.each<[string, WorkloadCase, VulnerabilityCase, string, string]>([
    [
      'exploited and open',
      { ...inside, reach: 'internet' },
      log4shell,
      '3 days & forensic investigation',
      'immediate',
    ],
    ['exploited inside', inside, log4shell, '3 days & forensic investigation', 'out-of-cycle'],
    ['quiet and open', { ...inside, reach: 'internet' }, quiet, '60 days', 'scheduled'],
    ['quiet and inside', inside, quiet, 'fix on system upgrade', 'scheduled'],
    [
      'quiet and shut',
      { ...inside, reach: 'isolated', criticality: 'low' },
      quiet,
      'fix on system upgrade',
      'defer',
    ],
  ])('%s', (_, workload, vulnerability, deadline, priority) => {
    const decided = decide(workload, vulnerability)
    expect(decided.deadline.between.at(-1)).toBe(deadline)
    expect(decided.priority.between.at(-1)).toBe(priority)
  })

  it('is total and the same for the same facts', () => {
    fc.assert(
      fc.property(workloads, vulnerabilities, workloads, vulnerabilities, (a, x, b, y) => {
        const [one, other] = [decide(a, x), decide(b, y)]
        expect(Math.sign(compareCases(one, other))).toBe(-Math.sign(compareCases(other, one)) + 0)
        expect(compareCases(one, decide(a, x))).toBe(0)
      }),
    )
  })

  it('what is not known never lowers a rank: any answer would leave it there or later, but the worst', () => {
    fc.assert(
      fc.property(workloads, vulnerabilities, (workload, vulnerability) => {
        const unknownReach = decide({ ...workload, reach: 'unknown' }, vulnerability)
        for (const reach of ['network', 'cluster', 'isolated'] as const)
          expect(
            compareCases(unknownReach, decide({ ...workload, reach }, vulnerability)),
          ).toBeLessThanOrEqual(0)
        const unknownRights = decide({ ...workload, privilege: 'unknown' }, vulnerability)
        for (const privilege of ['node', 'elevated', 'normal'] as const)
          expect(
            compareCases(unknownRights, decide({ ...workload, privilege }, vulnerability)),
          ).toBeLessThanOrEqual(0)
        const notInKev = decide(workload, { ...vulnerability, kev: false })
        expect(compareCases(decide(workload, { ...vulnerability, kev: null }), notInKev)).toBeLessThanOrEqual(
          0,
        )
        const undeclared = decide({ ...workload, criticality: null }, vulnerability)
        for (const criticality of ['high', 'medium', 'low'] as const)
          expect(
            compareCases(undeclared, decide({ ...workload, criticality }, vulnerability)),
          ).toBeLessThanOrEqual(0)
      }),
    )
  })

  it('what is known to be the worst goes before what may be', () => {
    const known = decide({ ...inside, reach: 'internet' }, log4shell)
    const unknown = decide({ ...inside, reach: 'unknown' }, log4shell)
    expect(compareCases(known, unknown)).toBeLessThan(0)
  })
})

describe('the score in its place', () => {
  const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'

  it('is proposed from reach, privileges and what was declared, each with its reason', () => {
    expect(
      proposeScore(vector, { reach: 'cluster', privilege: 'node', criticality: 'low' }, 'cards'),
    ).toMatchObject({
      base: 9.8,
      score: 9.7,
      metrics: [
        { metric: 'MAV:A' },
        { metric: 'MS:C', reason: 'whoever runs code in it can take over a node' },
        { metric: 'IR:L', reason: 'declared criticality is low' },
        { metric: 'AR:L' },
        { metric: 'CR:H', reason: 'declared data: cards' },
      ],
    })
  })

  it('proposes nothing from what is not known', () => {
    expect(proposeScore(vector, { reach: 'unknown', privilege: 'unknown', criticality: null }, null)).toBe(
      null,
    )
    expect(proposeScore('no vector', inside, null)).toBe(null)
    expect(proposeScore(null, inside, null)).toBe(null)
  })

  it('4.0 says what an attacker reaches next; 2.0 has requirements only', () => {
    const v4 = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N'
    const node: WorkloadCase = { reach: 'internet', privilege: 'cluster-admin', criticality: null }
    expect(proposeScore(v4, node, null)).toMatchObject({ base: 9.3, score: 10 })
    expect(
      proposeScore('AV:N/AC:L/Au:N/C:P/I:P/A:P', { ...inside, criticality: 'high' }, null)?.vector,
    ).toContain('IR:H/AR:H')
  })
})

describe('the reasons', () => {
  const workload: WorkloadCase = { reach: 'internet', privilege: 'elevated', criticality: null }
  const vulnerability = { ...log4shell, id: 'CVE-2021-44228', severity: 'critical' }
  const explained = {
    facts: {
      ...workload,
      reachReasons: ['reachable from the internet through Ingress shop/web'],
      privilegeReasons: ['can read secrets in 12 namespaces as shop/web'],
      data: null,
      unknown: [],
    },
    workload,
    vulnerability,
    own: decide(workload, vulnerability),
    pods: 80,
    nodes: 40,
    fixedIn: '2.17.1',
    findings: 3,
  }

  it('are one line that a person can act on', () => {
    expect(sentenceOfReasons(reasonsOf(explained), workload)).toBe(
      'reachable from the internet through Ingress shop/web; can read secrets in 12 namespaces as shop/web; on 40 nodes; in KEV; fixed in 2.17.1',
    )
  })

  it('say what would change the rank', () => {
    expect(changesOf(explained)).toContainEqual({
      fact: 'its ways in from outside are closed',
      effect: 'priority out-of-cycle instead of immediate',
    })
    const unexploited = { ...vulnerability, ...quiet }
    expect(
      changesOf({ ...explained, vulnerability: unexploited, own: decide(workload, unexploited) }),
    ).toContainEqual({ fact: 'it is added to KEV', effect: 'fix in 14 days instead of fix in 60 days' })
  })
})
