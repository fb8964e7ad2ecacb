import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AllclearError } from './errors.ts'
import { checkSize, parseJson } from './json.ts'
import { findJsonSyntaxError } from './json-syntax.ts'
import { overrideLimits } from './limits.ts'

const source = 'a.json'

function refusal(text: string | Uint8Array): { code: string; where: string | undefined; message: string } {
  try {
    parseJson(typeof text === 'string' ? Buffer.from(text) : text, { source })
  } catch (error) {
    if (error instanceof AllclearError)
      return { code: error.code, where: error.where, message: error.message }
    throw error
  }
  throw new Error('the document was accepted')
}

describe('documents that are JSON', () => {
  test.each([
    '{}',
    '[]',
    '""',
    ' null ',
    '-1.5e+3',
    '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}',
    '{"a":"a","b":["a","a",{"c":1}],"c":"\\"a\\":1,"}',
    '{"\\\\":1,"\\"":2,"":3," ":4}',
    '{"key":1,"kez":2,"kfy":3}',
    '["\\ud800", "\u{1f600}"]',
  ])('%s', (text) => {
    expect(parseJson(Buffer.from(text), { source })).toEqual(JSON.parse(text))
  })

  test('a byte order mark is dropped', () => {
    expect(parseJson(Buffer.from('\uFEFF{"a":1}'), { source })).toEqual({ a: 1 })
  })

  test('bytes within a larger buffer are read from their own place', () => {
    const all = Buffer.from('xx{"a":1}yy')
    expect(parseJson(all.subarray(2, 9), { source })).toEqual({ a: 1 })
  })

  test('any value that JSON can write comes back', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 0, max: 3 }), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        expect(parseJson(Buffer.from(text), { source })).toStrictEqual(JSON.parse(text))
      }),
    )
  })

  test('objects with many keys, also nested and one after the other', () => {
    const wide = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`key ${at}`, at]))
    const value = [wide, { ...wide, inner: wide, 'key 0': wide }, wide]
    expect(parseJson(Buffer.from(JSON.stringify(value)), { source })).toEqual(value)
  })
})

describe('duplicate keys', () => {
  test.each([
    ['{"a":1,"a":2}', 'line 1, column 9'],
    ['{"a":1,\n "b":2,\n "a":3}', 'line 3, column 3'],
    ['{"a":{"b":1},"a":2}', 'line 1, column 15'],
    ['[{"a":1},{"é":"ü","a":[],"a":2}]', 'line 1, column 27'],
    ['{"":1,"":2}', 'line 1, column 8'],
    ['{"a\\"":1,"a\\"":2}', 'line 1, column 11'],
    ['{"a\\\\":1,"b":0,"a\\\\":2}', 'line 1, column 17'],
    // Different spellings of one key.
    ['{"abc":1,"\\u0061bc":2}', 'line 1, column 11'],
    ['{"\\u0061bc":1,"abc":2}', 'line 1, column 16'],
    ['{"a/":1,"a\\/":2}', 'line 1, column 10'],
  ])('%s', (text, place) => {
    expect(refusal(text)).toMatchObject({ code: 'input.duplicate-key', where: `${source}, ${place}` })
  })

  test.each([31, 32, 33, 40, 1000])('in an object with %i keys', (count) => {
    const keys = Array.from({ length: count }, (_, at) => `"key${at}":{"a":1,"b":2}`)
    expect(parseJson(Buffer.from(`{${keys.join(',')}}`), { source })).toBeTypeOf('object')
    for (const repeated of [0, 15, count - 1])
      expect(refusal(`{${keys.join(',')},"key${repeated}":0}`).code).toBe('input.duplicate-key')
  })

  test('are found wherever they stand, and only where they are', () => {
    const key = fc.string({ maxLength: 3, unit: fc.constantFrom('a', 'b', '"', '\\', 'é', '/') })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(key, fc.constantFrom('1', '{"a":1}', '["a"]')), { maxLength: 40 }),
        (pairs) => {
          const text = `[{"z":1},{${pairs.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}]`
          const distinct = new Set(pairs.map(([name]) => name)).size
          if (distinct === pairs.length)
            expect(parseJson(Buffer.from(text), { source })).toEqual(JSON.parse(text))
          else expect(refusal(text).code).toBe('input.duplicate-key')
        },
      ),
    )
  })
})

describe('bounds', () => {
  test('depth', () => {
    expect(parseJson(Buffer.from('['.repeat(128) + ']'.repeat(128)), { source })).toBeTypeOf('object')
    expect(refusal('['.repeat(129) + ']'.repeat(129))).toMatchObject({
      code: 'input.too-deep',
      where: `${source}, line 1, column 129`,
    })
    expect(refusal('{"a":'.repeat(200)).code).toBe('input.too-deep')
    expect(refusal('['.repeat(5_000_000)).code).toBe('input.too-deep')
  })

  test('size, before reading and after', () => {
    expect(() => checkSize(500 * 1024 * 1024, { source })).toThrow(
      expect.objectContaining({ code: 'input.too-large' }),
    )
    expect(() => parseJson(Buffer.from('[1,2]'), { source, maxBytes: 4 })).toThrow(
      /has 5 bytes; the limit is 4/,
    )
  })

  test('number of values and of keys', () => {
    const restore = overrideLimits({ jsonValues: 100, jsonObjectKeys: 50 })
    try {
      expect(refusal(`[${Array.from({ length: 200 }, () => '{}').join(',')}]`).code).toBe('input.too-large')
      expect(
        refusal(JSON.stringify(Object.fromEntries(Array.from({ length: 60 }, (_, at) => [at, at])))).code,
      ).toBe('input.too-large')
    } finally {
      restore()
    }
  })

  test('keys made to look alike cost no more than others', () => {
    // Same length, same first, middle and last byte: every pair of one object is compared in full.
    const key = (at: number) => `x${String(at).padStart(20, '0')}x${'y'.repeat(20)}`
    const object = `{${Array.from({ length: 31 }, (_, at) => `"${key(at)}":1`).join(',')}}`
    const bytes = Buffer.from(`[${Array.from({ length: 2000 }, () => object).join(',')}]`)
    const started = performance.now()
    parseJson(bytes, { source })
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})

describe('documents that are not JSON', () => {
  test.each([
    ['', 'it ends where a value was expected', 'line 1, column 1'],
    ['{"a":1', 'it ends where "," or "}" was expected', 'line 1, column 7'],
    ['{"a":1,\n}', 'found "}" where a key in quotes was expected', 'line 2, column 1'],
    ['[1,2\r\n3]', 'found "3" where "," or "]" was expected', 'line 2, column 1'],
    ['{a:1}', 'found "a" where a key in quotes was expected', 'line 1, column 2'],
    ["{'a':1}", 'found "\'" where a key in quotes was expected', 'line 1, column 2'],
    ['["ä\n"]', 'a control character or line break within text must be escaped', 'line 1, column 4'],
    ['["\\x"]', 'there is no such escape', 'line 1, column 3'],
    ['["\\u12"]', 'the escape \\u needs four hexadecimal digits', 'line 1, column 3'],
    ['[NaN]', '"NaN" is no JSON value', 'line 1, column 2'],
    ['[01]', '"01" is no JSON value', 'line 1, column 2'],
    ['["abc', 'it ends within the text that begins there', 'line 1, column 2'],
    ['{"abc', 'it ends within the text that begins there', 'line 1, column 2'],
    ['{} {}', 'found "{" where the end of the document was expected', 'line 1, column 4'],
    ['[%s]', 'found "%" where a value was expected', 'line 1, column 2'],
    ['[1}', 'found "}" where "," or "]" was expected', 'line 1, column 3'],
  ])('%j', (text, reason, place) => {
    const { code, message, where } = refusal(text)
    expect({ code, where }).toEqual({ code: 'input.not-json', where: `${source}, ${place}` })
    expect(message).toContain(reason)
  })

  test('bytes that are not UTF-8', () => {
    for (const bytes of [
      [0x22, 0xff, 0x22],
      [0x22, 0xc3, 0x22],
      [0x22, 0xed, 0xa0, 0x80, 0x22],
      [0xfe, 0xff, 0, 0x7b],
    ])
      expect(refusal(Uint8Array.from(bytes)).code).toBe('input.not-utf8')
  })

  test('whatever JSON.parse refuses has a place, and whatever it accepts has none', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      'a',
      '1',
      '-',
      '.',
      'e',
      'null',
      ' ',
      '\n',
      '\u0001',
      '"a"',
      '"b":',
      'é',
      '\\u00',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const text = pieces.join('')
        let valid = true
        try {
          JSON.parse(text)
        } catch {
          valid = false
        }
        expect(findJsonSyntaxError(Buffer.from(text)) === null).toBe(valid)
        if (!valid) expect(['input.not-json', 'input.duplicate-key']).toContain(refusal(text).code)
      }),
      { numRuns: 3000 },
    )
  })

  test('any bytes give a value or a refusal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          parseJson(bytes, { source })
        } catch (error) {
          expect(error).toBeInstanceOf(AllclearError)
        }
      }),
    )
  })
})

test('a key __proto__ changes no prototype', () => {
  const value = parseJson(Buffer.from('{"__proto__":{"packages":[1]},"constructor":{"prototype":{"x":1}}}'), {
    source,
  }) as Record<string, unknown>
  expect(value.packages).toBeUndefined()
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  expect(({} as Record<string, unknown>).packages).toBeUndefined()
  expect(({} as Record<string, unknown>).x).toBeUndefined()
})
