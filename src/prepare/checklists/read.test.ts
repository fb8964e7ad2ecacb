import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readChecklist } from './read.ts'

const small = `apiVersion: allclear/v1
kind: Checklist
metadata:
  {id: small, title: A small list, version: 1.0.0, status: draft, phase: pre-incident, owner: 'team:x', confidentiality: internal}
mode: DO-CONFIRM
pausePoints:
  - {id: sign-off, when: Quarterly, lead: readiness-owner, holdOn: [unknown]}
items:
  - id: S1
    tier: killer
    pause: sign-off
    text: Do it.
    role: readiness-owner
    probe: {id: know.affected, freshness: 24h}
`

const problemsOf = (text: string) => {
  const reading = readChecklist(text, 'small.yaml')
  return reading.ok
    ? []
    : reading.problems.map(({ rule, item, line, column }) => `${rule} ${item} ${line}:${column}`)
}

describe('readChecklist', () => {
  it('fills in what the list does not say', () => {
    const reading = readChecklist(small, 'small.yaml')
    expect(reading.ok && reading.checklist.items[0]).toMatchObject({
      id: 'S1',
      why: '',
      claim: 'required',
      after: [],
      probe: {
        id: 'know.affected',
        params: {},
        freshnessMs: 86_400_000,
        minCoverage: 0.95,
        maxContradicted: 0,
      },
    })
  })

  it('names everything that is wrong at once, each with its place', () => {
    const text = small
      .replace('tier: killer', 'tier: vital')
      .replace('    role: readiness-owner\n', '    roles: readiness-owner\n')
      .replace('freshness: 24h', 'freshness: soon')
    expect(problemsOf(text)).toEqual([
      'field S1 10:5',
      'field S1 9:5',
      'field S1 14:32',
      'unknown-field S1 13:5',
    ])
  })

  it('refuses a thousand items by their number, not by what each of them says', () => {
    expect(problemsOf(`items:\n${'  - {}\n'.repeat(1000)}`)).toEqual(['too-many-items null 1:1'])
  })

  it('refuses what is no YAML with its place', () => {
    expect(problemsOf('mode: [')).toEqual(['syntax null 1:8'])
    expect(problemsOf('a: &x 1\nb: *x')).toEqual(['syntax null 1:4'])
  })

  it('ends with a checklist or with problems that have a place, whatever was changed', () => {
    fc.assert(
      fc.property(fc.nat(small.length), fc.nat(20), fc.string({ maxLength: 20 }), (at, cut, put) => {
        const reading = readChecklist(small.slice(0, at) + put + small.slice(at + cut), 'small.yaml')
        if (!reading.ok) {
          expect(reading.problems.length).toBeGreaterThan(0)
          for (const { line } of reading.problems) expect(line).toBeGreaterThan(0)
        }
      }),
    )
  })
})
