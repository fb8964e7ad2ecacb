import type { Store } from '../../base/store/index.ts'
import type { BlastGraph, WhereAnswer } from '../answers.ts'
import { unpackContents } from '../catalog/index.ts'
import { poolOf } from '../fleet/index.ts'

/**
 * What a question answers, worked out from the rows of the store with sets and loops and nothing else: slow, and
 * written to be seen right. The fleet index is held against it.
 */
export interface NaiveQuestion {
  packages: readonly number[]
  sinceMs: number
  cluster?: string
  owner?: string
}

export type NaiveAnswer = Pick<WhereAnswer, 'images' | 'workloads' | 'nodes' | 'clusters' | 'owners'> & {
  packages: { no: number; images: number; pods: number }[]
  radius: Record<'packages' | 'images' | 'workloads' | 'pods' | 'nodes' | 'clusters' | 'owners', number> & {
    seen: WhereAnswer['radius']['seen']
  }
  graph: BlastGraph
}

interface Run {
  no: number
  workload_no: number
  image_no: number | null
  container: string
  pods: number
  first_seen_at: number
  last_seen_at: number | null
}
interface Pod {
  no: number
  node_no: number | null
  runs: number[]
}
interface Workload {
  no: number
  cluster: string
  namespace: string
  kind: string
  name: string
  owner: string | null
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const unique = <T>(values: readonly T[]): T[] => [...new Set(values)]

export async function naiveAnswer(store: Store, question: NaiveQuestion): Promise<NaiveAnswer> {
  const all = <Row>(sql: string): Promise<Row[]> => store.prepare<Row>(sql).all()
  const images = await all<{ no: number; id: string; name: string }>('select no, id, name from image')
  const documents = await all<{ image_no: number; contents: Uint8Array }>(
    'select image_no, contents from sbom where current = 1',
  )
  const packages = await all<{ no: number; purl: string; name: string; version: string }>(
    'select no, purl, name, version from package_version',
  )
  const clusters = await all<{ no: number; name: string; last_seen_at: number }>('select * from cluster')
  const nodes = await all<{ no: number; cluster: string; name: string; labels: string }>(
    'select node.no as no, cluster.name as cluster, node.name as name, node.labels as labels from node join cluster on cluster.no = node.cluster_no',
  )
  const workloads = await all<Workload>(
    'select workload.no as no, cluster.name as cluster, namespace, kind, workload.name as name, owner from workload join cluster on cluster.no = workload.cluster_no',
  )
  const pods = (
    await all<{ no: number; node_no: number | null; digests: string }>(
      'select no, node_no, digests from pod where last_seen_at is null',
    )
  ).map(({ digests, ...pod }): Pod => ({ ...pod, runs: JSON.parse(digests) as number[] }))
  const runs = await all<Run>('select * from run')

  const contentsOf = (image: number): number[] =>
    unique(
      documents
        .filter(({ image_no }) => image_no === image)
        .flatMap(({ contents }) => [...unpackContents(contents)]),
    )
      .filter((no) => question.packages.includes(no))
      .sort((a, b) => a - b)
  const workloadOf = new Map(workloads.map((workload) => [workload.no, workload]))
  const nodeOf = new Map(nodes.map((node) => [node.no, node]))
  const admitted = ({ workload_no, last_seen_at }: Run): boolean => {
    const workload = workloadOf.get(workload_no)
    return (
      (last_seen_at === null || last_seen_at >= question.sinceMs) &&
      (question.cluster === undefined || workload?.cluster === question.cluster) &&
      (question.owner === undefined || workload?.owner === question.owner)
    )
  }
  const filtered = question.cluster !== undefined || question.owner !== undefined
  const found = images
    .map((image) => ({
      ...image,
      packages: contentsOf(image.no),
      runs: runs.filter((run) => run.image_no === image.no && admitted(run)),
    }))
    .filter((image) => image.packages.length > 0 && (!filtered || image.runs.length > 0))
  const asked = found.flatMap((image) => image.runs)
  const running = asked.filter(({ last_seen_at }) => last_seen_at === null)

  /** Pods of some runs, each once; declared ones where a workload lists none. */
  const podsOf = (some: readonly Run[]): { listed: Pod[]; count: number } => {
    const listed = pods.filter((pod) => some.some(({ no }) => pod.runs.includes(no)))
    const declared = unique(some.map(({ workload_no }) => workload_no)).map((workload) =>
      Math.max(
        0,
        ...some
          .filter(
            ({ no, workload_no }) => workload_no === workload && !pods.some((pod) => pod.runs.includes(no)),
          )
          .map((run) => run.pods),
      ),
    )
    return { listed, count: listed.length + sum(declared) }
  }
  const interval = (some: readonly Run[]) => {
    const runs_ = some.some(({ last_seen_at }) => last_seen_at === null)
    return {
      firstSeenAtMs: some.length === 0 ? null : Math.min(...some.map(({ first_seen_at }) => first_seen_at)),
      lastSeenAtMs:
        runs_ || some.length === 0
          ? null
          : Math.max(...some.map(({ last_seen_at }) => last_seen_at as number)),
      running: runs_,
    }
  }
  const now = (some: readonly Run[]): Run[] => some.filter(({ last_seen_at }) => last_seen_at === null)
  const placed = podsOf(running).listed.filter(({ node_no }) => node_no !== null)
  const clusterOf = ({ workload_no }: Run): string => workloadOf.get(workload_no)?.cluster ?? ''
  const ownerOf = ({ workload_no }: Run): string | null => workloadOf.get(workload_no)?.owner ?? null
  const idOf = ({ cluster, namespace, kind, name }: Workload): string =>
    `${cluster}/${namespace}/${kind}/${name}`
  const distinct = <T>(some: readonly Run[], of: (run: Run) => T): T[] => unique(some.map(of))

  const imageRows = found.map((image) => ({
    no: image.no,
    row: {
      digest: image.id.startsWith('sha256:') ? image.id : null,
      reference: image.name,
      packages: image.packages.map((no) => {
        const { purl, name, version } = packages.find((one) => one.no === no) as (typeof packages)[number]
        return { purl, name, version, fixedIn: '', fixState: 'unknown' as const, state: 'affected' as const }
      }),
      pods: podsOf(now(image.runs)).count,
      workloads: distinct(now(image.runs), ({ workload_no }) => workload_no).length,
      clusters: distinct(now(image.runs), clusterOf).length,
      ...interval(image.runs),
    },
  }))
  const order = (a: { running: boolean; pods: number }, b: { running: boolean; pods: number }): number =>
    Number(b.running) - Number(a.running) || b.pods - a.pods
  imageRows.sort((a, b) => order(a.row, b.row) || byText(a.row.reference, b.row.reference) || a.no - b.no)
  const workloadRows = distinct(asked, ({ workload_no }) => workload_no).map((no) => {
    const own = asked.filter(({ workload_no }) => workload_no === no)
    const workload = workloadOf.get(no) as Workload
    const { listed, count } = podsOf(now(own))
    return {
      no,
      row: {
        id: idOf(workload),
        cluster: workload.cluster,
        namespace: workload.namespace,
        kind: workload.kind,
        name: workload.name,
        owner: workload.owner,
        pods: count,
        nodes: unique(listed.flatMap(({ node_no }) => node_no ?? [])).length,
        images: distinct(
          own,
          ({ image_no }) => images.find((image) => image.no === image_no)?.name ?? '',
        ).sort(byText),
        containers: distinct(own, ({ container }) => container).sort(byText),
        ...interval(own),
        state: 'affected' as const,
        claim: null,
      },
    }
  })
  workloadRows.sort((a, b) => order(a.row, b.row) || byText(a.row.id, b.row.id))
  const nodeRows = unique(placed.map(({ node_no }) => node_no as number)).map((no) => ({
    no,
    row: {
      cluster: nodeOf.get(no)?.cluster ?? '',
      name: nodeOf.get(no)?.name ?? '',
      pods: placed.filter(({ node_no }) => node_no === no).length,
      workloads: unique(
        placed
          .filter(({ node_no }) => node_no === no)
          .map((pod) => runs.find((run) => run.no === pod.runs[0])?.workload_no),
      ).length,
    },
  }))
  nodeRows.sort((a, b) => b.row.pods - a.row.pods || a.no - b.no)
  const clusterRows = distinct(running, clusterOf).map((name) => {
    const own = running.filter((run) => clusterOf(run) === name)
    return {
      name,
      pods: podsOf(own).count,
      workloads: distinct(own, ({ workload_no }) => workload_no).length,
      nodes: nodeRows.filter(({ row }) => row.cluster === name).length,
      images: distinct(own, ({ image_no }) => image_no).length,
      lastSeenAtMs: clusters.find((cluster) => cluster.name === name)?.last_seen_at ?? 0,
    }
  })
  clusterRows.sort((a, b) => b.pods - a.pods || byText(a.name, b.name))
  const ownerRows = distinct(running, ownerOf)
    .filter((name) => name !== null)
    .map((name) => {
      const own = running.filter((run) => ownerOf(run) === name)
      return {
        name,
        pods: podsOf(own).count,
        workloads: distinct(own, ({ workload_no }) => workload_no).length,
        clusters: distinct(own, clusterOf).length,
      }
    })
  ownerRows.sort((a, b) => b.workloads - a.workloads || byText(a.name, b.name))
  const packageRows = question.packages.map((no) => {
    const own = imageRows.filter((image) => contentsOf(image.no).includes(no))
    return { no, images: own.length, pods: sum(own.map(({ row }) => row.pods)) }
  })
  packageRows.sort((a, b) => b.pods - a.pods || b.images - a.images || a.no - b.no)

  /** The drawn picture: every pair one by one, with what is not drawn folded into the rest of its column. */
  const graph = (): BlastGraph => {
    const runningImages = imageRows.filter(({ row }) => row.running)
    const runningWorkloads = workloadRows.filter(({ row }) => row.running)
    const poolKey = (node: number): string =>
      `${nodeOf.get(node)?.cluster}\n${poolOf(JSON.parse(nodeOf.get(node)?.labels ?? '{}') as Record<string, string>)}`
    const pools = unique(placed.map(({ node_no }) => poolKey(node_no as number)))
    const podsInPool = (some: readonly Pod[], pool: string): number =>
      some.filter(({ node_no }) => node_no !== null && poolKey(node_no) === pool).length
    const column = (items: { key: string; label: string; detail: string; pods: number }[]) => {
      const sorted = [...items].sort((a, b) => b.pods - a.pods || byText(a.label, b.label))
      const drawn = sorted.length <= 12 ? sorted : sorted.slice(0, 11)
      const folded = sorted.slice(drawn.length)
      const nodes_ = drawn.map(({ key, ...node }) => ({ id: key, ...node, folded: 0 }))
      if (folded.length > 0)
        nodes_.push({
          id: 'rest',
          label: `+${folded.length} more`,
          detail: '',
          pods: sum(folded.map((item) => item.pods)),
          folded: folded.length,
        })
      return {
        total: items.length,
        nodes: nodes_,
        idOf: (key: string) => (drawn.some((item) => item.key === key) ? key : 'rest'),
      }
    }
    const columns = {
      package: column(
        packageRows
          .filter(({ no }) => runningImages.some((image) => contentsOf(image.no).includes(no)))
          .map(({ no, pods: count }) => {
            const { name, version } = packages.find((one) => one.no === no) as (typeof packages)[number]
            return { key: `package ${no}`, label: version || 'unknown version', detail: name, pods: count }
          }),
      ),
      image: column(
        runningImages.map(({ no, row }) => ({
          key: `image ${no}`,
          label: row.reference,
          detail: row.digest ?? '',
          pods: row.pods,
        })),
      ),
      workload: column(
        runningWorkloads.map(({ no, row }) => ({
          key: `workload ${no}`,
          label: `${row.namespace}/${row.name}`,
          detail: row.cluster,
          pods: row.pods,
        })),
      ),
      node: column(
        pools.map((pool) => {
          const [cluster, name] = pool.split('\n')
          const count = unique(
            placed.filter(({ node_no }) => poolKey(node_no as number) === pool).map(({ node_no }) => node_no),
          ).length
          return {
            key: `pool ${pool}`,
            label: name || `${cluster} nodes`,
            detail: `${count} nodes`,
            pods: podsInPool(placed, pool),
          }
        }),
      ),
      cluster: column(
        clusterRows.map(({ name, pods: count }) => ({
          key: `cluster ${name}`,
          label: name,
          detail: '',
          pods: count,
        })),
      ),
    }
    const weights = new Map<string, number>()
    const connect = (from: string, to: string, weight: number): void => {
      weights.set(`${from}\t${to}`, (weights.get(`${from}\t${to}`) ?? 0) + weight)
    }
    for (const image of runningImages) {
      const to = `image:${columns.image.idOf(`image ${image.no}`)}`
      for (const no of contentsOf(image.no))
        connect(`package:${columns.package.idOf(`package ${no}`)}`, to, image.row.pods)
      for (const workload of runningWorkloads) {
        const own = running.filter((run) => run.workload_no === workload.no && run.image_no === image.no)
        if (own.length > 0)
          connect(to, `workload:${columns.workload.idOf(`workload ${workload.no}`)}`, podsOf(own).count)
      }
    }
    for (const workload of runningWorkloads) {
      const { listed } = podsOf(running.filter((run) => run.workload_no === workload.no))
      for (const pool of pools)
        connect(
          `workload:${columns.workload.idOf(`workload ${workload.no}`)}`,
          `node:${columns.node.idOf(`pool ${pool}`)}`,
          podsInPool(listed, pool),
        )
    }
    for (const pool of pools)
      connect(
        `node:${columns.node.idOf(`pool ${pool}`)}`,
        `cluster:${columns.cluster.idOf(`cluster ${pool.split('\n')[0]}`)}`,
        podsInPool(placed, pool),
      )
    const titles = {
      package: 'versions',
      image: 'images',
      workload: 'workloads',
      node: 'nodes',
      cluster: 'clusters',
    }
    return {
      columns: (['package', 'image', 'workload', 'node', 'cluster'] as const).map((id) => ({
        id,
        title: titles[id],
        total: id === 'node' ? nodeRows.length : columns[id].total,
        nodes: columns[id].nodes.map((node) => ({ ...node, id: `${id}:${node.id}` })),
      })),
      edges: [...weights].map(([pair, weight]) => {
        const [from, to] = pair.split('\t')
        return { from, to, weight }
      }),
    }
  }

  return {
    packages: packageRows,
    images: { total: imageRows.length, rows: imageRows.map(({ row }) => row) },
    workloads: { total: workloadRows.length, rows: workloadRows.map(({ row }) => row) },
    nodes: { total: nodeRows.length, rows: nodeRows.map(({ row }) => row) },
    clusters: { total: clusterRows.length, rows: clusterRows },
    owners: { total: ownerRows.length, rows: ownerRows },
    radius: {
      packages: question.packages.length,
      images: imageRows.length,
      workloads: workloadRows.filter(({ row }) => row.running).length,
      pods: podsOf(running).count,
      nodes: nodeRows.length,
      clusters: clusterRows.length,
      owners: ownerRows.length,
      seen: {
        images: found.filter((image) => image.runs.length > 0).length,
        workloads: workloadRows.length,
        clusters: distinct(asked, clusterOf).length,
      },
    },
    graph: graph(),
  }
}
