/**
 * CVSS v3.0 and v3.1 (specifications, section 7 and 8) in whole numbers. The equations differ in two places: how scores
 * round up, and the impact of a changed scope in environmental scores.
 */

/** In the order of `vectorForms['3.1']`; hundredths. */
const attackVector = [85, 62, 55, 20]
const attackComplexity = [77, 44]
const privileges = [
  [85, 62, 27],
  [85, 68, 50],
]
const interaction = [85, 62]
const impact = [56, 22, 0]
const codeMaturity = [100, 100, 97, 94, 91]
const remediationLevel = [100, 100, 97, 96, 95]
const reportConfidence = [100, 100, 96, 92]
/** Tenths: X, high, medium, low. */
const requirement = [10, 15, 10, 5]

const base = { AV: 0, AC: 1, PR: 2, UI: 3, S: 4, C: 5, I: 6, A: 7 } as const
const temporal = { E: 8, RL: 9, RC: 10 } as const
const environmental = { CR: 11, IR: 12, AR: 13, MAV: 14 } as const

export type MinorVersion = 0 | 1

export interface TenthsV3 {
  base: number
  temporal: number
  environmental: number
}

/** Scores in tenths. Metrics that are not written count as not defined. */
export function scoreV3(values: Int8Array, minor: MinorVersion): TenthsV3 {
  const baseScore = baseOf(values, minor)
  return {
    base: baseScore,
    temporal: withTemporal(values, baseScore, minor),
    environmental: withTemporal(values, modifiedOf(values, minor), minor),
  }
}

const bases = [new Int8Array(2592).fill(-1), new Int8Array(2592).fill(-1)]

function baseOf(values: Int8Array, minor: MinorVersion): number {
  const key = keyOf(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7])
  const known = bases[minor]
  if (known[key] < 0) {
    const scope = values[base.S]
    // Impact sub-score: what is not left unharmed, in 10^-6.
    const left = [base.C, base.I, base.A].reduce(
      (product, metric) => product * (100 - impact[values[metric]]),
      1,
    )
    const harmed = BigInt(1_000_000 - left)
    const score =
      scope === 0
        ? fraction(642n * harmed, 8)
        : subtract(
            fraction(752n * (harmed - 29_000n), 8),
            fraction(325n * (harmed - 20_000n) ** 15n, 2 + 15 * 6),
          )
    known[key] = scoreOf(
      score,
      exploitabilityOf(values[0], values[1], values[2], values[3], scope),
      scope,
      minor,
    )
  }
  return known[key]
}

const modified = [new Int8Array(2592 * 27).fill(-1), new Int8Array(2592 * 27).fill(-1)]

/** The environmental score before temporal metrics: each modified metric in place of its base metric. */
function modifiedOf(values: Int8Array, minor: MinorVersion): number {
  const metric = (index: number): number => {
    const changed = values[environmental.MAV + index]
    return changed > 0 ? changed - 1 : values[index]
  }
  const [vector, complexity, privilege, user, scope, c, i, a] = [0, 1, 2, 3, 4, 5, 6, 7].map(metric)
  const required = [environmental.CR, environmental.IR, environmental.AR].map((at) => Math.max(values[at], 0))
  // Not defined and medium weigh the same.
  const requirementKey = required.reduce((key, value) => key * 3 + (value === 0 ? 1 : value - 1), 0)
  const key = keyOf(vector, complexity, privilege, user, scope, c, i, a) * 27 + requirementKey
  const known = modified[minor]
  if (known[key] < 0) {
    const left = [c, i, a].reduce(
      (product, value, at) => product * (1000 - requirement[required[at]] * impact[value]),
      1,
    )
    // MISS = min(1 - …, 0.915), in 10^-9.
    const harmed = BigInt(Math.min(1_000_000_000 - left, 915_000_000))
    const steep =
      minor === 0
        ? fraction(325n * (harmed - 20_000_000n) ** 15n, 2 + 15 * 9)
        : fraction(325n * (harmed * 9731n - 2n * 10n ** 11n) ** 13n, 2 + 13 * 13)
    const score =
      scope === 0 ? fraction(642n * harmed, 11) : subtract(fraction(752n * (harmed - 29_000_000n), 11), steep)
    known[key] = scoreOf(score, exploitabilityOf(vector, complexity, privilege, user, scope), scope, minor)
  }
  return known[key]
}

function keyOf(
  vector: number,
  complexity: number,
  privilege: number,
  user: number,
  scope: number,
  c: number,
  i: number,
  a: number,
): number {
  return ((((((vector * 2 + complexity) * 3 + privilege) * 2 + user) * 2 + scope) * 3 + c) * 3 + i) * 3 + a
}

/** A decimal fraction: `numerator / 10^places`. */
interface Fraction {
  numerator: bigint
  places: number
}

function fraction(numerator: bigint, places: number): Fraction {
  return { numerator, places }
}

function subtract(a: Fraction, b: Fraction): Fraction {
  const places = Math.max(a.places, b.places)
  return {
    numerator:
      a.numerator * 10n ** BigInt(places - a.places) - b.numerator * 10n ** BigInt(places - b.places),
    places,
  }
}

/** 8.22 × AttackVector × AttackComplexity × PrivilegesRequired × UserInteraction, in 10^-10. */
function exploitabilityOf(
  vector: number,
  complexity: number,
  privilege: number,
  user: number,
  scope: number,
): Fraction {
  return fraction(
    822n *
      BigInt(
        attackVector[vector] *
          attackComplexity[complexity] *
          privileges[scope][privilege] *
          interaction[user],
      ),
    10,
  )
}

/** Zero without impact, else the sum of both parts, a changed scope weighing 1.08, at most 10, rounded up. */
function scoreOf(
  impactScore: Fraction,
  exploitability: Fraction,
  scope: number,
  minor: MinorVersion,
): number {
  if (impactScore.numerator <= 0n) return 0
  const sum = subtract(impactScore, fraction(-exploitability.numerator, exploitability.places))
  const weighed = scope === 0 ? sum : fraction(108n * sum.numerator, sum.places + 2)
  const one = 10n ** BigInt(weighed.places)
  if (weighed.numerator >= 10n * one) return 100
  if (minor === 0) return Number((weighed.numerator * 10n + one - 1n) / one)
  // 3.1, appendix A: the nearest hundred-thousandth first, then up to the tenth.
  return roundUpHundredThousandths(Number((weighed.numerator * 200_000n + one) / (2n * one)))
}

function roundUpHundredThousandths(value: number): number {
  return Math.ceil(value / 10_000)
}

/** Tenths × three factors in hundredths, rounded up to the tenth; below 2^53 throughout. */
function withTemporal(values: Int8Array, score: number, minor: MinorVersion): number {
  const product =
    score *
    codeMaturity[Math.max(values[temporal.E], 0)] *
    remediationLevel[Math.max(values[temporal.RL], 0)] *
    reportConfidence[Math.max(values[temporal.RC], 0)]
  return minor === 0
    ? Math.ceil(product / 1_000_000)
    : roundUpHundredThousandths(Math.floor((product + 50) / 100))
}
