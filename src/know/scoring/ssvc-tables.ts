import type { PointKey } from './ssvc-points.ts'

/** A decision table: what follows from the answers to its points. */
export interface DecisionTable {
  id: string
  title: string
  version: string
  points: readonly PointKey[]
  /** Outcomes from the least to the most urgent. */
  outcomes: readonly string[]
  /** An index of `outcomes` for every combination; the last point changes fastest, each from its first value. */
  rows: string
}

/** Points that follow from others (CERT/CC tables Human Impact, Utility and Public Safety Impact, each 1.0.0). */
export const derivedPoints: readonly (Omit<DecisionTable, 'title' | 'version' | 'outcomes'> & {
  id: PointKey
})[] = [
  { id: 'HI', points: ['SI', 'MI'], rows: '0013 0013 1223 3333' },
  { id: 'U', points: ['A', 'VD'], rows: '01 12' },
  { id: 'PSI', points: ['SI'], rows: '0111' },
]

/** The tables that a deployer, a supplier and a United States agency decide by. */
export const decisionTables: readonly DecisionTable[] = [
  {
    id: 'deployer',
    title: 'Deployer Patch Application Priority',
    version: '1.0.0',
    points: ['E', 'EXP', 'A', 'HI'],
    outcomes: ['defer', 'scheduled', 'out-of-cycle', 'immediate'],
    rows: '0011 0111 0111 1111 0111 1112 0111 1111 0111 1112 1112 1122 1122 1222 1122 2222 1223 2233',
  },
  {
    id: 'supplier',
    title: 'Supplier Patch Development Priority',
    version: '1.0.0',
    points: ['E', 'U', 'TI', 'PSI'],
    outcomes: ['defer', 'scheduled', 'out-of-cycle', 'immediate'],
    rows: '0112 1212 1222 1213 1323 2323 2323 2323 3333',
  },
  {
    id: 'cisa',
    title: 'CISA Coordinator',
    version: '2.0.3',
    points: ['E', 'A', 'TI', 'MWI'],
    outcomes: ['track', 'track*', 'attend', 'act'],
    rows: '000 001 002 002 001 012 002 012 002 023 223 233',
  },
  {
    id: 'bod-26-04',
    title: 'CISA BOD 26-04 Remediation Timelines',
    version: '1.0.0',
    points: ['KEV', 'PE', 'A', 'TI'],
    outcomes: ['fix on system upgrade', '60 days', '14 days', '3 days', '3 days & forensic investigation'],
    rows: '0011 1223 2224 2434',
  },
]
