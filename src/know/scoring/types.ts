import type { Severity } from '../advisories/types.ts'

export type CvssVersion = '2.0' | '3.0' | '3.1' | '4.0'

/** `temporal` is called `threat` in version 4.0; `supplemental` metrics never change a score. */
export type MetricGroup = 'base' | 'temporal' | 'environmental' | 'supplemental'

/** A vector that its version's specification accepts. */
export interface CvssVector {
  version: CvssVersion
  /** For each metric of the version, in the specification's order: the index of its value, -1 when it is not written. */
  values: Int8Array
}

/** Why a text is no vector, and where: `position` counts characters from 1. */
export interface VectorProblem {
  reason: string
  position: number
}

/** Scores are 0.0 to 10.0 in steps of 0.1. */
export interface CvssScores {
  version: CvssVersion
  /** Of everything that the vector says: the narrowest of the scores below. */
  score: number
  severity: Severity
  base: number
  /** Of base and temporal metrics (4.0: base and threat); `null` in version 2.0 when no such metric is written. */
  temporal: number | null
  /** Of base, temporal and environmental metrics (4.0: base and environmental); `null` as above. */
  environmental: number | null
  /** `CVSS-B`, `CVSS-BT`, `CVSS-BE`, `CVSS-BTE` (version 4.0, section 1.3); `null` for the other versions. */
  nomenclature: string | null
}
