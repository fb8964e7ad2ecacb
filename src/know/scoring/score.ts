import { severityOfScore } from './severity-of-score.ts'
import { limit } from '../../base/limits.ts'
import type { Severity } from '../advisories/types.ts'
import { vectorForms } from './metrics.ts'
import { parseVector } from './parse.ts'
import type { CvssScores, CvssVector, CvssVersion, MetricGroup } from './types.ts'
import { scoreV2 } from './v2.ts'
import { scoreV3 } from './v3.ts'
import { scoreV4 } from './v4.ts'

/** Every score of a vector, exact to the decimal. */
export function scoreVector(vector: CvssVector): CvssScores {
  const { version, values } = vector
  const temporalDefined = defines(vector, 'temporal')
  const environmentalDefined = defines(vector, 'environmental')
  if (version === '4.0') {
    const counted = (threat: boolean, environment: boolean) =>
      scoreV4(values, { threat: threat && temporalDefined, environment: environment && environmentalDefined })
    const base = counted(false, false)
    const temporal = temporalDefined ? counted(true, false) : base
    const environmental = environmentalDefined ? counted(false, true) : base
    const score = !temporalDefined ? environmental : environmentalDefined ? counted(true, true) : temporal
    return {
      version,
      score: score / 10,
      severity: severityOfScore(score / 10),
      base: base / 10,
      temporal: temporal / 10,
      environmental: environmental / 10,
      nomenclature: `CVSS-B${temporalDefined ? 'T' : ''}${environmentalDefined ? 'E' : ''}`,
    }
  }
  const tenths = version === '2.0' ? scoreV2(values) : scoreV3(values, version === '3.0' ? 0 : 1)
  const score = environmentalDefined ? tenths.environmental : temporalDefined ? tenths.temporal : tenths.base
  // Version 2.0 says that an equation which is not used has no score; 3.x defines each for every vector.
  const given = (group: MetricGroup): boolean => version !== '2.0' || writes(vector, group)
  return {
    version,
    score: score / 10,
    severity: version === '2.0' ? severityOfV2(score / 10) : severityOfScore(score / 10),
    base: tenths.base / 10,
    temporal: given('temporal') ? tenths.temporal / 10 : null,
    environmental: given('environmental') ? tenths.environmental / 10 : null,
    nomenclature: null,
  }
}

/** First metric of each group, and the first after it. */
const spans = Object.fromEntries(
  Object.values(vectorForms).map(({ version, metrics }) => [
    version,
    Object.fromEntries(
      (['temporal', 'environmental'] as const).map((group) => [
        group,
        {
          first: metrics.findIndex((metric) => metric.group === group),
          end: metrics.findLastIndex((metric) => metric.group === group) + 1,
        },
      ]),
    ),
  ]),
) as Record<CvssVersion, Record<MetricGroup, { first: number; end: number }>>

/** Some metric of the group has a value other than "not defined". */
function defines({ version, values }: CvssVector, group: MetricGroup): boolean {
  const { first, end } = spans[version][group]
  for (let metric = first; metric < end; metric++) {
    // "Not defined" is the first value of 3.x and 4.0 and the last one of 2.0.
    const notDefined = version === '2.0' ? vectorForms['2.0'].metrics[metric].values.length - 1 : 0
    if (values[metric] >= 0 && values[metric] !== notDefined) return true
  }
  return false
}

function writes({ version, values }: CvssVector, group: MetricGroup): boolean {
  const { first, end } = spans[version][group]
  for (let metric = first; metric < end; metric++) if (values[metric] >= 0) return true
  return false
}

/** Version 2.0 rates nothing; these are the bounds that the NVD used for it. */
function severityOfV2(score: number): Severity {
  return score >= 7 ? 'high' : score >= 4 ? 'medium' : 'low'
}

/** Vectors repeat: a feed of 50,000 records has some 3,000 different ones. */
const remembered = new Map<string, number | null>()
const rememberedMax = 10_000

/** The base score of a vector as feeds write it (version 2.0 also in parentheses); `null` for what is no vector. */
export function baseScore(text: string): number | null {
  if (text.length > limit('cvssVectorCharacters')) return null
  let score = remembered.get(text)
  if (score === undefined) {
    const vector = parseVector(text.startsWith('(') && text.endsWith(')') ? text.slice(1, -1) : text)
    score = vector.ok ? scoreVector(vector.value).base : null
    if (remembered.size >= rememberedMax) remembered.clear()
    remembered.set(text, score)
  }
  return score
}
