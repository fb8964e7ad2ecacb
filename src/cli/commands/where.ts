import { AllclearError } from '../../base/errors.ts'
import type { CveAnswer, UnknownVulnerability, WhereAnswer } from '../../know/answers.ts'
import type { Client } from '../client/client.ts'
import type { CommandContext } from '../context.ts'
import {
  formatCoverage,
  formatSection,
  formatSentence,
  formatUnknown,
  imageColumns,
  isPartial,
  workloadColumns,
} from '../output/answer.ts'
import { formatAge, parseDuration } from '../output/format.ts'
import { print } from '../output/print.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear where QUERY`: exit code 3 when the answer is from partial data. */
export async function run(context: CommandContext, args: string[], options: OptionValues): Promise<number> {
  const { cluster, owner, limit, offset, sort, since } = options
  const sinceMs = typeof since === 'string' ? parseDuration(since) : undefined
  if (sinceMs === null) {
    throw new AllclearError('usage', {
      message: `\`${since}\` is no duration.`,
      next: 'Write it like `30d`, `12h` or `90min`.',
    })
  }
  const client = await context.client()
  const query = { q: args.join(' '), cluster, owner, limit, offset, sort, sinceMs }
  const answer = await client.get<WhereAnswer>('/where', query)
  const unknown = await unknownToFeeds(client, answer)
  await print(context, {
    value: answer,
    names: () => answer.workloads.rows.map((row) => row.id),
    table: (wide) =>
      formatWhere(context, answer, wide) +
      (unknown === null ? '' : `\n${formatUnknown(unknown, context.io.clock.nowMs(), context.terminal)}`),
  })
  return isPartial(answer.verdict, answer.radius) ? 3 : 0
}

/** "Nothing found" for an id that no feed knows means less than for one that they know; the answer page tells which. */
async function unknownToFeeds(client: Client, answer: WhereAnswer): Promise<UnknownVulnerability | null> {
  if (answer.kind !== 'vulnerability' || answer.packages.total > 0 || answer.images.total > 0) return null
  const page = await client.get<CveAnswer | UnknownVulnerability>(`/cve/${encodeURIComponent(answer.query)}`)
  return 'known' in page ? page : null
}

function formatWhere({ terminal, io }: CommandContext, answer: WhereAnswer, wide: boolean): string {
  const nowMs = io.clock.nowMs()
  const text =
    formatSentence(answer.sentence, answer.verdict, terminal) +
    formatCoverage(answer.coverage, nowMs, terminal) +
    formatSection('Images', answer.images, imageColumns(nowMs), terminal, wide) +
    formatSection('Workloads', answer.workloads, workloadColumns(nowMs), terminal, wide)
  if (!wide) return text
  return (
    text +
    formatSection(
      'Packages',
      answer.packages,
      [
        { title: 'package', value: (row) => row.name },
        { title: 'version', value: (row) => row.version },
        { title: 'ecosystem', value: (row) => row.ecosystem },
        { title: 'images', value: (row) => row.images },
        { title: 'pods', value: (row) => row.pods },
        { title: 'purl', value: (row) => row.purl },
      ],
      terminal,
      wide,
    ) +
    formatSection(
      'Clusters',
      answer.clusters,
      [
        { title: 'cluster', value: (row) => row.name },
        { title: 'workloads', value: (row) => row.workloads },
        { title: 'pods', value: (row) => row.pods },
        { title: 'nodes', value: (row) => row.nodes },
        { title: 'images', value: (row) => row.images },
        { title: 'seen', value: (row) => formatAge(row.lastSeenAtMs, nowMs) },
      ],
      terminal,
      wide,
    ) +
    formatSection(
      'Nodes',
      answer.nodes,
      [
        { title: 'node', value: (row) => `${row.cluster}/${row.name}` },
        { title: 'workloads', value: (row) => row.workloads },
        { title: 'pods', value: (row) => row.pods },
      ],
      terminal,
      wide,
    ) +
    formatSection(
      'Owners',
      answer.owners,
      [
        { title: 'owner', value: (row) => row.name },
        { title: 'workloads', value: (row) => row.workloads },
        { title: 'pods', value: (row) => row.pods },
        { title: 'clusters', value: (row) => row.clusters },
      ],
      terminal,
      wide,
    )
  )
}
