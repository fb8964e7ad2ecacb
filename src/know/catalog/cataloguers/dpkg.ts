import { stanzasOf } from './stanzas.ts'
import type { Cataloguer, CataloguedPackage, CatalogFile, Reading } from './types.ts'

const fields = new Set(['package', 'status', 'version', 'architecture', 'source'])

/** Debian's package database, whole (`status`) or one file for each package (`status.d`, as distroless images have it). */
export const dpkg: Cataloguer = {
  id: 'dpkg',
  title: 'Debian packages',
  links: [
    'https://man7.org/linux/man-pages/man1/dpkg.1.html',
    'https://www.debian.org/doc/debian-policy/ch-controlfields.html',
    'https://github.com/GoogleContainerTools/distroless/blob/main/PACKAGE_METADATA.md',
  ],
  finds: ['deb'],
  reads:
    '`var/lib/dpkg/status`, `var/lib/dpkg/status.d/*`; file lists in `var/lib/dpkg/info/*.list` and `status.d/*.md5sums`',
  wants: (path) => path.startsWith('var/lib/dpkg/') && databaseFile.test(path),
  read(file) {
    if (file.name.endsWith('.list') && file.path.includes('/info/')) return readList(file)
    if (file.name.endsWith('.md5sums')) return readSums(file)
    return readStatus(file)
  },
}

const databaseFile = /^var\/lib\/dpkg\/(?:status|status\.d\/[^/]+|info\/[^/]+\.list)$/

function readStatus({ bytes }: CatalogFile): Reading {
  const packages: CataloguedPackage[] = []
  let incomplete = 0
  for (const stanza of stanzasOf(bytes.toString('utf8'), fields)) {
    const name = stanza.get('package')
    if (name === undefined) continue
    // "want flag status": what is removed but configured, or half installed, has no files to be attacked (dpkg(1)).
    const status = stanza.get('status')
    if (status !== undefined && !/^\S+ \S+ (?:installed|unpacked|half-configured|triggers-\S+)$/.test(status))
      continue
    const version = stanza.get('version') || null
    if (version === null) incomplete++
    packages.push({
      type: 'deb',
      namespace: null,
      name,
      version,
      arch: stanza.get('architecture') ?? null,
      source: sourceOf(stanza.get('source'), version),
      method: 'dpkg status',
      confidence: 'high',
    })
  }
  return {
    packages,
    problems: incomplete > 0 ? [`${incomplete} packages without a version`] : [],
  }
}

/** `Source: glibc` or `Source: gcc-12 (12.2.0-14)` when its version differs (Debian policy 5.6.1). */
function sourceOf(text: string | undefined, version: string | null): CataloguedPackage['source'] {
  const match = /^(\S+)(?:\s+\(([^)]+)\))?$/.exec(text ?? '')
  return match ? { name: match[1], version: match[2] ?? version } : null
}

/** `info/libc6:amd64.list`: every path that the package brought, folders among them. */
function readList({ name, bytes }: CatalogFile): Reading {
  const owner = name.slice(0, -'.list'.length).replace(/:[^:]+$/, '')
  return { packages: [], owned: [{ owner, paths: bytes.toString('utf8').replace(/^\//gm, '') }] }
}

/** `status.d/libssl3.md5sums`: a digest, two blanks, a path without its slash. */
function readSums({ name, bytes }: CatalogFile): Reading {
  const owner = name.slice(0, -'.md5sums'.length)
  return { packages: [], owned: [{ owner, paths: bytes.toString('utf8').replace(/^[0-9a-f]{32}\s+/gm, '') }] }
}
