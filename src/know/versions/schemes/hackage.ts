import type { VersionScheme } from '../types.ts'
import { numbersIn, orderNumbers, type DottedNumbers } from './dotted-numbers.ts'

export const hackage: VersionScheme<DottedNumbers> = {
  id: 'hackage',
  title: 'Hackage and GHC (Haskell PVP)',
  links: ['https://pvp.haskell.org/'],
  notes: '`1.0` and `1.0.0` are different versions; the longer one is newer.',
  ecosystems: ['Hackage', 'GHC'],
  purlTypes: ['hackage'],
  parse: (text) => numbersIn(text, /^\d+(?:\.\d+)*$/),
  order: orderNumbers,
}
