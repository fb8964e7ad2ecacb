import { describe, expect, it } from 'vitest'
import { hasTestData, testData } from '../../../test/data.ts'
import { readZip } from '../../../test/zip.ts'
import { formatVector, parseVector, scoreVector } from './index.ts'
import { levelsOf } from './v4.ts'
import { macroVectorScore } from './v4-macrovectors.ts'

describe.skipIf(!hasTestData)('published CVSS vectors (needs the data packs)', () => {
  const pack = hasTestData ? readZip(testData('checks/cvss-ssvc-vectors.zip')) : null
  const linesOf = (name: string): string[] =>
    (pack?.read(name).toString('utf8') ?? '').split('\n').filter((line) => line.trim() !== '')

  /** `VECTOR - (base, temporal, environmental)`, `VECTOR - (score,)` or `VECTOR - score`; None is no score. */
  function redHat(name: string): { vector: string; scores: (number | null)[] }[] {
    return linesOf(`RedHatProductSecurity__cvss/tests/${name}`).map((line) => {
      const [vector, text] = line.split(' - ')
      return {
        vector,
        scores: [...text.matchAll(/None|-?[\d.]+/g)].map(([word]) =>
          word === 'None' ? null : Math.abs(Number(word)),
        ),
      }
    })
  }

  it.each([
    ['vectors_simple2', 729],
    ['vectors_calculator2', 5],
    ['vectors_cvsslib2', 24],
    ['vectors_simple3', 2592],
    ['vectors_simple31', 2592],
    ['vectors_calculator3', 2],
    ['vectors_cvsslib3', 29],
  ])('%s: base, temporal and environmental of all %d', (name, count) => {
    const rows = redHat(name)
    expect(rows).toHaveLength(count)
    const wrong = rows.filter(({ vector, scores }) => {
      const parsed = parseVector(vector)
      if (!parsed.ok) return true
      const { base, temporal, environmental } = scoreVector(parsed.value)
      return JSON.stringify([base, temporal, environmental]) !== JSON.stringify(scores)
    })
    expect(wrong).toEqual([])
  })

  it.each([
    ['vectors_simple4', 1058],
    ['vectors_threat4', 6],
    ['vectors_security4', 54],
    ['vectors_supplemental4', 576],
  ])('%s: the score of all %d', (name, count) => {
    const rows = redHat(name)
    expect(rows).toHaveLength(count)
    expect(rows.filter(({ vector, scores }) => scoreOf(vector) !== scores[0])).toEqual([])
  })

  it.each([
    ['v2_score.list', 12],
    ['v30_score.list', 32],
    ['v31_score.list', 35],
    ['v4_score.list', 40],
  ])('claircore %s: the score of all %d', (name, count) => {
    const rows = linesOf(`quay__claircore/toolkit/types/cvss/testdata/${name}`)
      .filter((line) => !line.startsWith('#'))
      .map((line) => line.split(/\s+/))
    expect(rows).toHaveLength(count)
    expect(rows.filter(([vector, score]) => scoreOf(vector) !== Number(score))).toEqual([])
  })

  it.each(['v2_error.list', 'v3_error.list', 'v4_error.list'])('claircore %s', (name) => {
    const differing = linesOf(`quay__claircore/toolkit/types/cvss/testdata/${name}`).filter((line) => {
      const [vector, mark] = line.split(' ')
      const parsed = parseVector(vector)
      // A list is of one version's reader, which refuses the vectors of others.
      const own = parsed.ok && name[1] === parsed.value.version[0]
      return own !== (mark === '#OK')
    })
    // FIRST's JSON schema of version 2.0 lets a vector leave temporal and environmental metrics out; real ones do.
    expect(differing).toEqual(
      name === 'v2_error.list'
        ? ['AV:A/AC:L/Au:N/C:C/I:C/A:C/CDP:H/TD:H/CR:H', 'AV:A/AC:L/Au:N/C:C/I:C/A:C/E:F']
        : [],
    )
  })

  it.each(['v2_roundtrip.list', 'v3_roundtrip.list', 'v4_roundtrip.list'])('claircore %s', (name) => {
    const vectors = linesOf(`quay__claircore/toolkit/types/cvss/testdata/${name}`)
      .filter((line) => !line.startsWith('#'))
      .map((line) => line.split(/\s+/)[0])
    expect(vectors.length).toBeGreaterThan(0)
    expect(
      vectors.filter((vector) => {
        const parsed = parseVector(vector)
        return !parsed.ok || formatVector(parsed.value) !== vector
      }),
    ).toEqual([])
  })

  it('the 270 MacroVectors of FIRST', () => {
    const rows = linesOf('FIRSTdotorg__cvss-resources/vectorFiles/macro-scores')
    expect(rows).toHaveLength(270)
    const wrong = rows.filter((row) => {
      const [, vector, score] = /'vector': '([^']+)', 'score': ([\d.]+)/.exec(row) ?? []
      return scoreOf(vector) !== Number(score)
    })
    expect(wrong).toEqual([])
    expect(macroVectorScore(2, 1, 4, 2, 2)).toBe(1)
  })

  /** CERT/CC wrote the equivalence sets as decision tables: every combination with its level. */
  it.each([
    [1, ['AV', 'PR', 'UI'], 36],
    [2, ['AC', 'AT'], 4],
    [3, ['VC', 'VI', 'VA'], 27],
    [4, ['SC', 'SI', 'SA'], 48],
    [5, ['E'], 3],
    [6, ['CR', 'VC', 'IR', 'VI', 'AR', 'VA'], 729],
  ] as const)('equivalence set %d', (set, names, count) => {
    const order = ['AV', 'AC', 'AT', 'PR', 'UI', 'VC', 'VI', 'VA', 'SC', 'SI', 'SA', 'E', 'CR', 'IR', 'AR']
    const worstFirst: Record<string, string[]> = {
      AV: ['network', 'adjacent', 'local', 'physical'],
      AC: ['low', 'high'],
      AT: ['none', 'present'],
      PR: ['none', 'low', 'high'],
      UI: ['none', 'passive', 'active'],
      VC: ['high', 'low', 'none'],
      SC: ['safety', 'high', 'low', 'negligible'],
      E: ['attacked', 'proof-of-concept', 'unreported'],
      CR: ['high', 'medium', 'low'],
    }
    const like: Record<string, string> = { VI: 'VC', VA: 'VC', SI: 'SC', SA: 'SC', IR: 'CR', AR: 'CR' }
    const rows = linesOf(`CERTCC__SSVC/data/csv/cvss/cvss_v4_equivalence_set_${set}_1_0_0.csv`)
      .slice(1)
      .map((line) => line.split(',').slice(1))
    expect(rows).toHaveLength(count)
    const levels = set === 2 || set === 6 ? ['high', 'low'] : ['high', 'medium', 'low']
    const wrong = rows.filter((row) => {
      const effective = Array.from({ length: 15 }, () => 0)
      names.forEach((name, at) => {
        const place = worstFirst[like[name] ?? name].indexOf(row[at])
        if (place < 0) throw new Error(`${name} has no value ${row[at]}`)
        effective[order.indexOf(name)] = place
      })
      return levels[levelsOf(effective)[`eq${set}`]] !== row.at(-1)
    })
    expect(wrong).toEqual([])
  })
})

function scoreOf(vector: string): number | null {
  const parsed = parseVector(vector)
  return parsed.ok ? scoreVector(parsed.value).score : null
}
