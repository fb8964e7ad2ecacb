import type { Cataloguer, CatalogFile, Reading } from './types.ts'

/** Arch Linux's package database: a folder for each package. */
export const alpm: Cataloguer = {
  id: 'alpm',
  title: 'Arch Linux packages',
  links: ['https://man.archlinux.org/man/alpm-db-desc.5.en'],
  finds: ['alpm'],
  reads: '`var/lib/pacman/local/*/desc`, `files`',
  wants: (path, name) =>
    (name === 'desc' || name === 'files') && /^var\/lib\/pacman\/local\/[^/]+\/(?:desc|files)$/.test(path),
  read: readFolder,
}

/** `%NAME%`, then lines until a blank one. */
function readFolder({ path, name, bytes }: CatalogFile): Reading {
  const sections = new Map<string, string[]>()
  let lines: string[] = []
  for (const line of bytes.toString('utf8').split('\n')) {
    const title = /^%([A-Z0-9]+)%$/.exec(line)
    if (title) sections.set(title[1], (lines = []))
    else if (line !== '') lines.push(line)
  }
  if (name === 'files') {
    // `local/zlib-1:1.3.1-2/files`: the name is what precedes version and release.
    const owner =
      path
        .split('/')
        .at(-2)
        ?.replace(/-[^-]+-[^-]+$/, '') ?? ''
    return { packages: [], owned: [{ owner, paths: (sections.get('FILES') ?? []).join('\n') }] }
  }
  const found = sections.get('NAME')?.[0]
  if (found === undefined) return { packages: [], problems: ['no %NAME%'] }
  const version = sections.get('VERSION')?.[0] ?? null
  const base = sections.get('BASE')?.[0]
  return {
    packages: [
      {
        type: 'alpm',
        namespace: null,
        name: found,
        version,
        arch: sections.get('ARCH')?.[0] ?? null,
        source: base === undefined ? null : { name: base, version },
        licence: sections.get('LICENSE')?.join(' AND ') ?? null,
        method: 'pacman database',
        confidence: 'high',
      },
    ],
  }
}
