import type { ImageDiff } from '../../know/catalog/types.ts'
import type { CommandContext } from '../context.ts'
import { contentsOf, localImage } from '../image-argument.ts'
import { formatCount, plural } from '../output/format.ts'
import { print } from '../output/print.ts'
import { formatTable } from '../output/table.ts'
import { inert } from '../output/terminal.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear image diff A B` */
export async function run(
  context: CommandContext,
  [a, b]: string[],
  { platform }: OptionValues,
): Promise<number> {
  const diff = await diffOf(context, a, b, platform)
  await print(context, {
    value: diff,
    names: () => [...diff.added, ...diff.removed].map(({ purl, name }) => purl ?? name),
    table: (wide) => formatDiff(context, diff, wide),
  })
  return 0
}

async function diffOf(context: CommandContext, a: string, b: string, platform: unknown): Promise<ImageDiff> {
  const own = [a, b].filter((name) => localImage(name, context.io) !== null).length
  if (own === 0) {
    const client = await context.client()
    return client.get<ImageDiff>(`/images/${encodeURIComponent(a)}/diff/${encodeURIComponent(b)}`)
  }
  // One of two that is known needs the data; both are asked of the same place.
  const needsData = own === 1
  const before = await contentsOf(context, a, platform, { needsData })
  const after = await contentsOf(context, b, platform, { needsData })
  const { diffContents } = await import('../../know/catalog/index.ts')
  return diffContents(before, after)
}

function formatDiff({ terminal }: CommandContext, diff: ImageDiff, wide: boolean): string {
  const rows = [
    ...diff.changed.map(({ type, name, from, to }) => ({
      what: 'changed',
      type,
      name,
      from: from.join(', '),
      to: to.join(', '),
    })),
    ...diff.added.map(({ type, name, version }) => ({
      what: 'added',
      type,
      name,
      from: '-',
      to: version ?? 'unknown',
    })),
    ...diff.removed.map(({ type, name, version }) => ({
      what: 'removed',
      type,
      name,
      from: version ?? 'unknown',
      to: '-',
    })),
  ]
  return [
    `${terminal.bold(`${inert(diff.a.reference ?? diff.a.source)} to ${inert(diff.b.reference ?? diff.b.source)}`)}: ${formatCount(diff.changed.length)} changed, ${formatCount(diff.added.length)} added, ${formatCount(diff.removed.length)} removed, ${formatCount(diff.unchanged)} unchanged.\n`,
    terminal.faint(
      `${plural(diff.sharedLayers, 'layer')} of ${diff.a.layers} and ${diff.b.layers} are the same${diff.distribution.a === diff.distribution.b ? '' : `; ${inert(diff.distribution.a ?? 'no distribution')} became ${inert(diff.distribution.b ?? 'none')}`}.\n`,
    ),
    rows.length === 0
      ? ''
      : `\n${formatTable(
          [
            { title: 'what', value: (row) => row.what },
            { title: 'type', value: (row) => row.type },
            { title: 'package', value: (row) => row.name, flexible: true },
            { title: 'from', value: (row) => row.from, flexible: true },
            { title: 'to', value: (row) => row.to, flexible: true },
          ],
          rows,
          terminal,
          wide,
        )}`,
  ].join('')
}
