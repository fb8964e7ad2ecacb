import { AllclearError } from '../../base/errors.ts'
import type { ClusterReach, ClusterReachDiff } from '../../know/posture/index.ts'
import type { Connection, Entry, ReachAnswer, ReachChange, ReachDiff } from '../../know/reach/index.ts'
import type { CommandContext } from '../context.ts'
import { formatCount, plural } from '../output/format.ts'
import { print } from '../output/print.ts'
import { formatTable } from '../output/table.ts'
import { inert } from '../output/terminal.ts'
import type { OptionValues } from '../spec.ts'

/**
 * `allclear reach --manifests PATH…`, of a cluster of the fleet without, and `reach diff`. Exit code 3 when an object was
 * refused or something of the cluster is not seen, whose part in the answer is not known; 1 when `--compare` finds a
 * difference that nothing explains.
 */
export async function run(context: CommandContext, _args: string[], options: OptionValues): Promise<number> {
  const manifests = (options.manifests ?? []) as string[]
  if (context.path === 'reach diff')
    return manifests.length === 0 ? runClusterDiff(context, options) : runDiff(context, manifests, options)
  return manifests.length === 0 ? runCluster(context, options) : runReach(context, manifests, options)
}

async function runCluster(context: CommandContext, options: OptionValues): Promise<number> {
  if (typeof options.compare === 'string') {
    throw new AllclearError('usage', {
      message: '--compare is for manifests.',
      next: 'Name them: `--manifests DIR`.',
    })
  }
  const client = await context.client()
  const { cluster, from, to, hostNetwork } = options
  const answer = await client.get<ClusterReach>('/reach', { cluster, from, to, hostNetwork })
  sayLeftOpen(context, answer)
  sayUnseen(context, answer.unseen)
  await show(context, answer, () => answer.sentences)
  return isSeen(answer.unseen) && answer.refused.length === 0 ? 0 : 3
}

async function runClusterDiff(context: CommandContext, options: OptionValues): Promise<number> {
  const changed = changedOf(options)
  const { cluster, hostNetwork } = options
  if (typeof cluster !== 'string') {
    throw new AllclearError('usage', {
      message: 'A difference in which cluster?',
      next: 'Name it with `--cluster NAME`, or manifests with `--manifests DIR`.',
    })
  }
  const client = await context.client()
  const diff = await client.work<ClusterReachDiff>(
    `/reach/clusters/${encodeURIComponent(cluster)}/diff`,
    { hostNetwork: hostNetwork as string | undefined },
    {
      inputs: changed,
      kind: 'manifests',
      onProgress: (progress) => context.progress.show(progress),
    },
  )
  return showDiff(context, diff)
}

async function runReach(
  context: CommandContext,
  manifests: string[],
  options: OptionValues,
): Promise<number> {
  const answerWith = async (hostNetwork: unknown): Promise<ReachAnswer> => {
    const client = await context.client('nothing')
    return client.work<ReachAnswer>(
      '/reach',
      { hostNetwork: hostNetwork as string | undefined },
      { inputs: manifests, kind: 'manifests', onProgress: (progress) => context.progress.show(progress) },
    )
  }
  const answer = filtered(await answerWith(options.hostNetwork), options)
  sayLeftOpen(context, answer)
  if (typeof options.compare === 'string') {
    const { compareWith } = await import('./reach-compare.ts')
    const other = filtered(await answerWith(options.hostNetwork === 'pods' ? 'nodes' : 'pods'), options)
    return compareWith(context, options.compare, answer, other)
  }
  await show(context, answer)
  return answer.refused.length > 0 ? 3 : 0
}

async function show(
  context: CommandContext,
  answer: ReachAnswer,
  sentences: () => readonly string[] = () => [],
): Promise<void> {
  switch (context.form) {
    case 'txt':
    case 'dot':
    case 'mermaid': {
      const { writeDot, writeMermaid, writeText } = await import('../../know/reach/index.ts')
      const write = { txt: writeText, dot: writeDot, mermaid: writeMermaid }[context.form]
      context.progress.end()
      await context.io.write(write(answer))
      break
    }
    default:
      await print(context, {
        value: answer,
        names: () => [...new Set(answer.sections.flatMap(({ workloads }) => workloads))],
        table: (wide) =>
          sentences()
            .map((sentence) => `${inert(sentence)}\n`)
            .join('') + formatReach(context, answer, wide),
      })
  }
}

async function runDiff(context: CommandContext, manifests: string[], options: OptionValues): Promise<number> {
  const changed = changedOf(options)
  const client = await context.client('nothing')
  const diff = await client.work<ReachDiff>(
    '/reach/diff',
    { hostNetwork: options.hostNetwork as string | undefined, with: changed },
    {
      inputs: [...manifests, ...changed],
      kind: 'manifests',
      onProgress: (progress) => context.progress.show(progress),
    },
  )
  return showDiff(context, diff)
}

function changedOf(options: OptionValues): string[] {
  const changed = (options.with ?? []) as string[]
  if (changed.length > 0) return changed
  throw new AllclearError('usage', {
    message: 'A difference to what?',
    next: 'Name the changed or added objects: `--with POLICY.yaml`.',
  })
}

async function showDiff(context: CommandContext, diff: ReachDiff): Promise<number> {
  sayLeftOpen(context, diff)
  if (context.form === 'txt') {
    context.progress.end()
    await context.io.write(diff.changes.map(changeLine).join(''))
  } else {
    await print(context, {
      value: diff,
      names: () => [...new Set(diff.changes.map(({ destination }) => destination))],
      table: (wide) => formatDiff(context, diff, wide),
    })
  }
  return diff.refused.length > 0 ? 3 : 0
}

/** On stderr, like everything that an answer leaves open. */
export function sayUnseen({ io }: CommandContext, unseen: ClusterReach['unseen']): void {
  const words = { waysIn: 'ways in from outside', policies: 'policies', roles: 'rights in the API' }
  for (const part of ['waysIn', 'policies', 'roles'] as const)
    if (unseen[part] !== null) io.writeError(`Unknown: ${words[part]}: ${inert(unseen[part])}.\n`)
}

export function isSeen({ waysIn, policies, roles }: ClusterReach['unseen']): boolean {
  return waysIn === null && policies === null && roles === null
}

/** Only connections from and to what the options name; `internet` is every address outside and every proxy. */
function filtered(answer: ReachAnswer, { from, to }: OptionValues): ReachAnswer {
  if (from === undefined && to === undefined) return answer
  const keeps = (name: string, wanted: unknown): boolean =>
    wanted === undefined ||
    (wanted === 'internet'
      ? name.endsWith('[External]') || name.startsWith('{')
      : name === wanted || name.replace(/\[\w+\](?:\{.*\})?$/, '') === wanted)
  const outside = from === undefined || from === 'internet'
  return {
    ...answer,
    sections: answer.sections.map((section) => ({
      ...section,
      connections: section.connections.filter(
        ({ source, destination }) => keeps(source, from) && keeps(destination, to),
      ),
    })),
    entries: outside ? answer.entries.filter(({ destination }) => keeps(destination, to)) : [],
  }
}

/** On stderr, so that every form keeps its shape. */
function sayLeftOpen({ io, progress }: CommandContext, { notes, refused }: ReachAnswer | ReachDiff): void {
  progress.end()
  for (const { source, reason } of refused) io.writeError(`Refused: ${inert(source)}: ${inert(reason)}\n`)
  for (const note of notes) io.writeError(`Note: ${inert(note)}.\n`)
}

function formatReach({ terminal }: CommandContext, answer: ReachAnswer, wide: boolean): string {
  const { workloads, policies, classes } = answer.counts
  const connections = answer.sections.flatMap((section) => section.connections)
  const lines = [
    `${terminal.bold(`${plural(connections.length, 'connection')} between ${plural(workloads, 'workload')} and the outside`)}\n`,
    terminal.faint(
      `${plural(policies, 'policy')}, ${formatCount(classes)} kinds of workloads that they tell apart\n`,
    ),
  ]
  if (answer.entries.length > 0) {
    lines.push(
      `\n${terminal.bold(`Ways in from outside (${formatCount(answer.entries.length)})`)}\n`,
      formatTable<Entry>(
        [
          { title: 'way in', value: ({ via }) => via, flexible: true },
          { title: 'at', value: ({ at }) => at.join(', '), flexible: true },
          { title: 'workload', value: ({ destination }) => destination, flexible: true },
          { title: 'leads to', value: ({ ports }) => ports },
          {
            title: 'policies let in',
            value: ({ allowed }) => (allowed === 'No Connections' ? 'nothing' : allowed),
          },
          { title: 'path', value: ({ path }) => path.join(' → '), wide: true },
        ],
        answer.entries,
        terminal,
        wide,
      ),
    )
  }
  for (const { network, connections: own } of answer.sections) {
    if (own.length === 0) continue
    const title = network === null ? 'Connections' : `Connections on ${network.kind} ${network.name}`
    lines.push(
      `\n${terminal.bold(`${title} (${formatCount(own.length)})`)}\n`,
      formatTable<Connection>(
        [
          { title: 'from', value: ({ source }) => source, flexible: true },
          { title: 'to', value: ({ destination }) => destination, flexible: true },
          { title: 'ports', value: ({ ports }) => ports, flexible: true },
        ],
        own,
        terminal,
        wide,
      ),
    )
  }
  return lines.join('')
}

/** As the text form of connections: one line, with all that it says. */
function changeLine({ kind, source, destination, before, after, workload }: ReachChange): string {
  const told = workload === null ? '' : `, ${workload}`
  return `${kind}: ${source} => ${destination} : ${before} -> ${after}${told}\n`
}

function formatDiff({ terminal }: CommandContext, { changes }: ReachDiff, wide: boolean): string {
  if (changes.length === 0) return `${terminal.bold('Nothing changes: the same connections are allowed.')}\n`
  const count = (kind: ReachChange['kind']): number => changes.filter((change) => change.kind === kind).length
  return (
    `${terminal.bold(`${formatCount(count('added'))} opened, ${formatCount(count('removed'))} cut, ${formatCount(count('changed'))} changed`)}\n\n` +
    formatTable<ReachChange>(
      [
        { title: 'change', value: ({ kind }) => kind },
        { title: 'from', value: ({ source }) => source, flexible: true },
        { title: 'to', value: ({ destination }) => destination, flexible: true },
        { title: 'before', value: ({ before }) => before, flexible: true },
        { title: 'after', value: ({ after }) => after, flexible: true },
        { title: 'workload', value: ({ workload }) => workload ?? '-', wide: true },
      ],
      changes,
      terminal,
      wide,
    )
  )
}
