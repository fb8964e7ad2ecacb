import type { Cataloguer, CatalogFile, Reading } from './types.ts'

/** Which distribution an image is of: decides whose advisories judge its packages. */
export const osRelease: Cataloguer = {
  id: 'os-release',
  title: 'Distribution',
  links: ['https://www.freedesktop.org/software/systemd/man/latest/os-release.html'],
  finds: [],
  reads: '`etc/os-release`, `usr/lib/os-release`, `etc/alpine-release`, `etc/debian_version`',
  wants: (path) => files.has(path),
  read: readRelease,
}

const files = new Set(['etc/os-release', 'usr/lib/os-release', 'etc/alpine-release', 'etc/debian_version'])

function readRelease({ path, bytes }: CatalogFile): Reading {
  const text = bytes.subarray(0, 64 * 1024).toString('utf8')
  if (path === 'etc/alpine-release' || path === 'etc/debian_version') {
    const version = /^\d[\w.]*/.exec(text.trim())?.[0] ?? null
    const id = path === 'etc/alpine-release' ? 'alpine' : 'debian'
    return { packages: [], distribution: { id, versionId: version, name: null } }
  }
  const values = new Map<string, string>()
  for (const line of text.split('\n')) {
    const match = /^([A-Z_]+)=(.*)$/.exec(line.trim())
    if (match) values.set(match[1], unquote(match[2]))
  }
  const id = values.get('ID')
  if (!id) return { packages: [], problems: ['no ID'] }
  return {
    packages: [],
    distribution: {
      id: id.toLowerCase(),
      versionId: values.get('VERSION_ID') || values.get('VERSION_CODENAME') || null,
      name: values.get('PRETTY_NAME') ?? null,
    },
  }
}

function unquote(text: string): string {
  const match = /^(["'])(.*)\1$/.exec(text)
  return (match ? match[2] : text).replace(/\\(["'$`\\])/g, '$1')
}
