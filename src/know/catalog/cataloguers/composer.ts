import { z } from 'zod'
import { readJsonFile } from './json-file.ts'
import type { Cataloguer, CatalogFile, Reading } from './types.ts'

/** Installed PHP packages. */
export const composer: Cataloguer = {
  id: 'composer',
  title: 'PHP packages',
  links: ['https://getcomposer.org/doc/07-runtime.md'],
  finds: ['composer'],
  reads: '`**/vendor/composer/installed.json`, `**/composer/installed.json`',
  wants: (path, name) => name === 'installed.json' && path.endsWith('composer/installed.json'),
  read: readInstalled,
}

const list = z.array(z.looseObject({ name: z.string(), version: z.string() }))
/** Composer 2 wraps the list that Composer 1 wrote bare. */
const schema = z.union([list, z.object({ packages: list })])

function readInstalled(file: CatalogFile): Reading {
  const json = readJsonFile(file)
  if (!json.ok) return { packages: [], problems: [json.reason] }
  const parsed = schema.safeParse(json.value)
  if (!parsed.success) return { packages: [], problems: ['no list of packages'] }
  const found = Array.isArray(parsed.data) ? parsed.data : parsed.data.packages
  return {
    packages: found.flatMap(({ name, version, license }) => {
      const slash = name.indexOf('/')
      if (slash <= 0) return []
      return {
        type: 'composer',
        namespace: name.slice(0, slash),
        name: name.slice(slash + 1),
        version,
        licence: Array.isArray(license)
          ? license.filter((one) => typeof one === 'string').join(' OR ')
          : null,
        method: 'installed.json',
        confidence: 'high' as const,
      }
    }),
  }
}
