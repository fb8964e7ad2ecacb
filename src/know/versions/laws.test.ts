import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { overrideLimits } from '../../base/limits.ts'
import {
  compareVersions,
  orderVersions,
  parseRange,
  rangeContains,
  rangeLanguages,
  versionSchemes,
} from './index.ts'
import type { VersionScheme } from './types.ts'

/** Pieces that versions of some ecosystem are made of; glued together they are valid in one scheme or another. */
const pieces = [
  ...['0', '1', '2', '9', '10', '01', '00', '007', '20240102', '123456789012345678901234567890'],
  ...['.', '.', '.', '.0', '.1', '-', '_', '+', '~', '^', ':', '1:', '-r1', '-1', '+1', '!'],
  ...[
    'a',
    'b',
    'z',
    'p',
    'rc',
    'RC',
    'alpha',
    'beta',
    'dev',
    'pre',
    'post',
    'snapshot',
    'final',
    'ga',
    'sp',
    'M1',
  ],
  ...[
    '_alpha',
    '_p',
    '_rc1',
    '.dev1',
    '.post2',
    '-beta.1',
    '-dev',
    '~deadbeef',
    'ubuntu1',
    '.el8',
    '+incompatible',
  ],
]
const version = fc
  .tuple(
    fc.constantFrom('0', '1', '1.0', '1.2.3', '2.0.0', 'v1.2.3', '2024-01-02', 'dev-main', ''),
    fc.array(fc.constantFrom(...pieces), { maxLength: 6 }),
  )
  .map(([start, rest]) => start + rest.join(''))

function parsed(scheme: VersionScheme, texts: readonly string[]): unknown[] {
  return texts.map((text) => scheme.parse(text)).filter((value) => value !== null)
}

describe.each(versionSchemes.map((scheme) => [scheme.id, scheme] as const))(
  'the order of %s',
  (id, scheme) => {
    test('is reflexive and antisymmetric', () => {
      fc.assert(
        fc.property(version, version, (a, b) => {
          const values = parsed(scheme, [a, b])
          for (const left of values) {
            expect(scheme.order(left, left)).toBe(0)
            for (const right of values)
              expect(Math.sign(scheme.order(left, right)) + Math.sign(scheme.order(right, left))).toBe(0)
          }
        }),
        { numRuns: 1_500 },
      )
    })

    // pacman's vercmp(8) is an order of versions that have a release, and single separators between their parts: a
    // release that is missing on one side is left out, and separators of different length decide by their length.
    const complete =
      id === 'alpm'
        ? version.map((text) => `${text.replaceAll(/[^A-Za-z0-9]+/g, '.').replace(/\.$/, '')}-1`)
        : version

    test('is transitive, equality included', () => {
      fc.assert(
        fc.property(fc.array(complete, { minLength: 3, maxLength: 7 }), (texts) => {
          const values = parsed(scheme, texts)
          for (const a of values)
            for (const b of values) {
              if (scheme.order(a, b) > 0) continue
              for (const c of values) {
                if (scheme.order(b, c) > 0) continue
                expect(scheme.order(a, c)).toBeLessThanOrEqual(0)
              }
            }
        }),
        { numRuns: 2_000 },
      )
    })

    test('reads any text without an exception', () => {
      fc.assert(
        fc.property(
          fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), version),
          fc.string({ unit: 'grapheme', maxLength: 20 }),
          (a, b) => {
            expect([-1, 0, 1, null]).toContain(compareVersions(scheme, a, b))
            expect([-1, 0, 1, null]).toContain(orderVersions(scheme, a, b))
          },
        ),
        { numRuns: 500 },
      )
    })

    test('is exact for numbers of any length', () => {
      const long = '9'.repeat(200)
      const [older, newer] =
        id === 'datetime'
          ? ['2024-01-01T00:00:00.1Z', `2024-01-01T00:00:00.1${long}Z`]
          : [`1.${long}8.0`, `1.${long}9.0`]
      expect(orderVersions(scheme, older, newer)).toBe(-1)
    })
  },
)

/** Seconds of processor time of this thread: what others do on the machine does not count. */
function secondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(start)
  return (user + system) / 1e6
}

describe('hostile texts', () => {
  const hostile = [
    '1',
    '1.',
    '0',
    'a',
    'a1',
    '-',
    '1-',
    'a-',
    '~',
    '_',
    '_p',
    '.a',
    '[',
    '(,',
    '||',
    '|',
    '>',
    '>1 ',
    '<1||',
    '%',
    '=',
    ' ',
    '1 - ',
    '(\r',
    '\r',
    '\u{1d7dc}',
    'é',
  ].flatMap((piece) =>
    ['', '!', 'x', '\u0000'].map(
      (end) => piece.repeat(Math.ceil(65_536 / piece.length)).slice(0, 65_536) + end,
    ),
  )

  test.each(versionSchemes.map((scheme) => [scheme.id, scheme] as const))(
    '64 KiB are no version of %s',
    (_, scheme) => {
      for (const text of hostile) {
        expect(scheme.parse(text)).toBeNull()
        expect(compareVersions(scheme, text, text)).toBeNull()
      }
    },
  )

  describe('with the limit of a version raised to all of it', () => {
    let restore: () => void
    beforeAll(() => void (restore = overrideLimits({ versionCharacters: 70_000 })))
    afterAll(() => restore())

    test.each(versionSchemes.map((scheme) => [scheme.id, scheme] as const))(
      '%s reads and orders them in no time',
      (_, scheme) => {
        const start = process.threadCpuUsage()
        const values = parsed(scheme, hostile)
        for (const a of values)
          for (const b of values.slice(0, 8)) expect(scheme.order(a, b)).toBe(scheme.order(a, b))
        // Linear reading of 6 MB takes less than a second of this thread; super-linear reading takes minutes.
        expect(secondsSince(start)).toBeLessThan(10)
      },
    )
  })

  test.each(rangeLanguages)('64 KiB as a range of %s are read in no time', (language) => {
    const start = process.threadCpuUsage()
    for (const text of [
      ...hostile,
      '!=1.*,'.repeat(10_000),
      '!=1.* '.repeat(12),
      '^1 '.repeat(20_000),
      `(${'\r'.repeat(60_000)}x`,
      ...hostile.map((text) => `vers:npm/${text}`),
    ]) {
      const range = parseRange(language, text)
      if (range.ok) expect([true, false, null]).toContain(rangeContains(range.value, '1.0'))
    }
    expect(secondsSince(start)).toBeLessThan(20)
  })
})
