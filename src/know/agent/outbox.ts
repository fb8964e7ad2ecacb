import {
  ResourceCache,
  type KubeObject,
  type KubeProblem,
  type ResourceSink,
  type ResourceStatus,
} from '../../base/kube/index.ts'
import { limit } from '../../base/limits.ts'
import type { Frame } from './protocol.ts'

/** Frames that were given numbers and are not acknowledged yet. */
export interface Batch {
  from: number
  frames: readonly Frame[]
}

/**
 * What an agent has to tell, in bounded memory. It holds the present objects once (its caches) and, beside them, frames
 * that wait. When those outgrow the limit they are given up, which is told, and the resources follow whole out of the
 * caches: nothing is lost but the steps in between.
 *
 * One batch is on its way at a time. It is told again until it is acknowledged, under the same numbers.
 */
export class Outbox implements ResourceSink {
  readonly #caches = new Map<string, ResourceCache>()
  readonly #statuses = new Map<string, ResourceStatus>()
  #probe: Frame | null = null
  #waiting: Frame[] = []
  #waitingBytes = 0
  /** Resources that have to be told whole. */
  readonly #whole = new Set<string>()
  /** The one that is being told whole, and what of it is left. */
  #telling: { resource: string; keys: Iterator<string> } | null = null
  #dropped = 0
  #droppedResources = new Set<string>()
  #inFlight: Batch | null = null
  #next = 1
  /** Called when there is something to tell. */
  onDirty: () => void = () => {}

  replacing(resource: string): void {
    this.#cache(resource).replacing()
  }

  put(resource: string, object: KubeObject): void {
    this.#cache(resource).put(object)
  }

  remove(resource: string, key: string, uid: string): void {
    this.#cache(resource).remove(key, uid)
  }

  /** A list is told by what it changed; the first one of a resource is told whole. */
  replaced(resource: string): void {
    this.#cache(resource).replaced()
    if (!this.#statuses.get(resource)?.syncedAtMs) this.#whole.add(resource)
    this.onDirty()
  }

  status(resource: string, status: ResourceStatus): void {
    this.#statuses.set(resource, status)
    this.#wait({ k: 'status', r: resource, s: status })
  }

  problem(problem: KubeProblem): void {
    this.#wait({ k: 'problem', p: problem })
  }

  probed(version: string | null, reason: string | null): void {
    this.#probe = { k: 'probe', version, reason }
    this.#wait(this.#probe)
  }

  get hasFrames(): boolean {
    return (
      this.#inFlight !== null || this.#waiting.length > 0 || this.#whole.size > 0 || this.#telling !== null
    )
  }

  get waitingBytes(): number {
    return this.#waitingBytes
  }

  /** The batch that is not acknowledged, else the next one; null when there is nothing to tell. */
  take(): Batch | null {
    if (this.#inFlight !== null) return this.#inFlight
    const frames: Frame[] = []
    let bytes = 0
    const bytesMax = limit('agentBatchBytes')
    const add = (frame: Frame) => {
      frames.push(frame)
      bytes += sizeOf(frame)
    }
    if (this.#dropped > 0) {
      add({ k: 'dropped', resources: [...this.#droppedResources], frames: this.#dropped })
      this.#dropped = 0
      this.#droppedResources = new Set()
    }
    while (bytes < bytesMax) {
      const frame = this.#nextFrame()
      if (frame === null) break
      add(frame)
    }
    if (frames.length === 0) return null
    this.#inFlight = { from: this.#next, frames }
    this.#next += frames.length
    return this.#inFlight
  }

  /** The hub has applied everything up to this number. */
  acknowledge(position: number): void {
    const batch = this.#inFlight
    if (batch !== null && batch.from + batch.frames.length - 1 <= position) this.#inFlight = null
  }

  /** What the hub has is not what it was told so far: everything is told anew. */
  tellEverything(): void {
    this.#inFlight = null
    this.#waiting = []
    this.#waitingBytes = 0
    this.#telling = null
    for (const [resource, { objects }] of this.#caches)
      if (objects.size > 0 || this.#statuses.get(resource)?.syncedAtMs) this.#whole.add(resource)
    for (const frame of this.#standing()) this.#wait(frame)
  }

  /** Whole resources go before what waits: what waits happened later, or is part of them. */
  #nextFrame(): Frame | null {
    if (this.#telling !== null) {
      const { resource, keys } = this.#telling
      for (let next = keys.next(); !next.done; next = keys.next()) {
        const object = this.#cache(resource).objects.get(next.value)
        if (object !== undefined) return { k: 'put', r: resource, o: object }
      }
      this.#telling = null
      return { k: 'replaced', r: resource }
    }
    const [whole] = this.#whole
    if (whole !== undefined) {
      this.#whole.delete(whole)
      // What waits of it is part of the whole.
      this.#waiting = this.#waiting.filter((frame) => !isChangeOf(frame, whole))
      this.#waitingBytes = this.#waiting.reduce((sum, frame) => sum + sizeOf(frame), 0)
      this.#telling = { resource: whole, keys: [...this.#cache(whole).objects.keys()].values() }
      return { k: 'replacing', r: whole }
    }
    const frame = this.#waiting.shift() ?? null
    if (frame !== null) this.#waitingBytes -= sizeOf(frame)
    return frame
  }

  #cache(resource: string): ResourceCache {
    let cache = this.#caches.get(resource)
    if (cache === undefined) {
      cache = new ResourceCache(resource, (key, before, after) => {
        if (this.#whole.has(resource)) return
        if (after !== null) this.#wait({ k: 'put', r: resource, o: after })
        else this.#wait({ k: 'remove', r: resource, key, uid: before?.uid ?? '' })
      })
      this.#caches.set(resource, cache)
    }
    return cache
  }

  #wait(frame: Frame): void {
    this.#waiting.push(frame)
    this.#waitingBytes += sizeOf(frame)
    if (this.#waitingBytes > limit('agentBufferBytes')) this.#drop()
    this.onDirty()
  }

  /** What holds now, whatever was told before. */
  #standing(): Frame[] {
    const statuses = [...this.#statuses].map(([r, s]): Frame => ({ k: 'status', r, s }))
    return this.#probe === null ? statuses : [...statuses, this.#probe]
  }

  #drop(): void {
    this.#dropped += this.#waiting.length
    for (const frame of this.#waiting) {
      if (frame.k !== 'put' && frame.k !== 'remove') continue
      this.#droppedResources.add(frame.r)
      this.#whole.add(frame.r)
    }
    // A resource that was being told whole has changed meanwhile: it begins anew.
    if (this.#telling !== null && this.#whole.has(this.#telling.resource)) this.#telling = null
    this.#waiting = this.#standing()
    this.#waitingBytes = this.#waiting.reduce((sum, frame) => sum + sizeOf(frame), 0)
  }
}

function isChangeOf(frame: Frame, resource: string): boolean {
  return (frame.k === 'put' || frame.k === 'remove') && frame.r === resource
}

/** About what a frame takes on the wire and in memory. */
function sizeOf(frame: Frame): number {
  return frame.k === 'put' ? 200 + JSON.stringify(frame.o.body).length : 200
}
