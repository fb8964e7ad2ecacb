import type { CataloguedImagePackage, ImageContents } from '../../know/catalog/types.ts'
import type { CommandContext } from '../context.ts'
import { contentsOf } from '../image-argument.ts'
import { formatCount, plural } from '../output/format.ts'
import { print } from '../output/print.ts'
import { formatTable } from '../output/table.ts'
import { inert } from '../output/terminal.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear image packages IMAGE`: exit code 3 when something in the image could not be read. */
export async function run(context: CommandContext, [name]: string[], options: OptionValues): Promise<number> {
  const found = await contentsOf(context, name, options.platform)
  const { type } = options
  const contents: ImageContents =
    typeof type === 'string'
      ? { ...found, packages: found.packages.filter((one) => one.type === type) }
      : found
  await print(context, {
    value: contents,
    names: () =>
      contents.packages.map(({ purl, name: own, version }) => purl ?? `${own} ${version ?? ''}`.trim()),
    table: (wide) => formatContents(context, contents, wide),
  })
  return contents.problems.length > 0 ? 3 : 0
}

export function formatContents({ terminal }: CommandContext, contents: ImageContents, wide: boolean): string {
  const { distribution, packages } = contents
  const kinds = new Map<string, number>()
  for (const { type } of packages) kinds.set(type, (kinds.get(type) ?? 0) + 1)
  const owned = packages.filter(({ ownedBy }) => ownedBy !== null).length
  const lines = [
    `${terminal.bold(inert(contents.references[0] ?? contents.source))}: ${plural(packages.length, 'package')} in ${plural(contents.layers.length, 'layer')}${distribution === null ? ', no distribution' : `, ${inert(distribution.name ?? `${distribution.id} ${distribution.versionId ?? ''}`)}`}.\n`,
    terminal.faint(
      `${[...kinds].map(([type, count]) => `${type} ${formatCount(count)}`).join(', ')}${owned > 0 ? `; ${formatCount(owned)} of them are files of distribution packages` : ''}\n`,
    ),
  ]
  for (const { reason, count, examples } of contents.problems)
    lines.push(
      terminal.faint(
        `Left out: ${formatCount(count)}: ${inert(reason)} (${inert(examples.slice(0, 3).join(', '))})\n`,
      ),
    )
  if (packages.length > 0) lines.push('\n', formatPackages(packages, terminal, wide))
  return lines.join('')
}

function formatPackages(
  packages: readonly CataloguedImagePackage[],
  terminal: CommandContext['terminal'],
  wide: boolean,
): string {
  return formatTable(
    [
      { title: 'type', value: (row) => row.type },
      {
        title: 'package',
        value: (row) =>
          row.namespace && row.type !== 'deb' && row.type !== 'apk' && row.type !== 'rpm'
            ? `${row.namespace}/${row.name}`
            : row.name,
        flexible: true,
      },
      { title: 'version', value: (row) => row.version ?? 'unknown', flexible: true },
      { title: 'found by', value: (row) => row.evidence[0].method },
      { title: 'layer', value: (row) => row.evidence[0].layer + 1, right: true },
      { title: 'owned by', value: (row) => row.ownedBy ?? '-' },
      { title: 'confidence', value: (row) => row.evidence[0].confidence, wide: true },
      { title: 'places', value: (row) => row.evidence.length, right: true, wide: true },
      {
        title: 'file',
        value: ({ evidence: [{ path, inside }] }) => `/${path}${inside === null ? '' : `!${inside}`}`,
        flexible: true,
      },
      { title: 'note', value: (row) => row.note ?? '', wide: true },
      { title: 'purl', value: (row) => row.purl ?? '-', wide: true },
    ],
    packages,
    terminal,
    wide,
  )
}
