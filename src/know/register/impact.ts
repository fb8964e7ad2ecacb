import type { ClusterPosture } from '../posture/index.ts'
import type { WorkloadPrivileges } from '../privileges/index.ts'
import type { Impact, SoftwareRole, WebhookReach } from './answers.ts'

/** What software can do in the worst case, as sets of names, so that clusters and workloads of it are counted once. */
export interface ImpactSets {
  takesDownNodes: Set<string>
  takesDownWorkloads: Set<string>
  readsNodes: Set<string>
  readsWorkloads: Set<string>
  secretNamespaces: Set<string>
  blocks: Set<string>
  /** It can become nodes of a cluster of which no node is known. */
  nodesUnknown: boolean
}

export function emptyImpact(): ImpactSets {
  return {
    takesDownNodes: new Set(),
    takesDownWorkloads: new Set(),
    readsNodes: new Set(),
    readsWorkloads: new Set(),
    secretNamespaces: new Set(),
    blocks: new Set(),
    nodesUnknown: false,
  }
}

export function countImpact(sets: ImpactSets): Impact {
  return {
    takesDown: {
      nodes: sets.takesDownNodes.size,
      nodesUnknown: sets.nodesUnknown,
      workloads: sets.takesDownWorkloads.size,
    },
    reads: {
      nodes: sets.readsNodes.size,
      workloads: sets.readsWorkloads.size,
      secretNamespaces: sets.secretNamespaces.size,
    },
    blocks: { workloads: sets.blocks.size },
  }
}

/** What of a cluster impact is counted in. */
export interface ClusterPlaces {
  cluster: string
  nodes: readonly string[]
  namespaces: readonly string[]
  /** Ids of workloads by the nodes of their pods, and all of them with their namespace. */
  onNode: ReadonlyMap<string, readonly string[]>
  workloads: readonly { id: string; namespace: string }[]
}

export function placesOf(cluster: string, posture: ClusterPosture): ClusterPlaces {
  const onNode = new Map<string, string[]>()
  const workloads = new Map<string, { id: string; namespace: string }>()
  for (const { namespace, kind, name, nodes } of posture.pods) {
    const id = `${cluster}/${namespace}/${kind}/${name}`
    workloads.set(id, { id, namespace })
    for (const node of nodes) {
      const list = onNode.get(node)
      if (list) list.push(id)
      else onNode.set(node, [id])
    }
  }
  return {
    cluster,
    nodes: posture.objects('nodes').map(({ object }) => object.metadata.name),
    namespaces: [...posture.model.namespaces.keys()],
    onNode,
    workloads: [...workloads.values()],
  }
}

/**
 * Adds what one workload of the software can do in its cluster. A node that it can become, it can take down and read, with
 * all that runs there. The network plug-in needs no right for that: without it the pods of its nodes reach nothing, and
 * none starts. A webhook that fails closed keeps from starting whatever it is asked about.
 */
export function addImpact(
  sets: ImpactSets,
  places: ClusterPlaces,
  workload: WorkloadPrivileges,
  roles: readonly SoftwareRole[],
  webhooks: readonly { failurePolicy: WebhookReach['failurePolicy']; askedAbout: ReadonlySet<string> }[],
): void {
  const { cluster } = places
  const own = workload.nodes
  const { ways, hostAccess, secretsIn } = workload
  const isAdmin = ways.clusterAdmin !== null
  // A way that ends at all nodes leads through the API; one that ends at a node, through where its pods are.
  const becomes =
    isAdmin || ways.nodes?.at(-1)?.to === 'nodes' ? places.nodes : ways.nodes === null ? [] : own
  if (places.nodes.length === 0 && (isAdmin || ways.nodes !== null || roles.includes('network')))
    sets.nodesUnknown = true
  const breaks = roles.includes('network') ? [...new Set([...becomes, ...own])] : becomes
  for (const node of breaks) {
    sets.takesDownNodes.add(`${cluster}/${node}`)
    for (const id of places.onNode.get(node) ?? []) sets.takesDownWorkloads.add(id)
  }
  const sees = becomes.length > 0 ? becomes : hostAccess.length > 0 ? own : []
  for (const node of sees) {
    sets.readsNodes.add(`${cluster}/${node}`)
    for (const id of places.onNode.get(node) ?? []) sets.readsWorkloads.add(id)
  }
  const namespaces = isAdmin || secretsIn === null ? places.namespaces : secretsIn
  for (const namespace of namespaces) sets.secretNamespaces.add(`${cluster}/${namespace}`)
  if (isAdmin)
    for (const { id } of places.workloads) {
      sets.takesDownWorkloads.add(id)
      sets.readsWorkloads.add(id)
      sets.blocks.add(id)
    }
  if (roles.includes('network'))
    for (const node of own) for (const id of places.onNode.get(node) ?? []) sets.blocks.add(id)
  for (const { failurePolicy, askedAbout } of webhooks)
    if (failurePolicy === 'Fail') for (const id of askedAbout) sets.blocks.add(id)
}
