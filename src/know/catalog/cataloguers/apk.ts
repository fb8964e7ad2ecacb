import type { Cataloguer, CataloguedPackage, CatalogFile, OwnedFiles, Reading } from './types.ts'

/** Alpine's package database; Wolfi, Chainguard and others use it too. */
export const apk: Cataloguer = {
  id: 'apk',
  title: 'Alpine packages',
  links: ['https://wiki.alpinelinux.org/wiki/Apk_spec'],
  finds: ['apk'],
  reads: '`lib/apk/db/installed`, `usr/lib/apk/db/installed`',
  wants: (path, name) => name === 'installed' && path.endsWith('lib/apk/db/installed'),
  read: readInstalled,
}

/** Lines `X:value`, a blank line after each package. F: opens a folder, R: names a file in it. */
function readInstalled({ bytes }: CatalogFile): Reading {
  const packages: CataloguedPackage[] = []
  const owned: OwnedFiles[] = []
  let values = new Map<string, string>()
  let folder = ''
  let paths: string[] = []
  const finish = (): void => {
    const name = values.get('P')
    if (name !== undefined) {
      const version = values.get('V') || null
      packages.push({
        type: 'apk',
        namespace: null,
        name,
        version,
        arch: values.get('A') ?? null,
        source: values.has('o') ? { name: values.get('o') as string, version } : null,
        licence: values.get('L') || null,
        method: 'apk database',
        confidence: 'high',
      })
      if (paths.length > 0) owned.push({ owner: name, paths: paths.join('\n') })
    }
    values = new Map()
    paths = []
    folder = ''
  }
  for (const line of bytes.toString('utf8').split('\n')) {
    if (line === '') finish()
    else if (line[1] === ':') {
      const value = line.slice(2)
      if (line[0] === 'F') folder = value === '' ? '' : `${value}/`
      else if (line[0] === 'R') paths.push(folder + value)
      else if (!values.has(line[0])) values.set(line[0], value)
    }
  }
  finish()
  return { packages, owned }
}
