import { z } from 'zod'
import { readJsonFile } from './json-file.ts'
import type { Cataloguer, CatalogFile, Reading } from './types.ts'

/** Installed Node.js packages: each folder with a `package.json` that names and versions it. */
export const npm: Cataloguer = {
  id: 'npm',
  title: 'Node.js packages',
  links: [
    'https://docs.npmjs.com/cli/v11/configuring-npm/package-json',
    'https://pnpm.io/symlinked-node-modules-structure',
  ],
  finds: ['npm'],
  reads: '`**/package.json` of packages in `node_modules` (npm, yarn, pnpm) and of programs outside it',
  wants: (path, name) => name === 'package.json' && isPackageFolder(path),
  read: readPackage,
}

/**
 * Within `node_modules` a package lies directly in it or in a scope; what lies deeper is part of a package: its tests,
 * or a marker that says which module system a folder uses.
 */
function isPackageFolder(path: string): boolean {
  const last = path.lastIndexOf('node_modules/')
  if (last < 0) return true
  const rest = path.slice(last + 'node_modules/'.length).split('/')
  return rest.length === 2 || (rest.length === 3 && rest[0].startsWith('@'))
}

const schema = z.object({
  name: z
    .string()
    .max(214)
    .regex(/^(?:@[^/@\s]+\/)?[^/@\s]+$/),
  version: z
    .string()
    .regex(/^v?\d+\.\d+\.\d+/)
    .max(256),
  private: z.unknown().optional(),
  license: z
    .union([z.string(), z.object({ type: z.string() })])
    .optional()
    .catch(undefined),
})

function readPackage(file: CatalogFile): Reading {
  const json = readJsonFile(file)
  if (!json.ok) return { packages: [], problems: [json.reason] }
  const parsed = schema.safeParse(json.value)
  // Markers, workspaces and private programs have no name or version that anybody could look up.
  if (!parsed.success) return { packages: [] }
  const { name, version, license } = parsed.data
  const slash = name.indexOf('/')
  return {
    packages: [
      {
        type: 'npm',
        namespace: slash < 0 ? null : name.slice(0, slash),
        name: name.slice(slash + 1),
        version: version.replace(/^v/, ''),
        licence: typeof license === 'object' ? license.type : (license ?? null),
        method: 'package.json',
        confidence: file.path.includes('node_modules/') ? 'high' : 'medium',
      },
    ],
  }
}
