import type { CommandContext } from '../context.ts'
import { formatSection } from '../output/answer.ts'
import { print } from '../output/print.ts'
import { formatTable } from '../output/table.ts'
import { inert } from '../output/terminal.ts'

/** What is shown of an OSV record; it is as its feed wrote it, so everything may be missing. https://ossf.github.io/osv-schema */
interface ShownRecord {
  id?: string
  summary?: string
  details?: string
  aliases?: string[]
  related?: string[]
  upstream?: string[]
  published?: string
  modified?: string
  withdrawn?: string
  severity?: { type?: string; score?: string }[]
  affected?: {
    package?: { ecosystem?: string; name?: string }
    ranges?: { type?: string; events?: Record<string, string>[] }[]
    versions?: string[]
  }[]
  references?: { type?: string; url?: string }[]
}

/** Listed versions that are named one by one; the rest are counted. */
const versionsNamed = 5

/** `allclear advisory show ID`: the record as it came. */
export async function run(context: CommandContext, [id]: string[]): Promise<number> {
  const client = await context.client()
  const record = await client.get<ShownRecord>(`/advisories/${encodeURIComponent(id)}`)
  await print(context, {
    value: record,
    names: () => [record.id ?? id],
    table: (wide) => formatRecord(context, record, wide),
  })
  return 0
}

function formatRecord({ terminal }: CommandContext, record: ShownRecord, wide: boolean): string {
  const facts: [string, string | undefined][] = [
    ['also', [...(record.aliases ?? []), ...(record.upstream ?? [])].join(', ')],
    ['related', record.related?.join(', ')],
    ['published', record.published],
    ['modified', record.modified],
    ['withdrawn', record.withdrawn],
    ...(record.severity ?? []).map(({ type, score }): [string, string] => [type ?? 'severity', score ?? '']),
  ]
  const affected = (record.affected ?? []).map((one) => ({
    ecosystem: one.package?.ecosystem ?? '-',
    name: one.package?.name ?? '-',
    range: [...(one.ranges ?? []).map(rangeInWords), versionsInWords(one.versions ?? [], wide)]
      .filter((text) => text !== '')
      .join('; '),
  }))
  const references = record.references ?? []
  return [
    `${terminal.bold(inert(`${record.id ?? ''}  ${record.summary ?? ''}`.trim()))}\n\n`,
    formatTable(
      [
        { title: 'what', value: (row) => row[0] },
        { title: 'value', value: (row) => row[1] ?? '', flexible: true },
      ],
      facts.filter(([, value]) => value),
      terminal,
      wide,
    ),
    formatSection(
      'Affected',
      { total: affected.length, rows: affected },
      [
        { title: 'ecosystem', value: (row) => row.ecosystem },
        { title: 'package', value: (row) => row.name },
        { title: 'range', value: (row) => row.range, flexible: true },
      ],
      terminal,
      wide,
    ),
    wide
      ? formatSection(
          'References',
          { total: references.length, rows: references },
          [
            { title: 'type', value: (row) => row.type ?? '-' },
            { title: 'url', value: (row) => row.url ?? '-' },
          ],
          terminal,
          wide,
        )
      : '',
    wide && record.details ? `\n${inert(record.details.trim())}\n` : '',
  ].join('')
}

/** `introduced 0, fixed 2.15.0`: the events in the order in which the feed wrote them. */
function rangeInWords({ type, events }: { type?: string; events?: Record<string, string>[] }): string {
  const words = (events ?? []).flatMap((event) =>
    Object.entries(event).map(([name, version]) => `${name.replaceAll('_', ' ')} ${version}`),
  )
  return `${type === 'GIT' ? 'git: ' : ''}${words.join(', ')}`
}

function versionsInWords(versions: readonly string[], wide: boolean): string {
  if (versions.length === 0) return ''
  if (wide || versions.length <= versionsNamed) return `listed ${versions.join(', ')}`
  return `listed ${versions.slice(0, versionsNamed).join(', ')} and ${versions.length - versionsNamed} more`
}
