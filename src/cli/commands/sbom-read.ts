import { namesInWords } from '../../api/document-names.ts'
import { isRefusal } from '../../api/documents.ts'
import type { DocumentsAnswer } from '../../api/documents.ts'
import type { Refusal } from '../../api/context.ts'
import type { SbomDocument } from '../../know/sbom/types.ts'
import { withTotal } from '../client/inputs.ts'
import type { CommandContext } from '../context.ts'
import { openArrayWriter } from '../output/array-writer.ts'
import { formatCount, plural } from '../output/format.ts'
import { formatRefusal } from '../output/refusal.ts'
import { formatTable } from '../output/table.ts'
import { inert } from '../output/terminal.ts'

type Read = SbomDocument & { source: string }

/** `allclear sbom read PATH…`: exit code 3 when some documents were refused, 2 when all were. */
export async function run(context: CommandContext, paths: string[]): Promise<number> {
  const { form, io } = context
  const array = form === 'json' || form === 'yaml' ? await openArrayWriter(io, form) : null
  let documents = 0
  let refused = 0
  const client = await context.client()
  const { skipped } = await client.work<DocumentsAnswer>(
    '/sbom/read',
    {},
    {
      inputs: paths,
      kind: 'sbom',
      onProgress: withTotal(paths, context.io, 'sbom', context.progress.show),
      onResult: async (result) => {
        const element = result as Read | Refusal
        documents++
        if (isRefusal(element)) {
          refused++
          context.progress.end()
          io.writeError(formatRefusal(element))
        }
        if (array !== null) await array.write(element)
        else if (!isRefusal(element))
          await io.write(
            form === 'name' ? `${nameOf(element)}\n` : formatRead(context, element, form === 'wide'),
          )
      },
    },
  )
  context.progress.end()
  await array?.end()
  if (skipped.length > 0) io.writeError(`Not read, by their names: ${namesInWords(skipped)}.\n`)
  if (refused === 0) return 0
  return refused === documents ? 2 : 3
}

function nameOf({ subject, source }: Read): string {
  return subject.references[0] ?? subject.name ?? source
}

function formatRead({ terminal }: CommandContext, read: Read, wide: boolean): string {
  const types = new Map<string, number>()
  for (const { type } of read.packages) types.set(type, (types.get(type) ?? 0) + 1)
  const kinds = [...types]
    .toSorted((a, b) => b[1] - a[1])
    .map(([type, count]) => `${type || 'no type'} ${formatCount(count)}`)
  const distro =
    read.distro === null ? '' : `, ${read.distro.id} ${read.distro.versionId ?? 'of unknown release'}`
  const lines = [
    `${terminal.bold(inert(read.source))}: ${read.format} ${inert(read.specVersion)}, ${plural(read.packages.length, 'package')}${kinds.length > 0 ? ` (${inert(kinds.join(', '))})` : ''}${inert(distro)}.\n`,
  ]
  const names = [read.subject.references[0] ?? read.subject.name ?? '', ...read.subject.digests].filter(
    Boolean,
  )
  if (names.length > 0) lines.push(terminal.faint(`Subject: ${inert(names.join('  '))}\n`))
  for (const { reason, count, examples } of read.leftOut) {
    lines.push(
      terminal.faint(
        `Left out: ${formatCount(count)}: ${inert(reason)} (${inert(examples.slice(0, 3).join(', '))})\n`,
      ),
    )
  }
  if (wide) {
    lines.push(
      formatTable(
        [
          { title: 'package', value: (row) => (row.namespace ? `${row.namespace}/${row.name}` : row.name) },
          { title: 'version', value: (row) => row.version ?? 'unknown' },
          { title: 'type', value: (row) => row.type },
          {
            title: 'source',
            value: (row) => (row.source === null ? '-' : `${row.source.name} ${row.source.version ?? ''}`),
          },
          { title: 'place', value: (row) => row.locator },
          { title: 'purl', value: (row) => row.purl ?? '-' },
        ],
        read.packages,
        terminal,
        true,
      ),
    )
  }
  return lines.join('')
}
