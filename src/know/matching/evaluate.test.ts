import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareVersions, schemeForEcosystem } from '../versions/index.ts'
import type { AdvisoryRange } from '../advisories/types.ts'
import { evaluateEntry, type EntryStatement } from './evaluate.ts'

/** `introduced 0 fixed 1.2` as a range. */
function range(text: string): AdvisoryRange {
  const words = text.split(' ')
  const events: AdvisoryRange['events'] = []
  for (let at = 0; at < words.length; at += 2)
    events.push({ kind: words[at] as AdvisoryRange['events'][number]['kind'], version: words[at + 1] })
  return { type: 'ECOSYSTEM', events }
}

function entry(ranges: string[], versions: string[] = []): EntryStatement {
  return { ranges: ranges.map(range), versions, fixState: null }
}

describe('evaluation of ranges', () => {
  const rows: [ecosystem: string, version: string, ranges: string[], state: string, fixedIn: string][] = [
    // bounds
    ['npm', '1.0.0', ['introduced 0 fixed 1.2.0'], 'affected', '1.2.0'],
    ['npm', '1.2.0', ['introduced 0 fixed 1.2.0'], 'not_affected', ''],
    ['npm', '0.9.0', ['introduced 1.0.0 fixed 1.2.0'], 'not_affected', ''],
    ['npm', '1.0.0', ['introduced 1.0.0 fixed 1.2.0'], 'affected', '1.2.0'],
    ['npm', '1.2.0-rc.1', ['introduced 1.0.0 fixed 1.2.0'], 'affected', '1.2.0'],
    // last_affected closes after its version and names no fix
    ['npm', '1.2.0', ['introduced 1.0.0 last_affected 1.2.0'], 'affected', ''],
    ['npm', '1.2.1', ['introduced 1.0.0 last_affected 1.2.0'], 'not_affected', ''],
    // several stretches in one range: the fix is the one that ends the version's own stretch
    ['npm', '1.5.0', ['introduced 0 fixed 1.2.0 introduced 1.4.0 fixed 1.6.0'], 'affected', '1.6.0'],
    ['npm', '1.3.0', ['introduced 0 fixed 1.2.0 introduced 1.4.0 fixed 1.6.0'], 'not_affected', ''],
    ['npm', '1.0.0', ['introduced 0 last_affected 1.2.0 introduced 1.4.0 fixed 1.6.0'], 'affected', ''],
    // unsorted events
    ['npm', '1.5.0', ['fixed 1.6.0 introduced 1.4.0 fixed 1.2.0 introduced 0'], 'affected', '1.6.0'],
    ['npm', '1.2.5', ['fixed 1.6.0 introduced 1.4.0 fixed 1.2.0 introduced 0'], 'not_affected', ''],
    // several ranges are an or
    ['npm', '2.1.0', ['introduced 1.0.0 fixed 1.2.0', 'introduced 2.0.0 fixed 2.3.0'], 'affected', '2.3.0'],
    // limit
    ['npm', '1.1.0', ['introduced 0 limit 1.0.0'], 'not_affected', ''],
    ['npm', '0.9.0', ['introduced 0 limit 1.0.0'], 'affected', ''],
    ['npm', '0.9.0', ['introduced 0 limit *'], 'affected', ''],
    // introduced and fixed at once
    ['npm', '1.0.0', ['introduced 1.0.0 fixed 1.0.0'], 'not_affected', ''],
    // distributions
    [
      'Debian:11',
      '1.1.1k-1+deb11u1',
      ['introduced 0 fixed 1.1.1n-0+deb11u1'],
      'affected',
      '1.1.1n-0+deb11u1',
    ],
    ['Debian:11', '1.1.1n-0+deb11u1', ['introduced 0 fixed 1.1.1n-0+deb11u1'], 'not_affected', ''],
    [
      'AlmaLinux:8',
      '1:1.1.1k-6.el8',
      ['introduced 0 fixed 1:1.1.1k-7.el8_6'],
      'affected',
      '1:1.1.1k-7.el8_6',
    ],
    ['Alpine:v3.10', '1.1.1d-r0', ['introduced 0 fixed 1.1.1d-r2'], 'affected', '1.1.1d-r2'],
    // what cannot be ordered is unknown, unless every version is affected
    ['npm', 'not a version', ['introduced 0 fixed 1.2.0'], 'unknown', ''],
    ['npm', '', ['introduced 0 fixed 1.2.0'], 'unknown', ''],
    ['npm', 'not a version', ['introduced 0'], 'affected', ''],
    ['npm', '1.0.0', ['introduced 0 fixed not-a-version'], 'unknown', ''],
    // one branch that says yes decides over one that cannot tell
    ['npm', '1.0.0', ['introduced 0 fixed not-a-version', 'introduced 0 fixed 2.0.0'], 'affected', '2.0.0'],
  ]
  it.each(rows)('%s %s in %j is %s', (ecosystem, version, ranges, state, fixedIn) => {
    const result = evaluateEntry(schemeForEcosystem(ecosystem), version, entry(ranges))
    expect({ state: result.state, fixedIn: result.fixedIn }).toEqual({ state, fixedIn })
  })
})

describe('listed versions', () => {
  it('match as text and as versions', () => {
    const pypi = schemeForEcosystem('PyPI')
    expect(evaluateEntry(pypi, '1.0', entry([], ['1.0.0'])).state).toBe('affected')
    expect(evaluateEntry(pypi, '1.0.1', entry([], ['1.0.0'])).state).toBe('not_affected')
    expect(evaluateEntry(schemeForEcosystem('npm'), 'odd one', entry([], ['odd one'])).state).toBe('affected')
  })

  it('name the lowest fix above the version', () => {
    const listed = entry(['introduced 5.0.0 fixed 5.1.0', 'introduced 0 fixed 0.5.0'], ['1.0.0'])
    expect(evaluateEntry(schemeForEcosystem('npm'), '1.0.0', listed)).toMatchObject({
      state: 'affected',
      fixedIn: '5.1.0',
    })
  })
})

describe('the decision explains itself', () => {
  const npm = schemeForEcosystem('npm')
  it.each([
    ['1.0.0', '>= introduced 0, < fixed 1.2.0'],
    ['1.2.0', '>= fixed 1.2.0'],
    ['x', 'x cannot be ordered as npm'],
  ])('%s: %s', (version, words) => {
    expect(evaluateEntry(npm, version, entry(['introduced 0 fixed 1.2.0'])).decidedBy).toBe(words)
  })
})

describe('fix states', () => {
  const npm = schemeForEcosystem('npm')
  it.each([
    ['introduced 0 fixed 1.2.0', null, 'fixed-in'],
    ['introduced 0', null, 'not-fixed'],
    ['introduced 0', 'will-not-fix', 'will-not-fix'],
    ['introduced 0 last_affected 2.0.0', null, 'unknown'],
  ] as const)('%s with %s is %s', (text, fixState, expected) => {
    expect(evaluateEntry(npm, '1.0.0', { ranges: [range(text)], versions: [], fixState }).fixState).toBe(
      expected,
    )
  })
})

describe('properties', () => {
  const versionOf = fc.tuple(fc.nat(4), fc.nat(4), fc.nat(4)).map((parts) => parts.join('.'))
  const npm = schemeForEcosystem('npm')

  it('agrees with the specification walked the slow way, for events in any order', () => {
    const kind = fc.constantFrom('introduced', 'fixed', 'last_affected' as const)
    const events = fc.array(fc.record({ kind, version: versionOf }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(events, versionOf, (list, version) => {
        const statement: EntryStatement = {
          ranges: [{ type: 'SEMVER', events: list as AdvisoryRange['events'] }],
          versions: [],
          fixState: null,
        }
        const rank = { introduced: 0, last_affected: 1, fixed: 2, limit: 3 }
        let expected = false
        const order = (a: string, b: string) => compareVersions(npm, a, b) as number
        for (const event of [...statement.ranges[0].events].sort(
          (a, b) => order(a.version, b.version) || rank[a.kind] - rank[b.kind],
        )) {
          const against = order(version, event.version)
          if (event.kind === 'introduced' && against >= 0) expected = true
          else if (event.kind === 'fixed' && against >= 0) expected = false
          else if (event.kind === 'last_affected' && against > 0) expected = false
        }
        expect(evaluateEntry(npm, version, statement).state).toBe(expected ? 'affected' : 'not_affected')
      }),
      { numRuns: 2000 },
    )
  })

  it('never throws, whatever the texts are', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 40 }),
        fc.string({ maxLength: 40 }),
        fc.string({ maxLength: 40 }),
        (a, b, c) => {
          for (const ecosystem of [
            'npm',
            'Debian:11',
            'AlmaLinux:8',
            'Maven',
            'PyPI',
            'Alpine:v3.10',
            'Packagist',
            'nowhere',
          ]) {
            const result = evaluateEntry(schemeForEcosystem(ecosystem), a, {
              ranges: [
                {
                  type: 'ECOSYSTEM',
                  events: [
                    { kind: 'introduced', version: b },
                    { kind: 'fixed', version: c },
                  ],
                },
              ],
              versions: [c],
              fixState: null,
            })
            expect(['affected', 'not_affected', 'unknown']).toContain(result.state)
          }
        },
      ),
    )
  })
})
