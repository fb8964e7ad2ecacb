/**
 * Writes the generated fleet into an empty data directory: `node bench/fleet-store.ts DIRECTORY SCALE`. A process of its
 * own, so that what it took is not measured later.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { openBlobs } from '../src/base/blobs.ts'
import { systemClock } from '../src/base/clock.ts'
import { openStore, type Store, type Value } from '../src/base/store/index.ts'
import { packContents, packLocators } from '../src/know/catalog/index.ts'
import type { PodShape } from '../src/know/fleet/index.ts'
import { openKnowledge, type Knowledge } from '../src/know/index.ts'

/** How large the generated fleet is. */
export interface FleetSize {
  clusters: number
  nodes: number
  pods: number
  images: number
  packages: number
  packagesPerImage: number
  workloads: number
  /** Images that each workload ran one after the other within 30 days; the last runs now. */
  generations: number
  advisories: number
}

/** Scale 1 is the fleet that the budgets are for. */
export function fleetSize(scale: number): FleetSize {
  return {
    clusters: Math.max(3, Math.round(1000 * scale)),
    nodes: Math.round(100_000 * scale),
    pods: Math.round(1_000_000 * scale),
    images: Math.round(50_000 * scale),
    packages: Math.round(300_000 * scale),
    packagesPerImage: 300,
    workloads: Math.round(120_000 * scale),
    generations: 10,
    advisories: Math.round(20_000 * scale),
  }
}

const dayMs = 86_400_000

/** A small generator of numbers (mulberry32): the same seed gives the same fleet. */
export class Dice {
  #seed = 20_261_124

  random(): number {
    this.#seed = (this.#seed + 0x6d2b79f5) | 0
    let t = Math.imul(this.#seed ^ (this.#seed >>> 15), 1 | this.#seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  even(max: number): number {
    return Math.floor(max * this.random())
  }

  /** Small numbers are drawn far more often, as base packages are in images: the first is in nearly all of them. */
  skewed(max: number): number {
    return Math.min(max - 1, Math.floor(max * this.random() ** 4))
  }
}

/** Every third package version is a Debian package, the others are of npm; a name has eight versions. */
export class Packages {
  readonly count: number
  readonly #names: number

  constructor(count: number) {
    this.count = count
    this.#names = Math.max(100, Math.round(count / 8))
  }

  name(no: number): string {
    return `package-${(no * 7919) % this.#names}`
  }

  version(no: number): string {
    return `${no % 9}.${no % 23}.${no}`
  }

  isDebian(no: number): boolean {
    return no % 3 === 0
  }

  /** Advisories of Debian name source packages; one has ten binary package versions. */
  source(no: number): string {
    return `source-${no % 9_973}`
  }

  row(no: number): Value[] {
    const name = this.name(no)
    const version = this.version(no)
    return this.isDebian(no)
      ? [no, 'Debian:12', 'deb', name, version, this.source(no), '', `pkg:deb/debian/${name}@${version}`]
      : [no, 'npm', 'npm', name, version, '', '', `pkg:npm/${name}@${version}`]
  }
}

export const digestOfImage = (no: number): string => `sha256:${no.toString(16).padStart(64, '0')}`

/** Nodes and workloads of a cluster were stored together, as an import or the first listing of a cluster stores them. */
export function clusterOf(no: number, count: number, { clusters }: FleetSize): number {
  return 1 + Math.floor(((no - 1) * clusters) / count)
}

function* rows(count: number, row: (no: number) => Value[]): Generator<Value[]> {
  for (let no = 1; no <= count; no++) yield row(no)
}

/** Writes images, their contents, clusters, workloads, runs and pods into an empty store. */
export async function generateFleet(store: Store, size: FleetSize, dice: Dice, nowMs: number): Promise<void> {
  const packages = new Packages(size.packages)
  const podsOf = new Uint32Array(size.workloads + 1)
  const workloadOfPod = Uint32Array.from({ length: size.pods }, () => 1 + dice.even(size.workloads))
  for (const workload of workloadOfPod) podsOf[workload]++
  const nodesPerCluster = Math.floor(size.nodes / size.clusters)
  await store.transaction(
    async (transaction) => {
      await transaction.insert(
        'package_version',
        ['no', 'ecosystem', 'type', 'name', 'version', 'source_name', 'source_version', 'purl'],
        rows(size.packages, (no) => packages.row(no)),
      )
      await transaction.insert(
        'image',
        ['no', 'id', 'digest', 'name', 'first_seen_at'],
        rows(size.images, (no) => [
          no,
          digestOfImage(no),
          digestOfImage(no),
          `registry.example/team-${no % 300}/service-${no}:1`,
          nowMs - 30 * dayMs,
        ]),
      )
      const locators = packLocators(['/components/0'])
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
          'current',
        ],
        rows(size.images, (no) => {
          const contents = new Set<number>()
          while (contents.size < size.packagesPerImage) contents.add(1 + dice.skewed(size.packages))
          return [
            no,
            no,
            no.toString(16),
            'bench',
            'cyclonedx-json',
            '1.6',
            '[]',
            nowMs,
            1,
            contents.size,
            packContents(Uint32Array.from(contents).sort()),
            locators,
            '[]',
            1,
          ]
        }),
      )
      await transaction.insert(
        'cluster',
        ['no', 'name', 'source', 'declared_only', 'first_seen_at', 'last_seen_at'],
        rows(size.clusters, (no) => [no, `cluster-${no}`, 'live', 0, nowMs - 30 * dayMs, nowMs]),
      )
      await transaction.insert(
        'node',
        ['no', 'cluster_no', 'name', 'labels', 'first_seen_at'],
        rows(size.nodes, (no) => [
          no,
          clusterOf(no, size.nodes, size),
          `node-${no}`,
          no % 2 ? '{"node-pool":"general"}' : '{}',
          nowMs,
        ]),
      )
      await transaction.insert(
        'workload',
        [
          'no',
          'cluster_no',
          'namespace',
          'kind',
          'name',
          'owner',
          'labels',
          'annotations',
          'first_seen_at',
          'shape_no',
        ],
        rows(size.workloads, (no) => [
          no,
          clusterOf(no, size.workloads, size),
          `ns-${no % 40}`,
          'Deployment',
          `app-${no}`,
          `team-${no % 300}`,
          '{}',
          '{}',
          nowMs - 30 * dayMs,
          shapeOf(no),
        ]),
      )
      await transaction.insert(
        'pod_shape',
        ['no', 'hash', 'body'],
        rows(shapes, (no) => {
          const body = JSON.stringify(shape(no))
          return [no, createHash('sha256').update(body).digest('base64url'), body]
        }),
      )
      await transaction.insert(
        'cluster_object',
        ['no', 'cluster_no', 'resource', 'namespace', 'name', 'uid', 'body', 'first_seen_at'],
        rows(size.clusters * objects.length, (no) => {
          const cluster = Math.ceil(no / objects.length)
          const { resource, namespace, name, body } = objects[no % objects.length]
          return [no, cluster, resource, namespace, name, `object-${no}`, body, nowMs - 30 * dayMs]
        }),
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
        rows(size.workloads * size.generations, (no) => {
          const workload = 1 + ((no - 1) % size.workloads)
          const generation = Math.floor((no - 1) / size.workloads)
          const image = 1 + dice.skewed(size.images)
          const left = size.generations - 1 - generation
          return [
            no,
            workload,
            'main',
            'main',
            `registry.example/service-${image}:1`,
            image,
            'digest',
            left === 0 ? podsOf[workload] : 0,
            nowMs - (left + 1) * 3 * dayMs + 1000,
            left === 0 ? null : nowMs - left * 3 * dayMs + 1000,
          ]
        }),
      )
      const firstCurrent = size.workloads * (size.generations - 1)
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
          'shape_no',
        ],
        rows(size.pods, (no) => {
          const workload = workloadOfPod[no - 1]
          const cluster = clusterOf(workload, size.workloads, size)
          // A pod is on a node of its own cluster.
          const node =
            1 + Math.ceil(((cluster - 1) * size.nodes) / size.clusters) + dice.even(nodesPerCluster)
          return [
            no,
            cluster,
            `u${no}`,
            `ns-${workload % 40}`,
            `pod-${no}`,
            workload,
            node,
            'Running',
            `[${firstCurrent + workload}]`,
            nowMs,
            shapeOf(workload),
          ]
        }),
      )
      // Later numbers go on after those that were given here.
      const given = {
        package_version: size.packages,
        image: size.images,
        sbom: size.images,
        cluster: size.clusters,
        node: size.nodes,
        workload: size.workloads,
        run: size.workloads * size.generations,
        pod: size.pods,
        pod_shape: shapes,
        cluster_object: size.clusters * objects.length,
      }
      for (const table of Object.keys(given) as (keyof typeof given)[])
        await transaction.nextNumbers(table, given[table])
    },
    { mode: 'bulk' },
  )
}

/** Shapes of pods: five in a hundred have host access, the others differ in labels and accounts. */
const shapes = 400
const shapeOf = (workload: number): number => 1 + (workload % shapes)

function shape(no: number): PodShape {
  const privileged = no % 20 === 0
  return {
    labels: { app: `app-${no}` },
    annotations: {},
    spec: {
      serviceAccountName: `account-${no % 40}`,
      containers: [
        {
          name: 'main',
          ports: [{ containerPort: 8080 }],
          ...(privileged ? { securityContext: { privileged: true } } : {}),
        },
      ],
    },
  }
}

/** What every cluster has: ways in for some shapes, policies in some namespaces, rights for some accounts. */
const objects = [
  ...Array.from({ length: 12 }, (_, at) => ({
    resource: 'services',
    namespace: `ns-${at * 3}`,
    name: `web-${at}`,
    body: JSON.stringify({
      spec: {
        type: at % 2 === 0 ? 'LoadBalancer' : 'NodePort',
        selector: { app: `app-${at * 3 + 1}` },
        ports: [{ port: 80, targetPort: 8080 }],
      },
    }),
  })),
  ...Array.from({ length: 10 }, (_, at) => ({
    resource: 'networkpolicies.networking.k8s.io',
    namespace: `ns-${at * 4}`,
    name: 'deny',
    body: JSON.stringify({ spec: { podSelector: {}, policyTypes: ['Ingress'] } }),
  })),
  {
    resource: 'clusterroles.rbac.authorization.k8s.io',
    namespace: '',
    name: 'reader',
    body: JSON.stringify({ rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list'] }] }),
  },
  ...Array.from({ length: 6 }, (_, at) => ({
    resource: 'clusterrolebindings.rbac.authorization.k8s.io',
    namespace: '',
    name: `reader-${at}`,
    body: JSON.stringify({
      roleRef: { kind: 'ClusterRole', name: 'reader' },
      subjects: [{ kind: 'ServiceAccount', namespace: `ns-${at * 5}`, name: `account-${at * 5}` }],
    }),
  })),
]

/** An OSV record that names so many packages, drawn by how often they are in images. */
export function advisory(id: string, names: number, packages: Packages, dice: Dice): object {
  const affected = Array.from({ length: names }, () => {
    const no = 1 + dice.skewed(packages.count)
    return {
      package: packages.isDebian(no)
        ? { ecosystem: 'Debian:12', name: packages.source(no) }
        : { ecosystem: 'npm', name: packages.name(no) },
      ranges: [
        {
          type: packages.isDebian(no) ? 'ECOSYSTEM' : 'SEMVER',
          events: [{ introduced: '0' }, { fixed: `${1 + dice.even(8)}.0.0` }],
        },
      ],
    }
  })
  return {
    schema_version: '1.6.0',
    id,
    modified: '2026-11-01T00:00:00Z',
    published: '2026-11-01T00:00:00Z',
    summary: `Example ${id}`,
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N' }],
    affected,
  }
}

export const cveOf = (no: number): string => `CVE-2026-${String(no).padStart(5, '0')}`

/** Imports the advisories that the fleet starts with: most name one package, some up to twenty. */
export async function importFirstAdvisories(
  knowledge: Knowledge,
  size: FleetSize,
  dice: Dice,
): Promise<void> {
  const packages = new Packages(size.packages)
  async function* inputs() {
    for (let no = 1; no <= size.advisories; no++) {
      const share = dice.random()
      const names = share < 0.6 ? 1 : share < 0.9 ? 2 + dice.even(2) : 4 + dice.even(17)
      const bytes = Buffer.from(JSON.stringify(advisory(cveOf(no), names, packages, dice)))
      yield { source: 'bench', sizeBytes: bytes.length, read: async () => bytes }
    }
  }
  await knowledge.importAdvisories(inputs(), {})
}

if (process.argv[1] === import.meta.filename) {
  const [directory, scale] = process.argv.slice(2)
  const size = fleetSize(Number(scale))
  const dice = new Dice()
  const store = await openStore({ directory, clock: systemClock })
  await generateFleet(store, size, dice, systemClock.nowMs())
  const knowledge = await openKnowledge({
    store,
    blobs: await openBlobs(join(directory, 'blobs')),
    clock: systemClock,
    dataDirectory: directory,
    example: false,
  })
  await importFirstAdvisories(knowledge, size, dice)
  await knowledge.close()
  await store.close()
}
