import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixedClock } from '../../base/clock.ts'
import { openStore, type Store } from '../../base/store/index.ts'
import { packContents, packLocators } from '../catalog/index.ts'
import { blastGraph, buildFleetIndex, countPackages, PurlBlanks, Reach } from './index.ts'
import { naiveAnswer, type NaiveAnswer, type NaiveQuestion } from './naive-for-test.ts'
import { clusterRows, imageRows, nodeRows, ownerRows, packageRows, radiusOf, workloadRows } from './pages.ts'

// Columns of the drawn picture fold after twelve, so there are more than that of everything.
const packageCount = 16
const clusterCount = 14
const nodeCount = 30
const owners = [null, 'team-a', 'team-b', 'team-c']
const nowMs = 1_000_000

let store: Store
beforeAll(async () => {
  store = await openStore({ clock: fixedClock(nowMs) })
})
afterAll(() => store.close())

/** A fleet as numbers, so that a failing one can be made smaller. */
const fleets = fc.record({
  images: fc.array(fc.subarray(Array.from({ length: packageCount }, (_, no) => no + 1)), { maxLength: 16 }),
  workloads: fc.array(fc.record({ cluster: fc.nat(clusterCount - 1), owner: fc.nat(owners.length - 1) }), {
    minLength: 1,
    maxLength: 20,
  }),
  runs: fc.array(
    fc.record({
      workload: fc.nat(),
      /** 0: not resolved. */
      image: fc.nat(),
      /** How long ago it ended, ms; 0: it runs. */
      ended: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 4000 })),
      began: fc.nat(500_000),
      declared: fc.nat(4),
      container: fc.constantFrom('main', 'sidecar', 'init'),
    }),
    { maxLength: 40 },
  ),
  pods: fc.array(
    fc.record({
      workload: fc.nat(),
      node: fc.nat(),
      runs: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
    }),
    { maxLength: 60 },
  ),
})
type Fleet = typeof fleets extends fc.Arbitrary<infer T> ? T : never

const questions = fc.record({
  packages: fc.subarray(Array.from({ length: packageCount }, (_, no) => no + 1)),
  sinceMs: fc.constantFrom(0, nowMs - 4000, nowMs - 2000, nowMs - 1000, nowMs - 500, nowMs),
  cluster: fc.option(fc.nat(clusterCount - 1)),
  owner: fc.option(fc.integer({ min: 1, max: owners.length - 1 })),
})

async function write(fleet: Fleet): Promise<void> {
  const podsOfRun = new Map<number, number>()
  const runs = fleet.runs.map((run, at) => ({
    ...run,
    no: at + 1,
    workload: (run.workload % fleet.workloads.length) + 1,
    image: run.image % (fleet.images.length + 1),
  }))
  const pods = fleet.pods.flatMap((pod) => {
    const workload = (pod.workload % fleet.workloads.length) + 1
    const open = runs.filter((run) => run.workload === workload && run.ended === 0)
    if (open.length === 0) return []
    const own = [...new Set(pod.runs.map((at) => open[at % open.length].no))]
    for (const no of own) podsOfRun.set(no, (podsOfRun.get(no) ?? 0) + 1)
    return [{ workload, node: pod.node % (nodeCount + 1), runs: own }]
  })
  const clusterOf = (workload: number): number => fleet.workloads[workload - 1].cluster + 1
  await store.transaction(
    async (transaction) => {
      for (const table of ['package_version', 'image', 'sbom', 'cluster', 'node', 'workload', 'run', 'pod'])
        await transaction.prepare(`delete from ${table}`).run()
      await transaction.insert(
        'package_version',
        ['no', 'ecosystem', 'type', 'name', 'version', 'source_name', 'source_version', 'purl'],
        Array.from({ length: packageCount }, (_, at) => [
          at + 1,
          'npm',
          'npm',
          'lib',
          `${at}.0.0`,
          '',
          '',
          `pkg:npm/lib@${at}.0.0`,
        ]),
      )
      await transaction.insert(
        'image',
        ['no', 'id', 'digest', 'name', 'first_seen_at'],
        fleet.images.map((_, at) => [at + 1, `sha256:${at}`, `sha256:${at}`, `image-${at}`, 1]),
      )
      await transaction.insert(
        'sbom',
        [
          'no',
          'image_no',
          'sha256',
          'source',
          'format',
          'spec_version',
          'tools',
          'imported_at',
          'size_bytes',
          'package_count',
          'contents',
          'locators',
          'left_out',
        ],
        fleet.images.map((contents, at) => [
          at + 1,
          at + 1,
          String(at),
          'test',
          'cyclonedx-json',
          '1.6',
          '[]',
          1,
          1,
          contents.length,
          packContents(Uint32Array.from(contents).sort()),
          packLocators([]),
          '[]',
        ]),
      )
      await transaction.insert(
        'cluster',
        ['no', 'name', 'source', 'declared_only', 'first_seen_at', 'last_seen_at'],
        Array.from({ length: clusterCount }, (_, at) => [at + 1, `cluster-${at}`, 'live', 0, 1, nowMs]),
      )
      await transaction.insert(
        'node',
        ['no', 'cluster_no', 'name', 'labels', 'first_seen_at'],
        Array.from({ length: nodeCount }, (_, at) => [
          at + 1,
          (at % clusterCount) + 1,
          `node-${at}`,
          at % 3 === 0 ? '{}' : JSON.stringify({ 'node-pool': `pool-${at % 10}` }),
          1,
        ]),
      )
      await transaction.insert(
        'workload',
        ['no', 'cluster_no', 'namespace', 'kind', 'name', 'owner', 'labels', 'annotations', 'first_seen_at'],
        fleet.workloads.map(({ cluster, owner }, at) => [
          at + 1,
          cluster + 1,
          'ns',
          'Deployment',
          `app-${at}`,
          owners[owner],
          '{}',
          '{}',
          1,
        ]),
      )
      await transaction.insert(
        'run',
        [
          'no',
          'workload_no',
          'container',
          'container_kind',
          'reference',
          'image_no',
          'resolved_by',
          'pods',
          'first_seen_at',
          'last_seen_at',
        ],
        runs.map(({ no, workload, container, image, ended, began, declared }) => [
          no,
          workload,
          container,
          'main',
          'r',
          image === 0 ? null : image,
          'digest',
          podsOfRun.get(no) ?? declared,
          began,
          ended === 0 ? null : nowMs - ended,
        ]),
      )
      await transaction.insert(
        'pod',
        [
          'no',
          'cluster_no',
          'uid',
          'namespace',
          'name',
          'workload_no',
          'node_no',
          'phase',
          'digests',
          'first_seen_at',
        ],
        pods.map(({ workload, node, runs: own }, at) => [
          at + 1,
          clusterOf(workload),
          `u${at}`,
          'ns',
          `pod-${at}`,
          workload,
          // Pods are on nodes of their own cluster.
          node === 0 ? null : clusterOf(workload) + clusterCount * (node % 2),
          'Running',
          JSON.stringify(own),
          1,
        ]),
      )
    },
    { mode: 'bulk' },
  )
}

/** The graph with names instead of numbers, in an order; edges that weigh nothing say nothing. */
function drawn({ columns, edges }: NaiveAnswer['graph']) {
  const nameOf = new Map(
    columns.flatMap(({ id, nodes }) =>
      nodes.map((node) => [node.id, node.folded > 0 ? `${id} rest` : `${id} ${node.label} ${node.detail}`]),
    ),
  )
  return {
    columns: columns.map((column) => ({
      ...column,
      nodes: column.nodes.map(({ label, detail, pods, folded }) => ({ label, detail, pods, folded })),
    })),
    edges: edges
      .filter(({ weight }) => weight > 0)
      .map(({ from, to, weight }) => `${nameOf.get(from)} → ${nameOf.get(to)}: ${weight}`)
      .sort(),
  }
}

function answerOf(reach: Reach) {
  const page = { limit: 1000, offset: 0 }
  const blanks = new PurlBlanks()
  const verdict = { fixedIn: '', fixState: 'unknown' as const, state: 'affected' as const }
  const counts = countPackages(reach)
  const { seen, ...radius } = radiusOf(reach, false)
  const answer = {
    packages: packageRows(reach, counts, page, () => verdict, blanks),
    images: imageRows(reach, page, () => verdict, blanks),
    workloads: workloadRows(reach, page, () => ({ state: 'affected', claim: null })),
    nodes: nodeRows(reach, page),
    clusters: clusterRows(reach),
    owners: ownerRows(reach),
    radius: {
      ...Object.fromEntries(Object.entries(radius).map(([name, { value }]) => [name, value])),
      seen: { ...seen },
    },
    graph: drawn(blastGraph(reach, counts)),
  }
  for (const [no, rows] of blanks.rows) for (const row of rows) row.purl = `pkg:npm/lib@${no - 1}.0.0`
  return answer
}

function questionOf({
  packages,
  sinceMs,
  cluster,
  owner,
}: typeof questions extends fc.Arbitrary<infer T> ? T : never): NaiveQuestion {
  return {
    packages,
    sinceMs,
    ...(cluster === null ? {} : { cluster: `cluster-${cluster}` }),
    ...(owner === null ? {} : { owner: owners[owner] as string }),
  }
}

describe('what a question reaches', () => {
  it('is what sets and loops over the store say, however the fleet looks', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fleets, fc.array(questions, { minLength: 1, maxLength: 4 }), async (fleet, asked) => {
        await write(fleet)
        const index = await buildFleetIndex(store)
        // One after the other in the same arrays: nothing of a question may be left for the next.
        const reaches = [new Reach(index), new Reach(index, 0), new Reach(index, Infinity)]
        for (const [one, reach] of asked.flatMap((one) => reaches.map((reach) => [one, reach] as const))) {
          const question = questionOf(one)
          const naive = await naiveAnswer(store, question)
          const answer = answerOf(
            reach.ofPackages(question.packages, {
              sinceMs: question.sinceMs,
              ...(question.cluster === undefined
                ? {}
                : { cluster: index.clusterName.indexOf(question.cluster) }),
              ...(question.owner === undefined ? {} : { owner: index.names.number(question.owner) }),
            }),
          )
          const { packages, graph, ...rest } = naive
          expect(answer).toMatchObject(rest)
          expect(answer.packages.rows.map(({ purl, images, pods }) => ({ purl, images, pods }))).toEqual(
            packages.map(({ no, images, pods }) => ({ purl: `pkg:npm/lib@${no - 1}.0.0`, images, pods })),
          )
          expect(answer.graph).toEqual(drawn(graph))
        }
      }),
      { numRuns: 60 },
    )
  })
})
