import { scoreV4 } from './cvss4-base-score.ts'

/** Vectors repeat: a feed of 50,000 records has some 3,000 different ones. */
const remembered = new Map<string, number | null>()
const rememberedMax = 10_000

/** Base scores of CVSS v2.0, v3.0, v3.1 and v4.0 vectors, exact to the decimal; `null` for what is no such vector. */
export function baseScore(vector: string): number | null {
  if (vector.length > 512) return null
  let score = remembered.get(vector)
  if (score === undefined) {
    score = compute(vector)
    if (remembered.size >= rememberedMax) remembered.clear()
    remembered.set(vector, score)
  }
  return score
}

function compute(vector: string): number | null {
  if (!vector.startsWith('CVSS:')) return scoreV2(metricsOf(vector.replace(/^\(|\)$/g, '')))
  const metrics = metricsOf(vector.slice(9))
  if (metrics === null) return null
  if (vector.startsWith('CVSS:3.0/') || vector.startsWith('CVSS:3.1/')) return scoreV3(metrics)
  return vector.startsWith('CVSS:4.0/') ? scoreV4(metrics) : null
}

function metricsOf(text: string): Map<string, string> | null {
  const metrics = new Map<string, string>()
  for (const part of text.split('/')) {
    const colon = part.indexOf(':')
    if (colon < 0 || metrics.has(part.slice(0, colon))) return null
    metrics.set(part.slice(0, colon), part.slice(colon + 1))
  }
  return metrics
}

const v3 = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  UI: { N: 0.85, R: 0.62 },
  impact: { H: 0.56, L: 0.22, N: 0 },
  PR: { U: { N: 0.85, L: 0.62, H: 0.27 }, C: { N: 0.85, L: 0.68, H: 0.5 } },
} as const

function weight(table: Record<string, number>, value: string | undefined): number | null {
  return value !== undefined && Object.hasOwn(table, value) ? table[value] : null
}

/** CVSS v3.1, section 7.1; `Roundup` as in its appendix A, on integers. */
function scoreV3(metrics: Map<string, string>): number | null {
  const scope = metrics.get('S')
  if (scope !== 'U' && scope !== 'C') return null
  const av = weight(v3.AV, metrics.get('AV'))
  const ac = weight(v3.AC, metrics.get('AC'))
  const pr = weight(v3.PR[scope], metrics.get('PR'))
  const ui = weight(v3.UI, metrics.get('UI'))
  const c = weight(v3.impact, metrics.get('C'))
  const i = weight(v3.impact, metrics.get('I'))
  const a = weight(v3.impact, metrics.get('A'))
  if (av === null || ac === null || pr === null || ui === null || c === null || i === null || a === null)
    return null
  const subScore = 1 - (1 - c) * (1 - i) * (1 - a)
  const impact = scope === 'U' ? 6.42 * subScore : 7.52 * (subScore - 0.029) - 3.25 * (subScore - 0.02) ** 15
  if (impact <= 0) return 0
  const exploitability = 8.22 * av * ac * pr * ui
  return roundUp(Math.min(scope === 'U' ? impact + exploitability : 1.08 * (impact + exploitability), 10))
}

function roundUp(value: number): number {
  const hundredThousandths = Math.round(value * 100_000)
  return hundredThousandths % 10_000 === 0
    ? hundredThousandths / 100_000
    : (Math.floor(hundredThousandths / 10_000) + 1) / 10
}

const v2 = {
  AV: { L: 0.395, A: 0.646, N: 1 },
  AC: { H: 0.35, M: 0.61, L: 0.71 },
  Au: { M: 0.45, S: 0.56, N: 0.704 },
  impact: { N: 0, P: 0.275, C: 0.66 },
} as const

/** CVSS v2.0, section 3.2.1. */
function scoreV2(metrics: Map<string, string> | null): number | null {
  if (!metrics) return null
  const av = weight(v2.AV, metrics.get('AV'))
  const ac = weight(v2.AC, metrics.get('AC'))
  const au = weight(v2.Au, metrics.get('Au'))
  const c = weight(v2.impact, metrics.get('C'))
  const i = weight(v2.impact, metrics.get('I'))
  const a = weight(v2.impact, metrics.get('A'))
  if (av === null || ac === null || au === null || c === null || i === null || a === null) return null
  const impact = 10.41 * (1 - (1 - c) * (1 - i) * (1 - a))
  const exploitability = 20 * av * ac * au
  const score = (0.6 * impact + 0.4 * exploitability - 1.5) * (impact === 0 ? 0 : 1.176)
  return Math.round(Math.max(score, 0) * 10) / 10
}
