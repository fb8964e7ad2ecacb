import type { Shape } from '../json-projection.ts'

/** One answer of an API server; the body arrives as it is read. */
export interface KubeResponse {
  status: number
  /** `Retry-After` in ms (RFC 9110, section 10.2.3), or null. */
  retryAfterMs: number | null
  body: AsyncIterable<Uint8Array>
  /** Ends the connection without reading the rest. */
  cancel(): void
}

export interface KubeRequest {
  method?: 'GET' | 'POST'
  /** JSON. */
  body?: unknown
  accept?: string
  signal?: AbortSignal
}

/**
 * The network as this folder sees it: one API server with somebody's credentials. Throws what the socket throws; an
 * answer of any status is an answer.
 */
export interface KubeConnection {
  /** `https://10.0.0.1:6443`, for messages. */
  readonly server: string
  request(path: string, request?: KubeRequest): Promise<KubeResponse>
  /** Forgets cached credentials, so that the next request reads and asks for them again. */
  renew(): void
  close(): void
}

/** What of a kind of object is watched and what of each object is kept. */
export interface ResourceDescription<Body = unknown> {
  /** `pods`, `deployments.apps`: the name that Kubernetes itself gives to a resource. */
  id: string
  /** `''` for the core group. */
  group: string
  version: string
  plural: string
  kind: string
  /** Members that are parsed; the others are skipped while reading. */
  shape: Shape
  /** Only objects that this selects. */
  fieldSelector?: string
  /** Ask for `PartialObjectMetadata`: the server sends nothing else of the object. */
  metadataOnly?: boolean
  /** What is kept of an object, or null when it matters to nobody. Throws nothing; what is missing is left out. */
  keep(raw: RawObject): Body | null
}

/** An object as it was parsed: nothing of it is believed before it was looked at. */
export interface RawObject {
  apiVersion?: unknown
  kind?: unknown
  metadata?: Record<string, unknown>
  spec?: Record<string, unknown>
  status?: Record<string, unknown>
  [member: string]: unknown
}

/** An object as it is kept. */
export interface KubeObject<Body = unknown> {
  /** `''` for objects of the cluster. */
  namespace: string
  name: string
  uid: string
  resourceVersion: string
  body: Body
}

/** `namespace/name`, or the name alone. */
export function keyOf({ namespace, name }: { namespace: string; name: string }): string {
  return namespace === '' ? name : `${namespace}/${name}`
}

/** Something that a cluster said and that was not believed, or was too large to read. */
export interface KubeProblem {
  resource: string
  /** `namespace/name` when it could be told. */
  object: string | null
  reason: string
}

/** Where a watched resource stands. */
export interface ResourceStatus {
  state: 'starting' | 'listing' | 'watching' | 'waiting' | 'refused' | 'not-served' | 'stopped'
  /** Why it waits or was refused; null when nothing is wrong. */
  reason: string | null
  objects: number
  /** The last complete list, epoch ms. */
  syncedAtMs: number | null
  /** The last sign of life of this resource, bookmarks included, epoch ms. */
  heardAtMs: number | null
  lists: number
  watches: number
  problems: number
}

/** Receives what a list-watch learns, in order. */
export interface ResourceSink {
  /** A complete list begins: what is not put until `replaced` is gone. */
  replacing(resource: string): void
  put(resource: string, object: KubeObject): void
  remove(resource: string, key: string, uid: string): void
  replaced(resource: string): void
  /** All that was told so far is the state of the resource at this resource version; `replacing` ends that. */
  position?(resource: string, resourceVersion: string): void
  status(resource: string, status: ResourceStatus): void
  problem(problem: KubeProblem): void
}
