/**
 * CVSS v2.0 (guide, section 3.2) in whole numbers: metric values are thousandths or hundredths, scores tenths. The guide
 * rounds each of its equations to one decimal, halves upwards.
 */

/** In the order of `vectorForms['2.0']`. */
const accessVector = [395, 646, 1000]
const accessComplexity = [35, 61, 71]
const authentication = [450, 560, 704]
const impact = [0, 275, 660]
const exploitability = [85, 90, 95, 100, 100]
const remediationLevel = [87, 90, 95, 100, 100]
const reportConfidence = [90, 95, 100, 100]
const collateralDamage = [0, 1, 3, 4, 5, 0]
const targetDistribution = [0, 25, 75, 100, 100]
const requirement = [50, 100, 151, 100]

/** Base scores by the six metrics and the three requirements or none. */
const notAsked = -128
const bases = new Int8Array(27 * 27 * 65).fill(notAsked)
const noRequirements = 64

export interface TenthsV2 {
  base: number
  temporal: number
  environmental: number
}

/** Scores in tenths. Metrics that are not written count as not defined. */
export function scoreV2(values: Int8Array): TenthsV2 {
  const base = baseOf(values, false)
  return {
    base,
    temporal: temporalOf(values, base),
    environmental: Math.max(environmentalOf(values, temporalOf(values, baseOf(values, true))), 0),
  }
}

function baseOf(values: Int8Array, adjusted: boolean): number {
  let key = 0
  for (let metric = 0; metric < 6; metric++) key = key * 3 + values[metric]
  let requirements = noRequirements
  if (adjusted)
    requirements = (valueOr(values, 11, 3) * 4 + valueOr(values, 12, 3)) * 4 + valueOr(values, 13, 3)
  key = key * 65 + requirements
  if (bases[key] === notAsked) bases[key] = computeBase(values, requirements)
  return bases[key]
}

function computeBase(values: Int8Array, requirements: number): number {
  const adjusted = requirements !== noRequirements
  const required = adjusted
    ? [requirement[requirements >> 4], requirement[(requirements >> 2) & 3], requirement[requirements & 3]]
    : [100, 100, 100]
  // What is left unharmed, in 10^-15.
  let left = 1n
  for (let at = 0; at < 3; at++) left *= BigInt(100_000 - impact[values[3 + at]] * required[at])
  const harmed = 10n ** 15n - left
  if (harmed === 0n) return 0
  // Impact = 10.41 × harmed, in 10^-17; only the adjusted one is cut at 10.
  const impactScore = adjusted ? min(1041n * harmed, 10n ** 18n) : 1041n * harmed
  // Exploitability = 20 × AccessVector × AccessComplexity × Authentication, in 10^-8.
  const exploit = BigInt(
    20 * accessVector[values[0]] * accessComplexity[values[1]] * authentication[values[2]],
  )
  // (0.6 × Impact + 0.4 × Exploitability - 1.5) × 1.176, in 10^-21.
  const score = (6n * impactScore + 4n * exploit * 10n ** 9n - 15n * 10n ** 17n) * 1176n
  // With low requirements it can fall below zero; the equations that build on it take it as it is.
  return Number(floorOf(score * 20n + 10n ** 21n, 2n * 10n ** 21n))
}

function temporalOf(values: Int8Array, base: number): number {
  const product =
    base *
    exploitability[valueOr(values, 6, 4)] *
    remediationLevel[valueOr(values, 7, 4)] *
    reportConfidence[valueOr(values, 8, 3)]
  return Math.floor((product + 500_000) / 1_000_000)
}

function environmentalOf(values: Int8Array, adjustedTemporal: number): number {
  const damaged = adjustedTemporal * 10 + (100 - adjustedTemporal) * collateralDamage[valueOr(values, 9, 5)]
  return Math.floor((damaged * targetDistribution[valueOr(values, 10, 4)] + 500) / 1000)
}

function valueOr(values: Int8Array, metric: number, undefinedValue: number): number {
  return values[metric] < 0 ? undefinedValue : values[metric]
}

/** Division of whole numbers towards minus infinity. */
function floorOf(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator
  return numerator < 0n && quotient * denominator !== numerator ? quotient - 1n : quotient
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
