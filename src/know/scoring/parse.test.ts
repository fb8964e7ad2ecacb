import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasTestData, testData } from '../../../test/data.ts'
import { readZip } from '../../../test/zip.ts'
import { baseScore, formatVector, overlaid, parseOverlay, parseVector, scoreVector } from './index.ts'
import { vectorForms } from './metrics.ts'
import type { CvssVersion } from './types.ts'

const v31 = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'
const v4 = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H'

describe('CVSS vectors', () => {
  it.each([
    ['', 'the text is empty', 1],
    ['Medium', '"Medium" is not a metric with a value', 1],
    ['CVSS:5.0/AV:N', 'the prefix is not CVSS:3.0/, CVSS:3.1/ or CVSS:4.0/', 1],
    ['CVSS:3.1', 'the prefix is not CVSS:3.0/, CVSS:3.1/ or CVSS:4.0/', 1],
    ['cvss:3.1/AV:N', 'the prefix is not written in capital letters', 1],
    ['CVSS:2.0/AV:N', 'a vector of version 2.0 has no prefix', 1],
    ['(AV:N/AC:L/Au:N/C:C/I:C/A:C)', 'a vector is written without parentheses', 1],
    [`${v31}/AV:N`, 'AV is written twice', 46],
    [`${v31}/`, 'a metric is expected here', 46],
    [`${v31}/E`, '"E" is not a metric with a value', 46],
    [`${v31}/E:`, 'E has no value ""; it is one of X, H, F, P, U', 48],
    [`${v31}/e:P`, 'the metric is written E, not "e"', 46],
    [`${v31}/E:p`, 'E has no value "p"; it is one of X, H, F, P, U', 48],
    [`${v31}/constructor:N`, 'version 3.1 has no metric "constructor"', 46],
    [`${v31}/E:P `, 'E has no value "P "; it is one of X, H, F, P, U', 48],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H', 'the base metric A is missing', 41],
    ['CVSS:3.1//AV:N', 'a metric is expected here', 10],
    ['CVSS:3.0/AV:N/AC:L/PR:U/UI:N/S:U/C:H/I:H/A:H', 'PR has no value "U"; it is one of N, L, H', 23],
    [v4.replace('AV:N/AC:L', 'AC:L/AV:N'), 'AV stands after AC; version 4.0 fixes the order', 15],
    [`${v4}/MSC:S`, 'MSC has no value "S"; it is one of X, H, L, N', 69],
    [`${v4}/U:clear`, 'U has no value "clear"; it is one of X, Clear, Green, Amber, Red', 67],
    [v4.replace('CVSS:4.0/', ''), 'version 2.0 has no metric "AT"', 11],
    ['AV:N/AC:L/Au:N/A:C/I:C/C:C', 'I stands after A; version 2.0 fixes the order', 20],
    [`${v31}/MAV:é`, 'MAV has no value "é"; it is one of X, N, A, L, P', 50],
    [`CVSS:3.1/${'AV:N/'.repeat(13_000)}`, 'the text has 65009 characters; no vector has more than 512', 1],
  ])('%.60s: %s', (text, reason, position) => {
    expect(parseVector(text)).toEqual({ ok: false, reason: { reason, position } })
  })

  it('versions 3.0 and 3.1 leave the order free, and are written back in order', () => {
    const parsed = parseVector('CVSS:3.1/A:H/I:H/C:H/S:U/UI:N/PR:N/AC:L/AV:N')
    expect(parsed.ok && formatVector(parsed.value)).toBe(v31)
  })

  const anyVector = fc
    .constantFrom(...Object.values(vectorForms))
    .chain((form) =>
      fc
        .tuple(
          ...form.metrics.map(({ values, undefinedValue }) =>
            undefinedValue === null
              ? fc.nat(values.length - 1)
              : fc.oneof(fc.constant(-1), fc.nat(values.length - 1)),
          ),
        )
        .map((values) => ({ version: form.version, values: Int8Array.from(values) })),
    )

  it('are read back as they are written, with scores in steps of a tenth', () => {
    fc.assert(
      fc.property(anyVector, (vector) => {
        const parsed = parseVector(formatVector(vector))
        expect(parsed).toEqual({ ok: true, value: vector })
        const scores = scoreVector(vector)
        for (const score of [scores.score, scores.base, scores.temporal, scores.environmental]) {
          if (score === null) continue
          expect(score).toBeGreaterThanOrEqual(0)
          expect(score).toBeLessThanOrEqual(10)
          expect(Math.round(score * 10) / 10).toBe(score)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('refuse or accept any text without throwing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary', maxLength: 600 })), (text) => {
        const parsed = parseVector(text)
        if (!parsed.ok) expect(parsed.reason.position).toBeLessThanOrEqual(text.length + 1)
      }),
    )
  })

  /** FIRST publishes each version's form as a regular expression; 3.x leaves doubled and missing metrics to the text. */
  it.skipIf(!hasTestData)('are what the published patterns accept (needs the data packs)', () => {
    const pack = readZip(testData('checks/cvss-ssvc-vectors.zip'))
    const patterns = Object.fromEntries(
      (['2.0', '3.0', '3.1', '4.0'] as const).map((version) => {
        const schema = JSON.parse(
          pack.read(`RedHatProductSecurity__cvss/tests/schemas/cvss-v${version}.json`).toString('utf8'),
        ) as { properties: { vectorString: { pattern: string } } }
        return [version, new RegExp(schema.properties.vectorString.pattern)]
      }),
    ) as Record<CvssVersion, RegExp>
    const edits = fc.array(
      fc.record({
        at: fc.nat(250),
        remove: fc.nat(5),
        insert: fc.constantFrom('', '/', ':', 'A', 'N', 'X', 'AV:N/', '/E:U'),
      }),
      { maxLength: 2 },
    )
    fc.assert(
      fc.property(anyVector, edits, (vector, changes) => {
        let text = formatVector(vector)
        for (const { at, remove, insert } of changes)
          text =
            text.slice(0, at % (text.length + 1)) + insert + text.slice((at % (text.length + 1)) + remove)
        const version = text.startsWith('CVSS:') ? vector.version : '2.0'
        const form = vectorForms[version]
        const names = text
          .slice(form.prefix.length)
          .split('/')
          .map((part) => part.split(':')[0])
        const places = names.map((name) => form.indexOf.get(name) ?? -1)
        const whole =
          // The patterns of 3.x take any character for the point of the prefix.
          text.startsWith(form.prefix) &&
          patterns[version].test(text) &&
          new Set(names).size === names.length &&
          form.metrics.every(({ name, undefinedValue }) => undefinedValue !== null || names.includes(name)) &&
          // The pattern of 2.0 forgets the order that its guide fixes, and that of 3.0 has a value PR:U that nothing defines.
          (version !== '2.0' || places.every((place, at) => at === 0 || place > places[at - 1])) &&
          !/[/M]PR:U/.test(text)
        expect(parseVector(text).ok, text).toBe(whole)
      }),
      { numRuns: 5000 },
    )
  })
})

describe('what the environment says', () => {
  it('lies over the vector, in any order', () => {
    const parsed = parseVector(`${v4}/E:A`)
    const overlay = parseOverlay('MAV:L/CR:L/E:U', '4.0')
    if (!parsed.ok || !overlay.ok) throw new Error('both are valid')
    expect(formatVector(overlaid(parsed.value, overlay.value))).toBe(`${v4}/E:U/CR:L/MAV:L`)
  })

  it.each([
    ['AV:L', 'AV is a base metric, which the environment cannot change', 1],
    ['E:U/E:A', 'E is written twice', 5],
    ['CR:H/MAT:L', 'MAT has no value "L"; it is one of X, N, P', 10],
    ['', 'a metric is expected here', 1],
  ])('%s: %s', (text, reason, position) => {
    expect(parseOverlay(text, '4.0')).toEqual({ ok: false, reason: { reason, position } })
  })

  it('a zero of effective values is zero, whatever the base was', () => {
    const parsed = parseVector(`${v4}/MVC:N/MVI:N/MVA:N/MSC:N/MSI:N/MSA:N`)
    expect(parsed.ok && scoreVector(parsed.value)).toEqual({
      version: '4.0',
      score: 0,
      severity: 'none',
      base: 10,
      temporal: 10,
      environmental: 0,
      nomenclature: 'CVSS-BE',
    })
  })
})

describe('base scores as feeds write vectors', () => {
  it.each([
    ['AV:N/AC:L/Au:N/C:N/I:N/A:C', 7.8],
    ['(AV:N/AC:L/Au:N/C:C/I:C/A:C)', 10],
    [`${v31}/E:U/RL:O`, 9.8],
    [v4, 10],
    ['Medium', null],
    [`CVSS:3.1/${'AV:N/'.repeat(20_000)}`, null],
  ])('%.60s', (text, score) => {
    expect(baseScore(text)).toBe(score)
  })
})
