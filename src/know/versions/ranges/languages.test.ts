import { describe, expect, test } from 'vitest'
import { parseRange, rangeContains } from '../index.ts'

/** Ranges with versions inside and outside of them, where the languages do what their reader would not expect. */
const rows: [language: string, range: string, inside: string[], outside: string[]][] = [
  // A pre-release of the end of `~>` is outside.
  ['hex', '~> 2.1', ['2.1.0', '2.9.9'], ['3.0.0', '3.0.0-rc.1', '2.0.9']],
  ['hex', '~> 2.1.3', ['2.1.3', '2.1.9'], ['2.2.0-dev', '2.2.0']],
  ['gem', '~> 2.1', ['2.1', '2.9'], ['3.0.a', '3.0']],
  // A flag behind a version without a stability is its stability, a bare star holds beside other comparators.
  ['composer', '<2.0@beta', ['2.0-alpha1', '1.9'], ['2.0-beta1', '2.0']],
  ['composer', '* !=1.5', ['1.4', '2.0'], ['1.5']],
  ['composer', '1.0 - 3beta', ['3-alpha', '1.0-beta'], ['3.0', '3.5']],
  ['composer', '1.0 - 2.0', ['2.0.9'], ['2.1']],
  // What leads to a post-release follows its release and is outside; what leads to the release is inside.
  ['pypi', '<1.1.3.post1', ['1.1.3', '1.1.3rc1'], ['1.1.3.post1.dev2', '1.1.3.post1']],
  ['pypi', '<1.1', ['1.0.post1'], ['1.1rc1', '1.1.dev0', '1.1']],
  ['pypi', '>1.1', ['1.1.1'], ['1.1.post1', '1.1+local']],
  ['npm', '^1.2.3-beta.2', ['1.2.3-beta.4', '1.9.0'], ['1.2.4-beta.1', '2.0.0-0']],
  ['cargo', '1.2', ['1.2.0', '1.9.9'], ['2.0.0', '1.1.9']],
  ['maven', '[1.0,2.0)', ['1.0', '2.0-alpha-1'], ['2.0', '0.9']],
]

describe.each(rows)('%s %s', (language, text, inside, outside) => {
  const range = parseRange(language, text)
  test('can be read', () => expect(range.ok).toBe(true))
  test.each(inside)('contains %s', (version) => {
    expect(range.ok && rangeContains(range.value, version)).toBe(true)
  })
  test.each(outside)('does not contain %s', (version) => {
    expect(range.ok && rangeContains(range.value, version)).toBe(false)
  })
})
