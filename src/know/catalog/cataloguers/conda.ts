import { z } from 'zod'
import { readJsonFile } from './json-file.ts'
import type { Cataloguer, CatalogFile, Reading } from './types.ts'

/** Packages of Conda environments. */
export const conda: Cataloguer = {
  id: 'conda',
  title: 'Conda packages',
  links: ['https://docs.conda.io/projects/conda/en/stable/user-guide/concepts/packages.html'],
  finds: ['conda'],
  reads: '`**/conda-meta/*.json`',
  wants: (path, name) => name.endsWith('.json') && path.includes('conda-meta/'),
  read: readRecord,
}

const schema = z.object({
  name: z.string(),
  version: z.string(),
  build: z.string().optional(),
  license: z.string().nullish(),
})

function readRecord(file: CatalogFile): Reading {
  const json = readJsonFile(file)
  if (!json.ok) return { packages: [], problems: [json.reason] }
  const parsed = schema.safeParse(json.value)
  if (!parsed.success) return { packages: [], problems: ['no record of a package'] }
  const { name, version, build, license } = parsed.data
  return {
    packages: [
      {
        type: 'conda',
        namespace: null,
        name,
        version,
        licence: license ?? null,
        method: 'conda-meta',
        confidence: 'high',
        note: build === undefined ? null : `build ${build}`,
      },
    ],
  }
}
