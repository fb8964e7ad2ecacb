import type { VersionScheme } from '../types.ts'
import { numbersIn, orderNumbers, type DottedNumbers } from './dotted-numbers.ts'

/** R packages: numbers separated by dots or hyphens, which mean the same (R, `package_version`). */
export const cran: VersionScheme<DottedNumbers> = {
  id: 'cran',
  title: 'CRAN and Bioconductor (R)',
  links: ['https://cran.r-project.org/doc/manuals/R-exts.html#The-DESCRIPTION-file'],
  notes: '`1.2-3` is `1.2.3`. A longer version is newer than its beginning: `1.0` comes before `1.0.0`.',
  ecosystems: ['CRAN', 'Bioconductor'],
  purlTypes: ['cran', 'bioconductor'],
  parse: (text) => numbersIn(text, /^\d+(?:[.-]\d+)*$/),
  order: orderNumbers,
}
