import { AllclearError } from '../../base/errors.ts'
import type { ImageAdded, RunningImagesRead } from '../../know/catalog/types.ts'
import type { CommandContext } from '../context.ts'
import { localImage } from '../image-argument.ts'
import { formatCount, formatDuration, plural } from '../output/format.ts'
import { print } from '../output/print.ts'
import { formatTable } from '../output/table.ts'
import { inert } from '../output/terminal.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear image add IMAGE`: exit code 3 when something in the image could not be read. */
export async function run(
  context: CommandContext,
  [name]: string[],
  { platform, reference, running, limit }: OptionValues,
): Promise<number> {
  if (running === true) return addRunning(context, typeof limit === 'string' ? Number(limit) : undefined)
  if (name === undefined)
    throw new AllclearError('usage', {
      message: 'No image is named.',
      next: 'Name one, or read all that runs with --running.',
    })
  const image = localImage(name, context.io)
  const client = await context.client()
  const query = {
    ...(typeof platform === 'string' ? { platform } : {}),
    ...(typeof reference === 'string' ? { reference } : {}),
  }
  const onProgress: CommandContext['progress']['show'] = (progress) => context.progress.show(progress)
  const added =
    image === null
      ? await client.work<ImageAdded>('/images/pull', {}, { json: { ...query, image: name }, onProgress })
      : await client.work<ImageAdded>('/images', query, { image, onProgress })
  context.progress.end()
  await print(context, {
    value: added,
    names: () => [added.id],
    table: () => formatAdded(context, added),
  })
  return added.problems.length > 0 ? 3 : 0
}

/** Exit code 3 when some could not be read, 4 when none of those that were tried could. */
async function addRunning(context: CommandContext, limit: number | undefined): Promise<number> {
  const client = await context.client()
  const report = await client.work<RunningImagesRead>(
    '/images/running',
    {},
    {
      json: limit === undefined ? {} : { limit },
      onProgress: (progress) => context.progress.show(progress),
    },
  )
  context.progress.end()
  await print(context, {
    value: report,
    names: () => report.failed.map(({ reference }) => reference),
    table: (wide) =>
      `${context.terminal.bold(`${plural(report.read, 'image')} read, ${formatCount(report.failedTotal)} could not be`)}; ${formatCount(report.waiting)} wait after earlier failures, ${formatCount(report.left)} are left. ${formatDuration(report.tookMs)}.\n` +
      (report.failed.length === 0
        ? ''
        : `\n${formatTable(
            [
              { title: 'image', value: (row) => row.reference, flexible: true },
              { title: 'because', value: (row) => row.reason, flexible: true },
              { title: 'code', value: (row) => row.code, wide: true },
            ],
            report.failed,
            context.terminal,
            wide,
          )}`),
  })
  if (report.failedTotal === 0) return 0
  return report.read === 0 ? 4 : 3
}

function formatAdded({ terminal }: CommandContext, added: ImageAdded): string {
  const lines = [
    `${terminal.bold(inert(added.reference))}: ${plural(added.packages, 'package')} in ${plural(added.layers, 'layer')}${added.changed ? '' : ', as known already'}. ${plural(added.findingsAdded, 'finding')} came. ${formatDuration(added.tookMs)}.\n`,
    terminal.faint(`${added.id}\n`),
  ]
  if (added.owned > 0)
    lines.push(
      terminal.faint(
        `${plural(added.owned, 'package')} are files of distribution packages, whose advisories decide.\n`,
      ),
    )
  for (const { name, layers } of added.bases)
    lines.push(terminal.faint(`Built on ${inert(name)} (its ${plural(layers, 'layer')}).\n`))
  for (const one of added.attached) {
    lines.push(
      one.refused === ''
        ? `Attached ${inert(one.format)} (${inert(one.signature)}): ${plural(one.both, 'package')} as read here, ${one.onlyDocumentTotal} only in the document${examplesOf(one.onlyDocument)}, ${one.onlyLayersTotal} only in the layers${examplesOf(one.onlyLayers)}.\n`
        : `Attached ${inert(one.artifactType)} was not read: ${inert(one.refused)}\n`,
    )
  }
  for (const { reason, count, examples } of added.problems)
    lines.push(
      terminal.faint(`Left out: ${count}: ${inert(reason)} (${inert(examples.slice(0, 3).join(', '))})\n`),
    )
  return lines.join('')
}

function examplesOf(names: readonly string[]): string {
  return names.length === 0 ? '' : ` (${inert(names.slice(0, 3).join(', '))})`
}
