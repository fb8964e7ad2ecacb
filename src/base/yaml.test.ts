import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AllclearError } from './errors.ts'
import { readYaml } from './yaml.ts'

const bytesMax = 64 * 1024
const codeOf = (text: string): string => {
  try {
    readYaml(text, 'a.yaml', bytesMax)
    return 'read'
  } catch (error) {
    if (!(error instanceof AllclearError)) throw error
    return `${error.code} ${error.where}`
  }
}

describe('readYaml', () => {
  it('says where each value stands', () => {
    const { value, placeOf } = readYaml('a: 1\nitems:\n  - id: N1\n    text: hi\n', 'a.yaml', bytesMax)
    expect(value).toEqual({ a: 1, items: [{ id: 'N1', text: 'hi' }] })
    expect(placeOf(['items', 0, 'text'])).toEqual({ line: 4, column: 5 })
    expect(placeOf(['items', 0])).toEqual({ line: 3, column: 5 })
    expect(placeOf(['items', 0, 'absent'])).toEqual({ line: 3, column: 5 })
    expect(placeOf(['nothing'])).toEqual({ line: 1, column: 1 })
  })

  it.each([
    ['an anchor', 'a: &x 1\nb: 2\n', 'input.not-yaml line 1, column 4'],
    ['an alias', 'b: *x\n', 'input.not-yaml line 1, column 4'],
    ['a tag', 'a: !!js/function x\n', 'input.not-yaml line 1, column 4'],
    ['a key twice', 'a: 1\nb: 2\na: 3\n', 'input.duplicate-key line 3, column 1'],
    ['a key that is a map', '? {a: 1}\n: 2\n', 'input.not-yaml line 1, column 3'],
    ['two documents', 'a: 1\n---\nb: 1\n', 'input.not-yaml line 3, column 1'],
    ['nothing', '', 'input.not-yaml line 1, column 1'],
    ['an open bracket', 'a: [1,\n', 'input.not-yaml line 2, column 1'],
    ['brackets without end', '['.repeat(50_000), 'input.too-deep line 1, column 130'],
    ['too much', 'a'.repeat(bytesMax + 1), 'input.too-large a.yaml'],
  ])('refuses %s', (_, text, expected) => {
    expect(codeOf(text)).toBe(expected)
  })

  it('takes stars and ampersands within text', () => {
    expect(codeOf('a: "*x"\nb: |\n  *x\n  &y\nc: b & c * d\n')).toBe('read')
  })

  it('ends with a value or with an error of the catalogue, whatever the text', () => {
    const piece = fc.constantFrom(
      ...[
        'a',
        ': ',
        '- ',
        '\n',
        '  ',
        '[',
        ']',
        '{',
        '}',
        '&x',
        '*x',
        '!t',
        '|',
        '>',
        '"',
        "'",
        '#',
        '? ',
        '---',
        '\t',
        '\0',
        '%',
      ],
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 200 }),
          fc.array(piece).map((all) => all.join('')),
        ),
        (text) => {
          expect(codeOf(text)).toMatch(
            /^(?:read|input\.(?:not-yaml|too-deep|duplicate-key) line \d+, column \d+)$/,
          )
        },
      ),
    )
  })
})
