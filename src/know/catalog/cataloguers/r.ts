import { stanzasOf } from './stanzas.ts'
import type { Cataloguer, CatalogFile, Reading } from './types.ts'

const fields = new Set(['package', 'version', 'built', 'license'])

/** Installed R packages. */
export const r: Cataloguer = {
  id: 'r',
  title: 'R packages',
  links: ['https://cran.r-project.org/doc/manuals/r-release/R-exts.html#The-DESCRIPTION-file'],
  finds: ['cran'],
  reads: '`**/PACKAGE/DESCRIPTION` with a `Built` field',
  wants: (_path, name) => name === 'DESCRIPTION',
  read: readDescription,
}

/** `Built` is written when a package is installed; sources and other files of that name have none. */
function readDescription({ path, bytes }: CatalogFile): Reading {
  const [first] = stanzasOf(bytes.subarray(0, 256 * 1024).toString('utf8'), fields)
  const name = first?.get('package')
  if (name === undefined || !first.has('built') || path.split('/').at(-2) !== name) return { packages: [] }
  return {
    packages: [
      {
        type: 'cran',
        namespace: null,
        name,
        version: first.get('version') || null,
        licence: first.get('license') || null,
        method: 'DESCRIPTION',
        confidence: 'high',
      },
    ],
  }
}
