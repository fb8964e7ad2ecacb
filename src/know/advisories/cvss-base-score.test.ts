import { describe, expect, it } from 'vitest'
import { hasTestData, testData } from '../../../test/data.ts'
import { readZip } from '../../../test/zip.ts'
import { baseScore } from './cvss-base-score.ts'

describe('CVSS base scores', () => {
  it.each([
    ['AV:N/AC:L/Au:N/C:N/I:N/A:C', 7.8],
    ['(AV:N/AC:L/Au:N/C:C/I:C/A:C)', 10],
    ['CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 9.8],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', 10],
    ['CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:N', 0],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O', 9.8],
    ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H', 10],
    ['CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 7.3],
    ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N', 0],
  ])('%s is %d', (vector, score) => {
    expect(baseScore(vector)).toBe(score)
  })

  it.each([
    '',
    'Medium',
    'CVSS:3.1/AV:N',
    'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/AV:L',
    'CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
    'CVSS:3.1/constructor:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
    'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H',
    'CVSS:4.0/AV:NA/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H',
    'CVSS:5.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
  ])('%s is no vector', (vector) => {
    expect(baseScore(vector)).toBe(null)
  })

  it('takes no text of any length for a vector', () => {
    expect(baseScore(`CVSS:3.1/${'AV:N/'.repeat(20_000)}`)).toBe(null)
  })
})

describe.skipIf(!hasTestData)('CVSS base scores against published vectors (needs the data packs)', () => {
  const pack = hasTestData ? readZip(testData('checks/cvss-ssvc-vectors.zip')) : null

  /** `VECTOR - (base, …)` or `VECTOR - score`: every vector with its base score. */
  function vectorsOf(name: string): [vector: string, score: number][] {
    const text = pack?.read(`RedHatProductSecurity__cvss/tests/${name}`).toString('utf8') ?? ''
    return text
      .split('\n')
      .filter((line) => line.includes(' - '))
      .map((line) => {
        const [vector, scores] = line.split(' - ')
        return [vector, Math.abs(Number(/[\d.]+/.exec(scores)?.[0]))]
      })
  }

  it.each([
    // Every base vector that version 2 and version 3 have.
    ['vectors_simple2', 729],
    ['vectors_simple3', 2592],
    ['vectors_simple31', 2592],
    ['vectors_simple4', 1058],
    ['vectors_supplemental4', 576],
    ['vectors_calculator2', 5],
    ['vectors_calculator3', 2],
    ['vectors_cvsslib2', 24],
    ['vectors_cvsslib3', 29],
  ])('%s: all %d', (name, count) => {
    const vectors = vectorsOf(name)
    expect(vectors).toHaveLength(count)
    expect(vectors.filter(([vector, score]) => baseScore(vector) !== score)).toEqual([])
  })
})
