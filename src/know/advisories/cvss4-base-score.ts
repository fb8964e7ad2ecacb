/**
 * CVSS v4.0 base scores (specification, section 8.2): a vector belongs to one of the MacroVectors, whose scores experts
 * fixed; within it the score sinks with the distance from its most severe vector. Base metrics only: threat and
 * environmental metrics of a vector are left aside, so exploit maturity and requirements are at their worst.
 */
export function scoreV4(metrics: ReadonlyMap<string, string>): number | null {
  for (const [name, values] of Object.entries(metricValues)) {
    const value = metrics.get(name)
    if (value === undefined || value.length !== 1 || !values.includes(value)) return null
  }
  const of = (name: string): string => metrics.get(name) as string
  if (['VC', 'VI', 'VA', 'SC', 'SI', 'SA'].every((name) => of(name) === 'N')) return 0

  const exploitability = exploitabilityLevel(of('AV'), of('PR'), of('UI'))
  const complexity = of('AC') === 'L' && of('AT') === 'N' ? 0 : 1
  const vulnerable =
    of('VC') === 'H' && of('VI') === 'H' ? 0 : ['VC', 'VI', 'VA'].some((name) => of(name) === 'H') ? 1 : 2
  const subsequent = ['SC', 'SI', 'SA'].some((name) => of(name) === 'H') ? 1 : 2

  const score = scoreOf(exploitability, complexity, vulnerable, subsequent)
  // For each equivalence set: how far the next lower MacroVector is, and which part of the way to it this vector went.
  const steps: { drop: number; part: number }[] = []
  const step = (next: number | null, most: readonly string[], depth: number): void => {
    if (next !== null) steps.push({ drop: score - next, part: distance(metrics, most) / depth })
  }
  step(
    exploitability < 2 ? scoreOf(exploitability + 1, complexity, vulnerable, subsequent) : null,
    mostSevere.exploitability[exploitability],
    [1, 4, 5][exploitability],
  )
  step(
    complexity < 1 ? scoreOf(exploitability, 1, vulnerable, subsequent) : null,
    mostSevere.complexity[complexity],
    [1, 2][complexity],
  )
  step(
    lowerImpact(exploitability, complexity, vulnerable, subsequent),
    mostSevere.vulnerable[vulnerable],
    [7, 8, 10][vulnerable],
  )
  step(
    subsequent < 2 ? scoreOf(exploitability, complexity, vulnerable, 2) : null,
    mostSevere.subsequent[subsequent - 1],
    [5, 4][subsequent - 1],
  )
  // Exploit maturity has a lower MacroVector too, of which nothing is gone; it counts in the mean.
  const mean = steps.reduce((sum, { drop, part }) => sum + drop * part, 0) / (steps.length + 1)
  return Math.round(Math.min(Math.max(score - mean, 0), 10) * 10 + 1e-6) / 10
}

/** Values in the order of severity; the position is the distance from the worst. */
const metricValues: Record<string, string> = {
  AV: 'NALP',
  AC: 'LH',
  AT: 'NP',
  PR: 'NLH',
  UI: 'NPA',
  VC: 'HLN',
  VI: 'HLN',
  VA: 'HLN',
  SC: 'HLN',
  SI: 'HLN',
  SA: 'HLN',
}

/** The most severe vectors of each level (specification, tables 24 to 27). */
const mostSevere = {
  exploitability: [
    ['AV:N/PR:N/UI:N'],
    ['AV:A/PR:N/UI:N', 'AV:N/PR:L/UI:N', 'AV:N/PR:N/UI:P'],
    ['AV:P/PR:N/UI:N', 'AV:A/PR:L/UI:P'],
  ],
  complexity: [['AC:L/AT:N'], ['AC:H/AT:N', 'AC:L/AT:P']],
  vulnerable: [['VC:H/VI:H/VA:H'], ['VC:L/VI:H/VA:H', 'VC:H/VI:L/VA:H'], ['VC:L/VI:L/VA:L']],
  subsequent: [['SC:H/SI:H/SA:H'], ['SC:L/SI:L/SA:L']],
} as const

function exploitabilityLevel(vector: string, privileges: string, interaction: string): 0 | 1 | 2 {
  const none = [vector, privileges, interaction].filter((value) => value === 'N').length
  return none === 3 ? 0 : none > 0 && vector !== 'P' ? 1 : 2
}

/** Steps from the first of the most severe vectors that is at least as severe in every metric. */
function distance(metrics: ReadonlyMap<string, string>, most: readonly string[]): number {
  for (const vector of most) {
    let sum = 0
    for (const part of vector.split('/')) {
      const [name, worst] = part.split(':')
      const values = metricValues[name]
      const steps = values.indexOf(metrics.get(name) as string) - values.indexOf(worst)
      if (steps < 0) {
        sum = -1
        break
      }
      sum += steps
    }
    if (sum >= 0) return sum
  }
  return 0
}

/**
 * MacroVector scores by exploitability and complexity (rows), impact on the vulnerable system together with requirements,
 * and impact on subsequent systems (columns, in pairs): 00, 01, 10, 11, 21 of the sets EQ3 and EQ6.
 */
const scores = [
  [10, 9.3, 9.6, 9, 9.3, 8.8, 9.2, 8, 7.9, 6.9],
  [9.5, 9.2, 9.1, 8.1, 9.2, 8.4, 8.2, 7, 7.1, 6.3],
  [9.4, 8.7, 8.9, 7.5, 8.6, 7.2, 7.6, 5.7, 6.5, 5.3],
  [9, 7.7, 7.7, 6.6, 7.4, 6.1, 5.9, 5.2, 5.8, 2.3],
  [8.6, 7, 7.4, 5.4, 7.2, 5.3, 5.7, 3.6, 4.7, 2.4],
  [7.3, 5.4, 5.5, 4.3, 6.1, 4.6, 5.1, 1.8, 2.4, 1],
] as const

function scoreAt(exploitability: number, complexity: number, impact: number, subsequent: number): number {
  return scores[exploitability * 2 + complexity][impact * 2 + subsequent - 1]
}

/** Requirements are at their worst, so they weigh as soon as one impact is high. */
function scoreOf(exploitability: number, complexity: number, vulnerable: number, subsequent: number): number {
  return scoreAt(exploitability, complexity, [0, 2, 4][vulnerable], subsequent)
}

/** The next lower score of EQ3 and EQ6 together; from the top two ways lead down, of which the higher counts. */
function lowerImpact(
  exploitability: number,
  complexity: number,
  vulnerable: number,
  subsequent: number,
): number | null {
  const at = (impact: number) => scoreAt(exploitability, complexity, impact, subsequent)
  return vulnerable === 0 ? Math.max(at(1), at(2)) : vulnerable === 1 ? at(3) : null
}
