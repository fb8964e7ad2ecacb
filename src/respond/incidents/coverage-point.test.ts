import { describe, expect, it } from 'vitest'
import type { FleetState } from '../../know/answers.ts'
import { coveragePoint } from './coverage-point.ts'
import type { CoveragePoint } from './state.ts'

const affected = 10_000
const fleet = (fixed: number): FleetState => {
  const of = (total: number) => ({ total, rows: [] })
  return {
    affected,
    fixed: of(fixed),
    vulnerable: of(affected - fixed),
    dormant: of(0),
    unknown: of(0),
    unseen: 0,
  } as unknown as FleetState
}

describe('coveragePoint', () => {
  it('draws a roll-out of 10,000 workloads with few points, from the first to the last', () => {
    const coverage: CoveragePoint[] = []
    // One workload every half second, five thousand seconds.
    for (let fixed = 0; fixed <= affected; fixed++) {
      const atMs = fixed * 500
      const point = coveragePoint({ coverage, status: 'open' }, fleet(fixed), atMs)
      if (point !== null) coverage.push({ atMs, ...point })
    }
    expect(coverage.length).toBeLessThan(700)
    expect(coverage[0].fixed).toBe(0)
    expect(coverage.at(-1)).toMatchObject({ fixed: affected, vulnerable: 0 })
  })

  it('never leaves for later that a workload is vulnerable again', () => {
    const done = { atMs: 0, affected, fixed: affected, vulnerable: 0, dormant: 0, unknown: 0, unseen: 0 }
    const coverage = Array.from({ length: 2_000 }, () => done)
    expect(coveragePoint({ coverage, status: 'clear' }, fleet(affected - 1), 1)).toMatchObject({
      vulnerable: 1,
    })
    expect(coveragePoint({ coverage, status: 'clear' }, fleet(affected), 1)).toBeNull()
    expect(coveragePoint({ coverage, status: 'closed' }, fleet(affected - 1), 1)).toBeNull()
  })
})
