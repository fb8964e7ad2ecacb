import { describe, expect, it } from 'vitest'
import { hasTestData, testData } from '../../../test/data.ts'
import { readZip } from '../../../test/zip.ts'
import { answersOfFacts, decideAll, formatAnswers, parseAnswers } from './index.ts'

function decisionOf(table: string, text: string) {
  const answers = parseAnswers(text)
  if (!answers.ok) throw new Error(answers.reason)
  return decideAll(answers.value).find((decision) => decision.table === table)
}

describe.skipIf(!hasTestData)('the published SSVC tables (needs the data packs)', () => {
  const pack = hasTestData ? readZip(testData('checks/cvss-ssvc-vectors.zip')) : null
  const rowsOf = (name: string): string[][] =>
    (pack?.read(`CERTCC__SSVC/data/csv/${name}.csv`).toString('utf8') ?? '')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').slice(1))

  it.each([
    ['deployer', 'ssvc/deployer_patch_application_priority_1_0_0', ['E', 'EXP', 'A', 'HI'], 72],
    ['supplier', 'ssvc/supplier_patch_development_priority_1_0_0', ['E', 'U', 'TI', 'PSI'], 36],
    ['cisa', 'cisa/cisa_coordinator_2_0_3', ['E', 'A', 'TI', 'MWI'], 36],
    ['bod-26-04', 'cisa/cisa_bod_26_04_1_0_0', ['KEV', 'PE', 'A', 'TI'], 16],
  ])('%s: all rows', (table, name, keys, count) => {
    const rows = rowsOf(name)
    expect(rows).toHaveLength(count)
    for (const row of rows) {
      const decision = decisionOf(table, keys.map((key, at) => `${key}:${row[at]}`).join('/'))
      expect(decision?.outcome, row.join()).toBe(row.at(-1))
    }
  })

  it.each([
    [
      'ssvc/human_impact_1_0_0',
      ['SI', 'MI'],
      'HI',
      16,
      'deployer',
      ['E:A/EXP:O', 'E:N/EXP:S', 'E:P/EXP:C/A:Y'],
    ],
    ['ssvc/utility_1_0_0', ['A', 'VD'], 'U', 4, 'supplier', ['E:A/TI:P', 'E:N/TI:T', 'E:P/PSI:S']],
    ['ssvc/public_safety_impact_1_0_0', ['SI'], 'PSI', 4, 'supplier', ['E:A/TI:P', 'E:N/TI:T', 'E:P/U:E']],
  ])(
    '%s: the point that follows decides like the one that is given',
    (name, keys, derived, count, table, rests) => {
      const rows = rowsOf(name)
      expect(rows).toHaveLength(count)
      for (const row of rows)
        for (const rest of rests)
          expect(
            decisionOf(table, `${rest}/${keys.map((key, at) => `${key}:${row[at]}`).join('/')}`)?.between,
          ).toEqual(decisionOf(table, `${rest}/${derived}:${row.at(-1)}`)?.between)
    },
  )
})

describe('SSVC decisions', () => {
  it('leave open what is not answered, and only that', () => {
    expect(decisionOf('deployer', 'E:A/EXP:O/A:Y')).toEqual({
      table: 'deployer',
      version: '1.0.0',
      outcome: null,
      between: ['out-of-cycle', 'immediate'],
      missing: ['human impact'],
      dueDays: null,
    })
    // With no exploitation, a small system and nothing automatable, high and very high both schedule.
    expect(decisionOf('deployer', 'E:N/EXP:S/HI:H')).toMatchObject({ outcome: 'scheduled', missing: [] })
    expect(decisionOf('bod-26-04', 'KEV:Y/PE:Y/A:Y')).toMatchObject({
      outcome: null,
      between: ['3 days', '3 days & forensic investigation'],
    })
  })

  it('BOD 26-04 gives days', () => {
    expect(decisionOf('bod-26-04', 'KEV:N/PE:N/A:N/TI:T')).toMatchObject({
      outcome: 'fix on system upgrade',
      dueDays: null,
    })
    expect(decisionOf('bod-26-04', 'KEV:Y/PE:Y/A:N/TI:T')).toMatchObject({ dueDays: 3 })
  })

  it.each([
    ['E:A/EXP:O/A:Y/HI:VH', 'E:A/EXP:O/A:Y/HI:VH'],
    ['SSVCv2/E:A/A:Y/T:T/M:H/D:C/2026-05-12T10:00:00Z/', 'E:A/A:Y/TI:T/MWI:H'],
    ['exploitation=public poc, System_Exposure=open', 'E:P/EXP:O'],
    ['{"exploitation":"active","automatable":true,"in_kev":null}', 'E:A/A:Y'],
  ])('are answered from %s', (text, canonical) => {
    const answers = parseAnswers(text)
    expect(answers.ok && formatAnswers(answers.value)).toBe(canonical)
  })

  it.each([
    ['', 'there is no answer to a decision point in it'],
    ['E:A/E:N', 'exploitation is answered twice'],
    ['E:Q', 'exploitation has no value "Q"; it is one of N (none), P (public poc), A (active)'],
    ['Q:A', 'there is no decision point "Q"'],
    ['nonsense', '"nonsense" is no answer; write it as E:A or exploitation=active'],
    ['{"exploitation":', 'the line is not valid JSON'],
    ['{"exploitation":1}', '"exploitation" is neither text nor yes or no'],
  ])('refuse %s: %s', (text, reason) => {
    expect(parseAnswers(text)).toEqual({ ok: false, reason })
  })

  it('follow from KEV and Vulnrichment, with the reasons; a missing catalogue says nothing', () => {
    const { answers, reasons } = answersOfFacts({
      kev: true,
      ssvc: { exploitation: 'poc', automatable: 'yes', technicalImpact: 'total' },
    })
    expect(formatAnswers(answers)).toBe('E:A/A:Y/TI:T/KEV:Y')
    expect(reasons).toContain('exploitation is active: it is in KEV')
    expect(formatAnswers(answersOfFacts({ kev: null, ssvc: null }).answers)).toBe('')
    expect(formatAnswers(answersOfFacts({ kev: false, ssvc: null }).answers)).toBe('KEV:N')
  })
})
