import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AllclearError } from './errors.ts'
import { overrideLimits } from './limits.ts'
import { parseXml, type XmlElement } from './xml.ts'

const source = 'a.xml'
const parse = (text: string, wanted?: ReadonlySet<string>): XmlElement =>
  parseXml(Buffer.from(text), { source, wanted })

function refusal(text: string): { code: string; where: string | undefined } {
  try {
    parse(text)
  } catch (error) {
    if (error instanceof AllclearError) return { code: error.code, where: error.where }
    throw error
  }
  throw new Error('the document was accepted')
}

test('a tree of elements, text and attributes, without prefixes', () => {
  const root = parse(
    '\uFEFF<?xml version="1.0" encoding="UTF-8"?>\n<b:bom xmlns:b="http://x" b:k="1">\n <b:name> a &lt;&amp;&#x41;<![CDATA[<b>]]> </b:name><empty/></b:bom>',
  )
  expect(root.name).toBe('bom')
  expect(root.attributes['b:k']).toBe('1')
  expect(root.children).toMatchObject([
    { name: 'name', text: 'a <&A<b>', line: 3, children: [] },
    { name: 'empty', text: '' },
  ])
})

test('elements that are not wanted are dropped with all they contain', () => {
  const root = parse('<bom><x><name>no</name></x><name>yes<y>no</y></name></bom>', new Set(['name']))
  expect(root.children).toMatchObject([{ name: 'name', text: 'yes', children: [] }])
})

describe('refusals', () => {
  test.each([
    ['', 'input.not-xml', 'line 1, column 1'],
    ['<a><b></a>', 'input.not-xml', 'line 1, column 11'],
    ['<a>', 'input.not-xml', 'line 1, column 4'],
    ['<a/>\n<b/>', 'input.not-xml', 'line 2, column 4'],
    ['<a x=1/>', 'input.not-xml', 'line 1, column 7'],
    ['<a>&unknown;</a>', 'input.not-xml', 'line 1, column 13'],
    ['<!DOCTYPE a><a/>', 'input.not-xml', 'line 1, column 13'],
    [`${'<a>'.repeat(200)}`, 'input.too-deep', 'line 1, column 388'],
  ])('%j', (text, code, place) => {
    expect(refusal(text)).toEqual({ code, where: `${source}, ${place}` })
  })

  test('entities that expand into each other never begin to', () => {
    const levels = Array.from(
      { length: 9 },
      (_, at) => `<!ENTITY e${at + 1} "${`&e${at};`.repeat(10)}">`,
    ).join('')
    expect(refusal(`<!DOCTYPE a [<!ENTITY e0 "x">${levels}]><a>&e9;</a>`).code).toBe('input.not-xml')
    expect(refusal('<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>').code).toBe(
      'input.not-xml',
    )
  })

  test('number of elements and size', () => {
    const restore = overrideLimits({ xmlElements: 10 })
    try {
      expect(refusal(`<a>${'<b/>'.repeat(10)}</a>`).code).toBe('input.too-large')
    } finally {
      restore()
    }
    expect(() => parseXml(Buffer.from('<a/>'), { source, maxBytes: 3 })).toThrow(
      expect.objectContaining({ code: 'input.too-large' }),
    )
  })

  test('other encodings', () => {
    expect(() => parseXml(Buffer.from('\uFEFF<a/>', 'utf16le'), { source })).toThrow(
      expect.objectContaining({ code: 'input.not-utf8' }),
    )
  })

  test('any text gives a tree or a refusal', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '/',
      'a',
      '=',
      '"',
      '&',
      ';',
      '<a>',
      '</a>',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?',
      '?>',
      '<!DOCTYPE',
      ' ',
      'x="1"',
      '&#0;',
      '&#x1F600;',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 16 }), (pieces) => {
        try {
          parse(pieces.join(''))
        } catch (error) {
          expect(error).toBeInstanceOf(AllclearError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
