import { stanzasOf } from './stanzas.ts'
import type { Cataloguer, CatalogFile, Reading } from './types.ts'

const fields = new Set(['name', 'version', 'license', 'license-expression'])

/** Installed Python distributions. */
export const python: Cataloguer = {
  id: 'python',
  title: 'Python packages',
  links: [
    'https://packaging.python.org/en/latest/specifications/core-metadata/',
    'https://packaging.python.org/en/latest/specifications/recording-installed-packages/',
  ],
  finds: ['pypi'],
  reads: '`*.dist-info/METADATA`, `*.egg-info/PKG-INFO`, `*.egg-info`, `EGG-INFO/PKG-INFO`',
  wants: (path, name) =>
    (name === 'METADATA' && path.endsWith('.dist-info/METADATA')) ||
    (name === 'PKG-INFO' && /(?:\.egg-info|\/EGG-INFO)\/PKG-INFO$/.test(path)) ||
    name.endsWith('.egg-info'),
  read: readMetadata,
}

/** The description may follow the headers after a blank line; only the first paragraph counts. */
function readMetadata({ bytes, path, name }: CatalogFile): Reading {
  const [first] = stanzasOf(bytes.subarray(0, 256 * 1024).toString('utf8'), fields)
  const found = first?.get('name')
  if (found === undefined) return { packages: [], problems: ['no Name'] }
  return {
    packages: [
      {
        type: 'pypi',
        namespace: null,
        name: found,
        version: first.get('version') || null,
        licence: (first.get('license-expression') ?? first.get('license'))?.split('\n', 1)[0] || null,
        method: path.endsWith('METADATA') ? 'dist-info' : name === 'PKG-INFO' ? 'egg-info' : 'egg-info file',
        confidence: 'high',
      },
    ],
  }
}
