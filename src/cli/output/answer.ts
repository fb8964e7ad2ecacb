import type {
  AffectedImage,
  AffectedWorkload,
  PlacedWorkload,
  Coverage,
  Page,
  Radius,
  UnknownVulnerability,
} from '../../know/answers.ts'
import { formatAge, formatCount, formatShare, plural, shortDigest } from './format.ts'
import { formatTable } from './table.ts'
import type { Column } from './table.ts'
import { inert } from './terminal.ts'
import type { Terminal } from './terminal.ts'

/** Answered from partial data: something that could change the answer was not seen. See exit codes. */
export function isPartial(verdict: 'yes' | 'no' | 'unknown', radius: Radius): boolean {
  const { packages, images, workloads, pods, nodes, clusters } = radius
  return (
    verdict === 'unknown' ||
    [packages, images, workloads, pods, nodes, clusters].some(({ atLeast }) => atLeast)
  )
}

/** The sentence, then how much of the fleet it is about. */
export function formatSentence(
  sentence: string,
  verdict: 'yes' | 'no' | 'unknown',
  terminal: Terminal,
): string {
  const text = inert(sentence)
  return `${verdict === 'yes' ? terminal.paint(['bold', 'red'], text) : terminal.bold(text)}\n`
}

/** Coverage in a line, and a line for each thing that was not seen. */
export function formatCoverage(coverage: Coverage, nowMs: number, terminal: Terminal): string {
  const { images, packages, clusters, feeds } = coverage
  const parts: string[] = []
  if (images.running > 0) {
    parts.push(
      `${formatShare(images.known, images.running)} of ${plural(images.running, 'running image')} known`,
    )
  } else parts.push('no running images')
  if (images.partly > 0) parts.push(`${formatCount(images.partly)} of them partly`)
  parts.push(plural(clusters.total, 'cluster'))
  const newest = feeds.reduce<number | null>(
    (latest, feed) => maxOf(latest, feed.fetchedAtMs ?? feed.newestRecordAtMs),
    null,
  )
  parts.push(
    feeds.length === 0
      ? 'no advisory feeds'
      : `${plural(feeds.length, 'feed')}, newest ${formatAge(newest, nowMs)}`,
  )
  const lines = [`Coverage: ${parts.join('; ')}.`]

  const unknownImages = images.running - images.known
  if (unknownImages > 0) {
    const named = coverage.unknownImages
      .slice(0, 3)
      .map(({ reference, digest }) => reference || shortDigest(digest))
    const more = unknownImages - named.length
    lines.push(
      `Partial: the contents of ${plural(unknownImages, 'running image')} are unknown: ${inert(named.join(', '))}${more > 0 && named.length > 0 ? ` and ${formatCount(more)} more` : ''}.`,
    )
  }
  if (packages.withoutAdvisorySource > 0) {
    const named = packages.uncoveredEcosystems
      .slice(0, 4)
      .map(({ ecosystem, packages: count }) => `${ecosystem || 'no ecosystem'} ${formatCount(count)}`)
    lines.push(
      `Partial: ${formatCount(packages.withoutAdvisorySource)} of ${plural(packages.total, 'package version')} have no advisory source: ${inert(named.join(', '))}.`,
    )
  }
  if (packages.unorderable > 0) {
    lines.push(`Partial: ${plural(packages.unorderable, 'package version')} cannot be ordered or have none.`)
  }
  if (clusters.notSeen.length > 0) {
    const named = clusters.notSeen
      .slice(0, 3)
      .map(({ name, lastSeenAtMs }) =>
        lastSeenAtMs === null ? `${name} not yet` : `${name} last seen ${formatAge(lastSeenAtMs, nowMs)}`,
      )
    lines.push(
      `Partial: ${plural(clusters.notSeen.length, 'cluster')} not seen now: ${inert(named.join(', '))}.`,
    )
  }
  return lines.map((line) => `${terminal.faint(line)}\n`).join('')
}

/** No feed knows the id: how old each feed is, and the way to ask before one does. */
export function formatUnknown(answer: UnknownVulnerability, nowMs: number, terminal: Terminal): string {
  const feeds =
    answer.feeds.length === 0
      ? ''
      : `\n${formatTable(
          [
            { title: 'feed', value: (feed) => feed.id },
            { title: 'records', value: (feed) => feed.records },
            { title: 'newest record', value: (feed) => formatAge(feed.newestRecordAtMs, nowMs) },
            { title: 'fetched', value: (feed) => formatAge(feed.fetchedAtMs, nowMs) },
          ],
          answer.feeds,
          terminal,
          true,
        )}`
  return `${terminal.bold(inert(answer.sentence))}\n${feeds}\n${inert(answer.next)}\n`
}

function maxOf(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b)
}

/** A titled table of a page, with how many rows were left out; nothing when it is empty. */
export function formatSection<Row>(
  title: string,
  page: Page<Row>,
  columns: readonly Column<Row>[],
  terminal: Terminal,
  wide: boolean,
): string {
  if (page.total === 0) return ''
  const left = page.total - page.rows.length
  const more = left > 0 ? terminal.faint(`… and ${formatCount(left)} more; see --limit and --offset\n`) : ''
  return `\n${terminal.bold(`${title} (${formatCount(page.total)})`)}\n${formatTable(columns, page.rows, terminal, wide)}${more}`
}

export function imageColumns(nowMs: number): Column<AffectedImage>[] {
  return [
    { title: 'image', value: (row) => row.reference || shortDigest(row.digest), flexible: true },
    { title: 'packages', value: (row) => packagesInWords(row.packages), flexible: true },
    { title: 'fixed in', value: (row) => fixesInWords(row.packages) },
    { title: 'workloads', value: (row) => row.workloads },
    { title: 'pods', value: (row) => row.pods },
    { title: 'clusters', value: (row) => row.clusters },
    { title: 'seen', value: (row) => (row.running ? 'running' : formatAge(row.lastSeenAtMs, nowMs)) },
    { title: 'first seen', value: (row) => formatAge(row.firstSeenAtMs, nowMs), wide: true },
    { title: 'digest', value: (row) => row.digest ?? '-', wide: true },
  ]
}

function packagesInWords(packages: AffectedImage['packages']): string {
  const named = packages.slice(0, 2).map(({ name, version }) => `${name} ${version}`)
  return named.join(', ') + (packages.length > 2 ? ` +${packages.length - 2}` : '')
}

function fixesInWords(packages: AffectedImage['packages']): string {
  const fixes = [...new Set(packages.map(({ fixedIn, fixState }) => fixedIn || fixState))]
  return fixes.slice(0, 2).join(', ') + (fixes.length > 2 ? ` +${fixes.length - 2}` : '')
}

export function workloadColumns(nowMs: number): Column<AffectedWorkload>[] {
  return [
    { title: 'workload', value: (row) => row.id, flexible: true },
    { title: 'owner', value: (row) => row.owner ?? '-' },
    {
      title: 'state',
      value: (row) => (row.claim === null ? wordsOf(row.state) : `${wordsOf(row.state)} (${row.claim})`),
    },
    { title: 'pods', value: (row) => row.pods },
    { title: 'nodes', value: (row) => row.nodes },
    { title: 'seen', value: (row) => (row.running ? 'running' : formatAge(row.lastSeenAtMs, nowMs)) },
    { title: 'first seen', value: (row) => formatAge(row.firstSeenAtMs, nowMs), wide: true },
    { title: 'containers', value: (row) => row.containers.join(','), wide: true },
    { title: 'images', value: (row) => row.images.join(','), wide: true },
  ]
}

/** … with where each stands in its cluster. */
export function placedWorkloadColumns(nowMs: number): Column<PlacedWorkload>[] {
  const [id, ...rest] = workloadColumns(nowMs) as Column<PlacedWorkload>[]
  return [
    id,
    { title: 'reached from', value: (row) => row.place?.reach ?? '-' },
    { title: 'may become', value: (row) => row.place?.privilege ?? '-' },
    ...rest,
    { title: 'because', value: (row) => row.place?.reasons.join('; ') ?? '-', wide: true },
  ]
}

/** `not_affected` → `not affected` */
export function wordsOf(state: string): string {
  return state.replaceAll('_', ' ')
}
