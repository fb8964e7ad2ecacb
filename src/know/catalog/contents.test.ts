import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packContents, packLocators, unpackContents, unpackLocators } from './contents.ts'

describe('packed contents', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 0xffffffff }), { maxLength: 500 }), (numbers) => {
        const contents = Uint32Array.from(numbers).sort()
        expect(unpackContents(packContents(contents))).toEqual(contents)
      }),
    )
  })

  it('take about as many bytes as there are packages when numbers are near each other', () => {
    expect(
      packContents(Uint32Array.from({ length: 300 }, (_, at) => 1_000_000 + at * 50)).length,
    ).toBeLessThan(310)
  })

  it('refuse numbers that are out of order', () => {
    expect(() => packContents(Uint32Array.of(5, 3))).toThrow('ascending')
  })

  it('keep locators whatever they contain', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (locators) => {
        expect(unpackLocators(packLocators(locators))).toEqual(locators)
      }),
    )
  })
})
