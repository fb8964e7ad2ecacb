import { AllclearError } from '../../base/errors.ts'
import type { Connection, Entry, ReachAnswer, ReachChange, ReachDiff } from '../../know/reach/index.ts'
import type { CommandContext } from '../context.ts'
import { formatCount, plural } from '../output/format.ts'
import { print } from '../output/print.ts'
import { formatTable } from '../output/table.ts'
import { inert } from '../output/terminal.ts'
import type { OptionValues } from '../spec.ts'

/**
 * `allclear reach --manifests PATH…` and `reach diff`. Exit code 3 when an object was refused, whose part in the answer is
 * not known; 1 when `--compare` finds a difference that nothing explains.
 */
export async function run(context: CommandContext, _args: string[], options: OptionValues): Promise<number> {
  const manifests = (options.manifests ?? []) as string[]
  if (manifests.length === 0) {
    throw new AllclearError('usage', {
      message: 'Reachability of what?',
      next: 'Name manifests: `--manifests DIR`, or `-` for `kubectl get … -o json` on stdin.',
    })
  }
  return context.path === 'reach diff'
    ? runDiff(context, manifests, options)
    : runReach(context, manifests, options)
}

async function runReach(
  context: CommandContext,
  manifests: string[],
  options: OptionValues,
): Promise<number> {
  const answerWith = async (hostNetwork: unknown): Promise<ReachAnswer> => {
    const client = await context.client()
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
        table: (wide) => formatReach(context, answer, wide),
      })
  }
  return answer.refused.length > 0 ? 3 : 0
}

async function runDiff(context: CommandContext, manifests: string[], options: OptionValues): Promise<number> {
  const changed = (options.with ?? []) as string[]
  if (changed.length === 0) {
    throw new AllclearError('usage', {
      message: 'A difference to what?',
      next: 'Name the changed or added objects: `--with POLICY.yaml`.',
    })
  }
  const client = await context.client()
  const diff = await client.work<ReachDiff>(
    '/reach/diff',
    { hostNetwork: options.hostNetwork as string | undefined, with: changed },
    {
      inputs: [...manifests, ...changed],
      kind: 'manifests',
      onProgress: (progress) => context.progress.show(progress),
    },
  )
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
