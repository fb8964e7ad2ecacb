import { keyOf, type KubeObject, type ResourceSink } from './types.ts'

/** What a cache tells of a change: `before` is null when the object is new, `after` when it has gone. */
export type CacheListener = (
  key: string,
  before: KubeObject | null,
  after: KubeObject | null,
  resource: string,
) => void

/**
 * The present objects of one resource, by `namespace/name`. A complete list replaces them without forgetting in between:
 * only when it has ended are the objects removed that it did not name, and what it names unchanged is no change.
 *
 * Keys are names, not UIDs: the API server guarantees that a name is there once, while a cluster that lies may give one
 * UID twice. An object of the same name with another UID is the old one gone and a new one come.
 */
export class ResourceCache {
  readonly resource: string
  readonly objects = new Map<string, KubeObject>()
  #named: Set<string> | null = null
  readonly #onChange: CacheListener

  constructor(resource: string, onChange: CacheListener) {
    this.resource = resource
    this.#onChange = onChange
  }

  replacing(): void {
    this.#named = new Set()
  }

  put(object: KubeObject): void {
    const key = keyOf(object)
    this.#named?.add(key)
    const before = this.objects.get(key) ?? null
    if (
      before !== null &&
      before.uid === object.uid &&
      before.resourceVersion === object.resourceVersion &&
      object.resourceVersion !== ''
    )
      return
    this.objects.set(key, object)
    if (before !== null && before.uid !== object.uid) {
      this.#onChange(key, before, null, this.resource)
      this.#onChange(key, null, object, this.resource)
    } else this.#onChange(key, before, object, this.resource)
  }

  /** `uid` guards against a late word about an object whose name has been taken over; empty removes whatever is there. */
  remove(key: string, uid: string): void {
    this.#named?.delete(key)
    const before = this.objects.get(key)
    if (before === undefined || (uid !== '' && before.uid !== uid)) return
    this.objects.delete(key)
    this.#onChange(key, before, null, this.resource)
  }

  replaced(): void {
    const named = this.#named
    this.#named = null
    if (named === null) return
    for (const [key, object] of this.objects) {
      if (named.has(key)) continue
      this.objects.delete(key)
      this.#onChange(key, object, null, this.resource)
    }
  }
}

/** The caches of a cluster as the sink of its list-watches. */
export type CacheSink = Pick<ResourceSink, 'replacing' | 'put' | 'remove' | 'replaced'>

export function cacheSink(cacheOf: (resource: string) => ResourceCache): CacheSink {
  return {
    replacing: (resource) => cacheOf(resource).replacing(),
    put: (resource, object) => cacheOf(resource).put(object),
    remove: (resource, key, uid) => cacheOf(resource).remove(key, uid),
    replaced: (resource) => cacheOf(resource).replaced(),
  }
}
