import type { Cataloguer, CatalogFile, Reading } from './types.ts'

/** Installed gems. */
export const ruby: Cataloguer = {
  id: 'ruby',
  title: 'Ruby gems',
  links: ['https://guides.rubygems.org/specification-reference/'],
  finds: ['gem'],
  reads: '`**/specifications/**/*.gemspec`',
  wants: (path, name) => name.endsWith('.gemspec') && path.includes('specifications/'),
  read: readSpecification,
}

/**
 * RubyGems writes `# stub: NAME VERSION PLATFORM PATHS` at the top of what it installs, for reading without running it;
 * gems that come with Ruby may lack it and assign literals.
 */
function readSpecification({ bytes, name: file }: CatalogFile): Reading {
  const text = bytes.subarray(0, 64 * 1024).toString('utf8')
  const stub = /^# stub: (\S+) (\S+) /m.exec(text)
  const name = stub?.[1] ?? /\b\w+\.name\s*=\s*["']([^"']+)["']/.exec(text)?.[1]
  const version = stub?.[2] ?? /\b\w+\.version\s*=\s*["']([^"']+)["']/.exec(text)?.[1]
  const named = /^(.+)-(\d[\w.]*?)(?:-[a-z][\w-]*)?\.gemspec$/.exec(file)
  if (name === undefined && named === null) return { packages: [], problems: ['neither name nor version'] }
  return {
    packages: [
      {
        type: 'gem',
        namespace: null,
        name: name ?? (named as RegExpExecArray)[1],
        version: version ?? named?.[2] ?? null,
        licence: /\.licenses? = \["?([^"\]]+)"/.exec(text)?.[1] ?? null,
        method: name !== undefined && version !== undefined ? 'gemspec' : 'file name',
        confidence: name !== undefined && version !== undefined ? 'high' : 'medium',
      },
    ],
  }
}
