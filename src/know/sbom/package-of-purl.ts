import type { Purl } from '../purl/types.ts'
import { formatPurl } from '../purl/index.ts'
import { Collector } from './collector.ts'
import type { SbomPackage } from './types.ts'

/**
 * The package that a document with this package URL would name: with the epoch of its qualifier, the source package of
 * `upstream`, the module of `rpmmod`, in the spelling of every tool that is read.
 */
export function packageOfPurl(purl: Purl): SbomPackage {
  const collector = new Collector('the package URL')
  collector.add({ purl: formatPurl(purl), locator: '' })
  const [only] = collector.packages
  return only
}
