import fc from 'fast-check'
import { expect, it } from 'vitest'
import { textOfKey } from './judge.ts'
import { packPackages, ScannedPackages, type ScannedPackage } from './scanned-packages.ts'

const text = fc.string({ unit: 'binary', maxLength: 12 })
const found: fc.Arbitrary<ScannedPackage> = fc.record({
  key: fc.record({
    ecosystem: text,
    type: text,
    name: text,
    version: text,
    sourceName: text,
    sourceVersion: text,
    module: text,
  }),
  purl: text,
  locator: text,
})

it('packed packages come out as they went in, line feeds and all', () => {
  fc.assert(
    fc.property(fc.array(found, { maxLength: 6 }), (packages) => {
      const packed = new ScannedPackages(structuredClone(packPackages(packages)))
      expect(packed.count).toBe(packages.length)
      packages.forEach(({ key, purl, locator }, at) => {
        expect(packed.key(at)).toEqual(key)
        expect(packed.keyText(at)).toBe(textOfKey(key))
        expect(packed.purl(at)).toBe(purl)
        expect(packed.locator(at)).toBe(locator)
      })
    }),
  )
})
