import type { ImageLayers } from '../../know/catalog/types.ts'
import type { CommandContext } from '../context.ts'
import { contentsOf, localImage } from '../image-argument.ts'
import { formatAge, formatBytes, plural } from '../output/format.ts'
import { print } from '../output/print.ts'
import { formatTable } from '../output/table.ts'
import { inert } from '../output/terminal.ts'
import type { OptionValues } from '../spec.ts'

type Shown = Omit<ImageLayers, 'cataloguedAtMs' | 'id'>

/** `allclear image layers IMAGE` */
export async function run(
  context: CommandContext,
  [name]: string[],
  { platform }: OptionValues,
): Promise<number> {
  const shown = await layersOf(context, name, platform)
  await print(context, {
    value: shown,
    names: () => shown.layers.map(({ diffId, position }) => diffId ?? String(position)),
    table: (wide) => formatLayers(context, shown, wide),
  })
  return 0
}

/** An image on this machine is read now; which images it is built on only the known ones can tell. */
async function layersOf(context: CommandContext, name: string, platform: unknown): Promise<Shown> {
  if (localImage(name, context.io) === null) {
    const client = await context.client()
    return client.get<ImageLayers>(`/images/${encodeURIComponent(name)}/layers`)
  }
  const contents = await contentsOf(context, name, platform)
  return {
    digest: contents.digest,
    reference: contents.references[0] ?? contents.source,
    platform: contents.platform,
    createdAtMs: contents.createdAtMs,
    distribution: contents.distribution,
    bases: [],
    layers: contents.layers,
    documents: [],
  }
}

function formatLayers({ terminal, io }: CommandContext, shown: Shown, wide: boolean): string {
  const base = shown.bases.find(({ layers }) => layers > 0)
  return [
    `${terminal.bold(inert(shown.reference))}: ${plural(shown.layers.length, 'layer')}${shown.platform === null ? '' : `, ${inert(shown.platform)}`}${shown.createdAtMs === null ? '' : `, made ${formatAge(shown.createdAtMs, io.clock.nowMs())}`}.\n`,
    base === undefined
      ? ''
      : `Built on ${inert(base.name)}: its ${plural(base.layers, 'layer')} are the lowest ones.\n`,
    '\n',
    formatTable(
      [
        { title: 'layer', value: (row) => row.position + 1, right: true },
        {
          title: 'size',
          value: (row) => (row.sizeBytes === null ? '-' : formatBytes(row.sizeBytes)),
          right: true,
        },
        { title: 'files', value: (row) => row.files + row.hiddenFiles, right: true },
        { title: 'hidden', value: (row) => row.hiddenFiles, right: true },
        { title: 'packages', value: (row) => row.packages, right: true },
        ...(base === undefined
          ? []
          : [
              {
                title: 'from',
                value: (row: ImageLayers['layers'][number]) => (row.position < base.layers ? base.name : '-'),
              },
            ]),
        { title: 'made by', value: (row) => row.createdBy ?? '-', flexible: true },
        { title: 'unpacked digest', value: (row) => row.diffId ?? '-', wide: true },
        { title: 'digest', value: (row) => row.digest ?? '-', wide: true },
      ],
      shown.layers,
      terminal,
      wide,
    ),
    ...shown.documents.map(
      ({ format, tools, both, onlyDocumentTotal, onlyLayersTotal, onlyDocument, onlyLayers }) =>
        `\n${format} by ${inert(tools.join(', ') || 'an unnamed tool')}: ${both} packages as read here, ${onlyDocumentTotal} only there, ${onlyLayersTotal} only here.\n${
          wide
            ? [
                ...onlyDocument.map((name) => `  only there  ${inert(name)}\n`),
                ...onlyLayers.map((name) => `  only here   ${inert(name)}\n`),
              ].join('')
            : ''
        }`,
    ),
  ].join('')
}
