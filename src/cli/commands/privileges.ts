import { AllclearError } from '../../base/errors.ts'
import type {
  IdentityPrivileges,
  PrivilegesAnswer,
  StepTaken,
  Ways,
  WorkloadPrivileges,
} from '../../know/privileges/index.ts'
import type { ClusterPrivileges, IdentitiesAnswer, IdentityRow } from '../../know/posture/index.ts'
import type { CommandContext } from '../context.ts'
import { formatSection } from '../output/answer.ts'
import { formatCount, plural } from '../output/format.ts'
import { print } from '../output/print.ts'
import { formatTable } from '../output/table.ts'
import { inert } from '../output/terminal.ts'
import type { OptionValues } from '../spec.ts'
import { sayUnseen } from './reach.ts'

const keys = { secrets: 'secrets', nodes: 'nodes', 'cluster-admin': 'clusterAdmin' } as const

/**
 * `allclear privileges [IDENTITY] --manifests PATH…`, of a cluster of the fleet without: exit code 3 when an object was
 * refused, or roles of the cluster are not seen.
 */
export async function run(context: CommandContext, args: string[], options: OptionValues): Promise<number> {
  const manifests = (options.manifests ?? []) as string[]
  return manifests.length === 0
    ? runCluster(context, args[0], options)
    : runManifests(context, manifests, args[0], options)
}

async function runCluster(
  context: CommandContext,
  identity: string | undefined,
  options: OptionValues,
): Promise<number> {
  const { cluster, workload, to, limit, offset, q } = options
  const client = await context.client()
  if (identity === undefined && workload === undefined && cluster === undefined) {
    const page = await client.get<IdentitiesAnswer>('/identities', { q, to, limit, offset })
    await print(context, {
      value: page,
      names: () => page.rows.map((row) => `${row.cluster} ${row.id}`),
      table: (wide) =>
        `${inert(page.sentence)}\n${formatSection('Identities', page, identityColumns, context.terminal, wide)}`,
    })
    return page.unseen.length === 0 ? 0 : 3
  }
  const answer = await client.get<ClusterPrivileges>('/privileges', { cluster, identity, workload, to })
  sayUnseen(context, { ...answer.unseen, waysIn: null, policies: null })
  await show(context, answer, identity !== undefined || workload !== undefined)
  return answer.unseen.roles === null && answer.refused.length === 0 ? 0 : 3
}

const identityColumns = [
  { title: 'cluster', value: (row: IdentityRow) => row.cluster },
  { title: 'identity', value: (row: IdentityRow) => row.id, flexible: true },
  { title: 'workloads', value: (row: IdentityRow) => row.workloads },
  { title: 'secrets', value: (row: IdentityRow) => row.steps.secrets ?? '-' },
  { title: 'nodes', value: (row: IdentityRow) => row.steps.nodes ?? '-' },
  { title: 'cluster-admin', value: (row: IdentityRow) => row.steps.clusterAdmin ?? '-' },
  { title: 'reaches', value: (row: IdentityRow) => row.sentence, flexible: true },
  { title: 'shortest way', value: (row: IdentityRow) => wayInWords(row.way), wide: true },
]

async function runManifests(
  context: CommandContext,
  manifests: string[],
  identity: string | undefined,
  options: OptionValues,
): Promise<number> {
  const client = await context.client('nothing')
  const whole = await client.work<PrivilegesAnswer>(
    '/privileges',
    {},
    { inputs: manifests, kind: 'manifests', onProgress: (progress) => context.progress.show(progress) },
  )
  context.progress.end()
  await show(context, filtered(whole, identity, options), identity !== undefined)
  return whole.refused.length > 0 ? 3 : 0
}

async function show(context: CommandContext, answer: PrivilegesAnswer, one: boolean): Promise<void> {
  for (const { source, reason } of answer.refused)
    context.io.writeError(`Refused: ${inert(source)}: ${inert(reason)}\n`)
  for (const note of answer.notes) context.io.writeError(`Note: ${inert(note)}.\n`)
  if (context.form === 'dot' || context.form === 'mermaid')
    await context.io.write(drawn(answer, context.form))
  else
    await print(context, {
      value: answer,
      names: () => [...answer.workloads, ...answer.identities].map(({ id }) => id),
      table: (wide) => formatPrivileges(context, answer, wide, one),
    })
}

function filtered(
  answer: PrivilegesAnswer,
  identity: string | undefined,
  options: OptionValues,
): PrivilegesAnswer {
  const { workload, to } = options
  const target = to === undefined ? null : keys[to as keyof typeof keys]
  const reaches = ({ ways }: { ways: Ways }): boolean => target === null || ways[target] !== null
  const named = (id: string, name: string): boolean =>
    id === name || id.replace(/^\w+ /, '').replace(/\[\w+\]$/, '') === name
  const identities = answer.identities.filter(
    (one) => reaches(one) && workload === undefined && (identity === undefined || named(one.id, identity)),
  )
  const workloads = answer.workloads.filter(
    (one) =>
      reaches(one) &&
      (workload === undefined || named(one.id, workload as string)) &&
      (identity === undefined || named(`ServiceAccount ${one.serviceAccount}`, identity)),
  )
  if (
    (identity !== undefined && answer.identities.every(({ id }) => !named(id, identity))) ||
    (workload !== undefined && answer.workloads.every(({ id }) => !named(id, workload as string)))
  ) {
    throw new AllclearError('not-found', {
      message: `There is no ${identity === undefined ? `workload ${String(workload)}` : `identity ${identity}`} among the objects.`,
      next: 'List all with `-o name`.',
    })
  }
  if (identity === undefined && workload === undefined && target === null) return answer
  // Of a part of the answer, only the steps that begin there or lie on its ways.
  const shown = new Set([...identities.map(({ id }) => id), ...workloads.map(({ id }) => `workload ${id}`)])
  const taken = new Set(
    [...identities, ...workloads].flatMap(({ ways }) =>
      [ways.secrets, ways.nodes, ways.clusterAdmin].flatMap((way) => (way ?? []).map(keyOf)),
    ),
  )
  const steps = answer.steps.filter((step) => shown.has(step.from) || taken.has(keyOf(step)))
  return { ...answer, identities, workloads, steps }
}

function keyOf({ from, to, step }: StepTaken): string {
  return `${from}\n${to}\n${step}`
}

function formatPrivileges(
  { terminal }: CommandContext,
  answer: PrivilegesAnswer,
  wide: boolean,
  one: boolean,
): string {
  const { workloads, identities, counts } = answer
  const lines = [
    `${terminal.bold(`${plural(counts.workloads, 'workload')}, ${plural(counts.identities, 'identity')}, ${plural(counts.steps, 'escalation step')}`)}\n`,
  ]
  const columns = [
    { title: 'secrets', value: ({ ways }: { ways: Ways }) => lengthOf(ways.secrets) },
    { title: 'nodes', value: ({ ways }: { ways: Ways }) => lengthOf(ways.nodes) },
    { title: 'cluster-admin', value: ({ ways }: { ways: Ways }) => lengthOf(ways.clusterAdmin) },
  ]
  const risky = <Row extends { ways: Ways }>(rows: readonly Row[]): Row[] =>
    rows
      .filter(({ ways }) => one || ways.secrets !== null || ways.nodes !== null || ways.clusterAdmin !== null)
      .toSorted((a, b) => rank(a.ways) - rank(b.ways))
  const shownWorkloads = risky(workloads)
  const shownIdentities = risky(identities)
  if (shownWorkloads.length > 0)
    lines.push(
      `\n${terminal.bold(`Workloads (${formatCount(shownWorkloads.length)})`)}, steps to\n`,
      formatTable<WorkloadPrivileges>(
        [
          { title: 'workload', value: ({ id }) => id, flexible: true },
          {
            title: 'service account',
            value: ({ serviceAccount, tokenMounted }) =>
              tokenMounted ? serviceAccount : `${serviceAccount} (no token)`,
            flexible: true,
          },
          ...columns,
          {
            title: 'host access',
            value: ({ hostAccess }) => [...new Set(hostAccess.map(({ step }) => step))].join(', ') || '-',
            flexible: true,
          },
          { title: 'shortest way', value: ({ ways }) => wayInWords(shortest(ways)), wide: true },
        ],
        shownWorkloads,
        terminal,
        wide,
      ),
    )
  if (shownIdentities.length > 0)
    lines.push(
      `\n${terminal.bold(`Identities (${formatCount(shownIdentities.length)})`)}, steps to\n`,
      formatTable<IdentityPrivileges>(
        [
          { title: 'identity', value: ({ id }) => id, flexible: true },
          { title: 'workloads', value: ({ workloads: count }) => count },
          ...columns,
          { title: 'rules', value: ({ rules }) => rules.length },
          { title: 'shortest way', value: ({ ways }) => wayInWords(shortest(ways)), wide: true },
        ],
        shownIdentities,
        terminal,
        wide,
      ),
    )
  if (shownWorkloads.length + shownIdentities.length === 0)
    lines.push('None of them reaches secrets, nodes or cluster-admin.\n')
  if (one)
    for (const { id, ways } of [...shownWorkloads, ...shownIdentities])
      for (const [name, key] of Object.entries(keys)) {
        const way = ways[key]
        if (way === null || way.length === 0) continue
        lines.push(`\n${terminal.bold(`${inert(id)} to ${name}`)}\n`)
        for (const { step, to, why, via } of way)
          lines.push(`  ${step} → ${inert(to)}\n    ${why}\n    ${terminal.faint(inert(via))}\n`)
      }
  return lines.join('')
}

function lengthOf(way: readonly StepTaken[] | null): string {
  return way === null ? '-' : String(way.length)
}

function rank({ secrets, nodes, clusterAdmin }: Ways): number {
  const far = 1_000
  return (clusterAdmin?.length ?? far) * far * far + (nodes?.length ?? far) * far + (secrets?.length ?? far)
}

function shortest({ clusterAdmin, nodes, secrets }: Ways): readonly StepTaken[] {
  return clusterAdmin ?? nodes ?? secrets ?? []
}

function wayInWords(way: readonly StepTaken[]): string {
  return way.map(({ step, to }) => `${step} → ${to}`).join(', ')
}

/** The shortest ways of what is shown, as a graph. */
function drawn({ workloads, identities }: PrivilegesAnswer, form: 'dot' | 'mermaid'): string {
  const edges = new Map<string, StepTaken>()
  for (const { ways } of [...workloads, ...identities])
    for (const way of [ways.secrets, ways.nodes, ways.clusterAdmin])
      for (const step of way ?? []) edges.set(keyOf(step), step)
  const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
  if (form === 'dot') {
    const lines = [...edges.values()].map(
      ({ from, to, step }) => `  ${quoted(from)} -> ${quoted(to)} [label=${quoted(step)}]`,
    )
    return `digraph {\n  rankdir="LR"\n  node [shape="box"]\n${lines.join('\n')}\n}\n`
  }
  const ids = new Map<string, string>()
  const id = (name: string): string => {
    if (!ids.has(name)) ids.set(name, `n${ids.size + 1}`)
    return `${ids.get(name)}["${name.replaceAll('"', '#quot;')}"]`
  }
  return `flowchart LR\n${[...edges.values()].map(({ from, to, step }) => `  ${id(from)} -->|"${step}"| ${id(to)}`).join('\n')}\n`
}
