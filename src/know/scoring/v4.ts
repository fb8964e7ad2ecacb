import { impactLevels, macroVectorScore } from './v4-macrovectors.ts'

/**
 * CVSS v4.0 (specification, section 8). A vector belongs to a MacroVector, whose score experts fixed; within it the score
 * sinks with the distance from the MacroVector's most severe vectors, towards the next lower MacroVector of each
 * equivalence set. All in whole numbers: the mean of the steps is a fraction of which the denominators are known.
 */

/** Places in `vectorForms['4.0']`. */
const at = { E: 11, CR: 12, MAV: 15 } as const

/** Which metrics beside the base count: all that are written, or only some groups (for the partial scores). */
export interface Counted {
  threat: boolean
  environment: boolean
}

/**
 * The score in tenths. Metrics that are not written, or of a group that is not counted, are at their most severe:
 * E is A(ttacked), requirements are high, modified metrics are the base metrics.
 */
export function scoreV4(values: Int8Array, counted: Counted): number {
  const effective = effectiveOf(values, counted)
  const [av, ac, at_, pr, ui, vc, vi, va, sc, si, sa, e, cr, ir, ar] = effective
  if (vc === 2 && vi === 2 && va === 2 && sc === 3 && si === 3 && sa === 3) return 0

  const { eq1, eq2, eq3, eq4, eq6 } = levelsOf(effective)
  // Where no impact is high, none is required highly: level 20 does not exist.
  const impact = eq3 === 2 ? impactLevels['21'] : eq3 * 2 + eq6
  const score = macroVectorScore(eq1, eq2, impact, eq4, e)
  const steps = new Steps(score)
  if (eq1 < 2) {
    const gone = distance([av, pr, ui], most.eq1[eq1])
    steps.add(macroVectorScore(eq1 + 1, eq2, impact, eq4, e), gone, depths.eq1[eq1])
  }
  if (eq2 < 1) {
    const gone = distance([ac, at_], most.eq2[eq2])
    steps.add(macroVectorScore(eq1, 1, impact, eq4, e), gone, depths.eq2[eq2])
  }
  const lower = lowerImpact(eq1, eq2, impact, eq4, e)
  if (lower >= 0) {
    const gone = distance([vc, vi, va, cr, ir, ar], most.impact[impact])
    steps.add(lower, gone, depths.impact[impact])
  }
  if (eq4 < 2) {
    const gone = distance([sc, si, sa], most.eq4[eq4])
    steps.add(macroVectorScore(eq1, eq2, impact, eq4 + 1, e), gone, depths.eq4[eq4])
  }
  // Within a level of EQ5 there is no distance; its step counts in the mean.
  if (e < 2) steps.add(macroVectorScore(eq1, eq2, impact, eq4, e + 1), 0, 1)
  return steps.score()
}

/**
 * The values that count, as distances from the worst: AV, AC, AT, PR, UI, VC, VI, VA, SC, SI, SA, E, CR, IR, AR. SC, SI and
 * SA begin with S(afety), which exists only as a modified value, and never for SC: H, L, N are 1, 2, 3.
 */
function effectiveOf(values: Int8Array, { threat, environment }: Counted): number[] {
  const effective: number[] = []
  for (let metric = 0; metric < 11; metric++) {
    const modified = environment ? values[at.MAV + metric] : -1
    const own = modified > 0 ? modified - 1 : values[metric]
    // MSI and MSA count Safety themselves; the other values of SC, SI and SA stand one behind it.
    effective.push(metric === 8 || (metric > 8 && modified <= 0) ? own + 1 : own)
  }
  effective.push(threat && values[at.E] > 0 ? values[at.E] - 1 : 0)
  for (let metric = at.CR; metric < at.CR + 3; metric++)
    effective.push(environment && values[metric] > 0 ? values[metric] - 1 : 0)
  return effective
}

export interface Levels {
  eq1: number
  eq2: number
  eq3: number
  eq4: number
  eq5: number
  eq6: number
}

/** The levels of the six equivalence sets (specification, tables 24 to 29); 0 is the most severe. */
export function levelsOf(effective: readonly number[]): Levels {
  const [av, ac, at_, pr, ui, vc, vi, va, sc, si, sa, e, cr, ir, ar] = effective
  return {
    eq1: av === 0 && pr === 0 && ui === 0 ? 0 : av !== 3 && (av === 0 || pr === 0 || ui === 0) ? 1 : 2,
    eq2: ac === 0 && at_ === 0 ? 0 : 1,
    eq3: vc === 0 && vi === 0 ? 0 : vc === 0 || vi === 0 || va === 0 ? 1 : 2,
    eq4: si === 0 || sa === 0 ? 0 : sc === 1 || si === 1 || sa === 1 ? 1 : 2,
    eq5: e,
    eq6: (cr === 0 && vc === 0) || (ir === 0 && vi === 0) || (ar === 0 && va === 0) ? 0 : 1,
  }
}

/** Next lower level of EQ3 and EQ6 together; from the top two ways lead down, of which the higher score counts. */
function lowerImpact(eq1: number, eq2: number, impact: number, eq4: number, e: number): number {
  const scoreAt = (level: number): number => macroVectorScore(eq1, eq2, level, eq4, e)
  switch (impact) {
    case impactLevels['00']:
      return Math.max(scoreAt(impactLevels['01']), scoreAt(impactLevels['10']))
    case impactLevels['01']:
    case impactLevels['10']:
      return scoreAt(impactLevels['11'])
    case impactLevels['11']:
      return scoreAt(impactLevels['21'])
    default:
      return -1
  }
}

/** Depths of the levels (specification, section 8.2): the largest distance that a vector can have. */
const depths = { eq1: [1, 4, 5], eq2: [1, 2], impact: [7, 6, 8, 8, 10], eq4: [6, 5, 4] } as const
/** A multiple of every depth, and of every number of steps. */
const depthsMultiple = 840
const countsMultiple = 60

/** Sums `drop × distance / depth` and subtracts the mean from the score. */
class Steps {
  readonly #score: number
  #sum = 0
  #count = 0

  constructor(score: number) {
    this.#score = score
  }

  add(lower: number, distanceGone: number, depth: number): void {
    this.#sum += (this.#score - lower) * distanceGone * (depthsMultiple / depth)
    this.#count++
  }

  score(): number {
    const whole = depthsMultiple * countsMultiple
    const mean = this.#count === 0 ? 0 : this.#sum * (countsMultiple / this.#count)
    const exact = this.#score * whole - mean
    // Halves upwards (section 8.2, step 5).
    return Math.min(Math.max(Math.floor((exact + whole / 2) / whole), 0), 100)
  }
}

/**
 * The most severe vectors of each level (specification, tables 24 to 30), as distances from the worst value of each
 * metric. EQ4 counts Safety as the worst.
 */
const most: Record<'eq1' | 'eq2' | 'impact' | 'eq4', readonly (readonly (readonly number[])[])[]> = {
  // AV, PR, UI
  eq1: [
    [[0, 0, 0]],
    [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
    [
      [3, 0, 0],
      [1, 1, 1],
    ],
  ],
  // AC, AT
  eq2: [
    [[0, 0]],
    [
      [1, 0],
      [0, 1],
    ],
  ],
  // VC, VI, VA, CR, IR, AR
  impact: [
    [[0, 0, 0, 0, 0, 0]],
    [
      [0, 0, 1, 1, 1, 0],
      [0, 0, 0, 1, 1, 1],
    ],
    [
      [1, 0, 0, 0, 0, 0],
      [0, 1, 0, 0, 0, 0],
    ],
    [
      [1, 0, 1, 0, 1, 0],
      [1, 0, 0, 0, 1, 1],
      [0, 1, 0, 1, 0, 1],
      [0, 1, 1, 1, 0, 0],
      [1, 1, 0, 0, 0, 1],
    ],
    [[1, 1, 1, 0, 0, 0]],
  ],
  // SC, SI, SA
  eq4: [[[1, 0, 0]], [[1, 1, 1]], [[2, 2, 2]]],
}

/** Steps from the first of the most severe vectors that is at least as severe in every metric. */
function distance(values: readonly number[], vectors: readonly (readonly number[])[]): number {
  for (const vector of vectors) {
    let sum = 0
    for (let index = 0; index < vector.length; index++) {
      const steps = values[index] - vector[index]
      if (steps < 0) {
        sum = -1
        break
      }
      sum += steps
    }
    if (sum >= 0) return sum
  }
  throw new Error('a vector is more severe than the most severe vectors of its level')
}
