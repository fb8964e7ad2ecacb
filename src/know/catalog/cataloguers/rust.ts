import { inflateSync } from 'node:zlib'
import { z } from 'zod'
import { openProgram } from './program-file.ts'
import { nothing, type Cataloguer, type CatalogFile, type Reading } from './types.ts'

/** Rust programs that were built with cargo-auditable carry the list of their crates. */
export const rust: Cataloguer = {
  id: 'rust',
  title: 'Rust programs',
  links: ['https://github.com/rust-secure-code/cargo-auditable/blob/master/PARSING.md'],
  finds: ['cargo'],
  reads: 'ELF, Mach-O and PE programs with a `.dep-v0` section',
  wantsPrograms: true,
  read: readProgram,
}

/** The specification's own advice: 8 MiB. */
const listBytesMax = 8 * 1024 * 1024
const schema = z.object({
  packages: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      source: z.string(),
      kind: z.string().optional(),
      root: z.boolean().optional(),
    }),
  ),
})

function readProgram({ bytes }: CatalogFile): Reading {
  const program = openProgram(bytes)
  const section = program?.section('.dep-v0') ?? program?.section('__DATA,.dep-v0') ?? null
  if (section === null) return nothing
  let list
  try {
    list = schema.parse(JSON.parse(inflateSync(section, { maxOutputLength: listBytesMax }).toString('utf8')))
  } catch {
    return { packages: [], problems: ['a list of crates that cannot be read'] }
  }
  return {
    packages: list.packages
      // Build dependencies and procedural macros ran on the builder and are not in the program.
      .filter(({ kind }) => kind !== 'build')
      .map(({ name, version, source, root }) => ({
        type: 'cargo',
        namespace: null,
        name,
        version,
        method: 'cargo-auditable',
        confidence: 'high' as const,
        note: root ? 'the program itself' : source === 'crates.io' ? null : `from ${source}`,
      })),
  }
}
