import type { ClusterDetail } from '../../know/live-answers.ts'
import type { CommandContext } from '../context.ts'
import { formatAge } from './format.ts'
import { formatTable } from './table.ts'

const sightWords: Record<ClusterDetail['state']['sight'], string> = {
  starting: 'its first lists are under way',
  seen: 'seen: everything that answers need is current',
  partly: 'seen in part: something that answers need is refused',
  lost: 'lost: it does not answer',
  unwatched: 'not watched',
}

/** Everything that is watched was seen. */
export function isWhole({ state }: ClusterDetail): boolean {
  return state.seenAtMs !== null && state.resources.every(({ unknown }) => unknown === null)
}

/** A live cluster for people: how it is reached, how well it is seen, and what is unknown. */
export function formatCluster(
  cluster: ClusterDetail,
  { io, terminal }: CommandContext,
  wide: boolean,
): string {
  const { state } = cluster
  const nowMs = io.clock.nowMs()
  const from =
    cluster.kind === 'agent'
      ? 'its agent'
      : cluster.kind === 'in-cluster'
        ? 'the service account of this pod'
        : cluster.kind === 'copy'
          ? `a copy of context ${cluster.context}`
          : `context ${cluster.context} of ${cluster.file}`
  const lines = [
    `${terminal.bold(cluster.name)}  ${sightWords[state.sight]}${state.reason ? ` (${state.reason})` : ''}\n`,
    `  reached   ${cluster.server === null ? '' : `${cluster.server}, `}by ${from}\n`,
    `  version   ${state.serverVersion ?? 'unknown'}\n`,
    `  seen      ${state.seenAtMs === null ? 'never' : formatAge(state.seenAtMs, nowMs)}\n`,
  ]
  const shown = wide
    ? state.resources
    : state.resources.filter(
        ({ unknown, reason, state: own, problems }) =>
          unknown !== null || (reason !== null && own !== 'not-served') || problems > 0,
      )
  if (shown.length > 0)
    lines.push(
      '\n',
      formatTable(
        [
          { title: 'resource', value: (row) => row.id },
          { title: 'state', value: (row) => row.state },
          { title: 'objects', value: (row) => row.objects },
          {
            title: 'listed',
            value: (row) => (row.syncedAtMs === null ? 'never' : formatAge(row.syncedAtMs, nowMs)),
          },
          { title: 'lists', value: (row) => row.lists, wide: true },
          { title: 'watches', value: (row) => row.watches, wide: true },
          { title: 'why', value: (row) => row.reason ?? '', flexible: true },
          { title: 'unknown', value: (row) => row.unknown ?? '', flexible: true },
        ],
        shown,
        terminal,
        wide,
      ),
    )
  else {
    const objects = state.resources.reduce((sum, { objects: own }) => sum + own, 0)
    lines.push(`  watches   ${state.resources.length} resources, ${objects} objects (-o wide lists them)\n`)
  }
  if (state.problemsTotal > 0) {
    lines.push(`\n${state.problemsTotal} objects were not believed or not read:\n`)
    for (const { resource, object, reason } of state.problems.slice(0, 10))
      lines.push(`  ${resource}${object === null ? '' : ` ${object}`}: ${reason}\n`)
  }
  return lines.join('')
}
