import {
  askJson,
  failureOfError,
  isEarlierVersion,
  runListWatch,
  type KubeConnection,
  type ListWatchOptions,
  type ResourceSink,
  type Surroundings,
} from '../../../base/kube/index.ts'
import { limit } from '../../../base/limits.ts'
import type { ClusterCheckpoint } from './checkpoint.store.ts'
import { watchedResources, type WatchedResource } from './resources.ts'

/** What a probe of the API server found. */
export interface Probe {
  atMs: number
  /** `v1.36.3`; null when it did not answer. */
  version: string | null
  reason: string | null
}

export interface WatchClusterOptions {
  connection: KubeConnection
  sink: ResourceSink
  surroundings: Surroundings
  signal: AbortSignal
  secretMetadata: boolean
  onProbe(probe: Probe): void
  /** What the sink has from an earlier watch, by resource. */
  resume?: ReadonlyMap<string, NonNullable<ListWatchOptions['resume']>>
  /** One complete list of everything, and no watch. */
  once?: boolean
}

/**
 * Keeps a sink in step with a whole cluster until the signal ends it. What answers are made of is listed first; the rest
 * begins when that is there or cannot be had, so that the first answer does not wait for 3,000 roles.
 */
export async function watchCluster(options: WatchClusterOptions): Promise<void> {
  const { sink, signal, secretMetadata } = options
  const resources = watchedResources.filter(({ onRequest }) => !onRequest || secretMetadata)
  const first = resources.filter(({ use }) => use === 'fleet')
  const settled = new Set<string>()
  let begin: () => void = () => {}
  const firstSettled = new Promise<void>((resolve) => {
    begin = resolve
  })
  signal.addEventListener('abort', () => begin(), { once: true })
  const watching: ResourceSink = {
    replacing: (resource) => sink.replacing(resource),
    put: (resource, object) => sink.put(resource, object),
    remove: (resource, key, uid) => sink.remove(resource, key, uid),
    replaced: (resource) => sink.replaced(resource),
    position: (resource, version) => sink.position?.(resource, version),
    problem: (problem) => sink.problem(problem),
    status(resource, status) {
      sink.status(resource, status)
      if (status.syncedAtMs !== null || status.reason !== null) settled.add(resource)
      if (first.every(({ id }) => settled.has(id))) begin()
    },
  }
  let recovered = new AbortController()
  let answered = true
  const run = (resource: WatchedResource) =>
    runListWatch({
      ...options,
      resource,
      resume: options.resume?.get(resource.id),
      sink: watching,
      recovery: () => recovered.signal,
    })
  await Promise.all([
    probeCluster({
      ...options,
      onProbe(found) {
        const before = answered
        answered = found.version !== null
        options.onProbe(found)
        if (before || !answered) return
        recovered.abort()
        recovered = new AbortController()
      },
    }),
    ...first.map(run),
    firstSettled.then(() =>
      signal.aborted
        ? undefined
        : Promise.all(resources.filter((resource) => !first.includes(resource)).map(run)),
    ),
  ])
}

/** Asks for `/version`, which every user may read (`system:public-info-viewer`), again and again. */
async function probeCluster({
  connection,
  surroundings,
  signal,
  once,
  onProbe,
}: WatchClusterOptions): Promise<void> {
  while (!signal.aborted) {
    onProbe(await probe(connection, surroundings, signal))
    if (once) return
    await surroundings.wait(limit('kubeProbeMs'), signal)
  }
}

export async function probe(
  connection: KubeConnection,
  { clock }: Pick<Surroundings, 'clock'>,
  signal: AbortSignal,
): Promise<Probe> {
  try {
    const { gitVersion } = await askJson<{ gitVersion?: unknown }>(connection, '/version', undefined, signal)
    return {
      atMs: clock.nowMs(),
      version: typeof gitVersion === 'string' ? gitVersion.slice(0, 100) : '',
      reason: null,
    }
  } catch (error) {
    return { atMs: clock.nowMs(), version: null, reason: failureOfError(error).reason }
  }
}

/**
 * Whether a server is the one of a checkpoint, and has all that is in it: the UID of kube-system tells a cluster from
 * every other, and a server that was restored from a backup is at an older version than it was. A watch from a version
 * that is still to come would wait for it in silence.
 */
export async function goesOnFrom(
  connection: KubeConnection,
  { identity, resources }: ClusterCheckpoint,
  signal: AbortSignal,
): Promise<boolean> {
  // By a list, since that is the right that a watch needs too.
  const { items, metadata } = await askJson<{
    metadata?: { resourceVersion?: string }
    items?: { metadata?: { name?: string; uid?: string } }[]
  }>(connection, '/api/v1/namespaces?fieldSelector=metadata.name%3Dkube-system&limit=1', undefined, signal)
  const system = items?.find((item) => item.metadata?.name === 'kube-system')
  const version = metadata?.resourceVersion ?? ''
  return (
    system?.metadata?.uid === identity &&
    resources.every(({ resourceVersion }) => !isEarlierVersion(version, resourceVersion))
  )
}
