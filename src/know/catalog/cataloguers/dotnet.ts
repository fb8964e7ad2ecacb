import { z } from 'zod'
import { readJsonFile } from './json-file.ts'
import type { Cataloguer, CataloguedPackage, CatalogFile, Reading } from './types.ts'

/** .NET programs and shared frameworks. */
export const dotnet: Cataloguer = {
  id: 'dotnet',
  title: '.NET packages',
  links: ['https://github.com/dotnet/sdk/blob/main/documentation/specs/runtime-configuration-file.md'],
  finds: ['nuget'],
  reads: '`**/*.deps.json`',
  wants: (_path, name) => name.endsWith('.deps.json'),
  read: readDependencies,
}

const schema = z.object({
  libraries: z.record(z.string(), z.object({ type: z.string() })),
})

/** The framework itself has a dependency file that names no package; its folder says which version it is. */
const framework = /(?:^|\/)shared\/(Microsoft\.[A-Za-z]+\.App)\/(\d[^/]*)\/\1\.deps\.json$/

function readDependencies(file: CatalogFile): Reading {
  const json = readJsonFile(file)
  if (!json.ok) return { packages: [], problems: [json.reason] }
  const parsed = schema.safeParse(json.value)
  if (!parsed.success) return { packages: [], problems: ['no libraries'] }
  const packages: CataloguedPackage[] = []
  for (const [key, { type }] of Object.entries(parsed.data.libraries)) {
    const slash = key.lastIndexOf('/')
    // `project` is the program's own code, which no feed has.
    if (slash <= 0 || (type !== 'package' && type !== 'runtimepack')) continue
    packages.push({
      type: 'nuget',
      namespace: null,
      name: key.slice(0, slash).replace(/^runtimepack\./, ''),
      version: key.slice(slash + 1) || null,
      method: 'deps.json',
      confidence: 'high',
    })
  }
  const shared = framework.exec(file.path)
  if (shared)
    packages.push({
      type: 'nuget',
      namespace: null,
      name: shared[1],
      version: shared[2],
      method: 'framework folder',
      confidence: 'medium',
    })
  return { packages }
}
