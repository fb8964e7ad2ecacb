import type { Clock } from '../clock.ts'
import { projectJson, projectionOf, type Projection } from '../json-projection.ts'
import { parseJson } from '../json.ts'
import { limit } from '../limits.ts'
import { failureOfError, failureOfStatus, KubeFailure } from './failures.ts'
import type { Gate } from './gate.ts'
import { nameInHead, readItems, readLines, type StreamedValue } from './json-stream.ts'
import {
  initialListWatchState,
  stepListWatch,
  type ListWatchEffect,
  type ListWatchEvent,
  type ListWatchState,
} from './list-watch-state.ts'
import {
  keyOf,
  type KubeConnection,
  type KubeObject,
  type KubeResponse,
  type RawObject,
  type ResourceDescription,
  type ResourceSink,
  type ResourceStatus,
} from './types.ts'

/** Time, chance and waiting, passed in. `wait` ends early, without an error, when the signal does. */
export interface Surroundings {
  clock: Clock
  /** From 0 to below 1. */
  random(): number
  wait(ms: number, signal: AbortSignal): Promise<void>
  /** Bounds the lists that are read at the same time. */
  lists: Gate
}

export interface ListWatchOptions {
  connection: KubeConnection
  resource: ResourceDescription
  sink: ResourceSink
  surroundings: Surroundings
  signal: AbortSignal
  /** One complete list and no watch, for a process that does not stay. */
  once?: boolean
  /** Where the sink's state is from: it is watched from there, and listed only when the server has forgotten it. */
  resume?: { resourceVersion: string; syncedAtMs: number; objects: number }
  /** Ends when the cluster answers again after it did not: nobody waits for the end of a long back-off then. */
  recovery?(): AbortSignal
}

const acceptJson = 'application/json'
const acceptMetadata = {
  list: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
  watch: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
} as const

/**
 * Keeps a sink in step with one resource of a cluster until the signal ends it; never throws. What the API server says
 * is projected while it is parsed: nothing but the wanted members is ever held.
 */
export async function runListWatch(options: ListWatchOptions): Promise<void> {
  const run = new Run(options)
  await run.until()
}

class Run {
  readonly #options: ListWatchOptions
  readonly #object: Projection
  readonly #event: Projection
  #state: ListWatchState = initialListWatchState
  #problems = 0
  #objects = 0
  /** The status told last, so that nothing is told twice. */
  #told: string | null = null

  constructor(options: ListWatchOptions) {
    this.#options = options
    const { resource, resume } = options
    const { shape } = resource
    if (resume !== undefined) {
      const { resourceVersion, syncedAtMs, objects } = resume
      this.#state = { ...initialListWatchState, resourceVersion, syncedAtMs }
      this.#objects = objects
    }
    this.#object = projectionOf({ kind: true, ...shape })
    // `code`, `message` and `reason` are those of the `Status` in an ERROR event.
    const object = { kind: true, code: true, message: true, reason: true, ...shape } as const
    this.#event = projectionOf({ type: true, object })
  }

  async until(): Promise<void> {
    const { signal, once, surroundings } = this.#options
    let effects = this.#step({ type: 'start' })
    while (!signal.aborted) {
      let next: ListWatchEvent | null = null
      for (const effect of effects) next = (await this.#do(effect)) ?? next
      if (signal.aborted) break
      if (once && (this.#state.syncedAtMs !== null || gaveUp(this.#state))) break
      effects = this.#step(next ?? { type: 'due' })
      // Nothing may starve the others, whatever a server answers and however fast.
      if (effects.length === 0) await surroundings.wait(0, signal)
    }
    // After a single list its outcome is what stays to be said.
    if (!once) this.#tell('stopped')
  }

  #step(event: ListWatchEvent): ListWatchEffect[] {
    const { surroundings } = this.#options
    const { state, effects } = stepListWatch(this.#state, event, {
      pagesMax: limit('kubeListPages'),
      backoffMs: limit('kubeBackoffMs'),
      nowMs: surroundings.clock.nowMs(),
      random: surroundings.random(),
    })
    this.#state = state
    return effects
  }

  async #do(effect: ListWatchEffect): Promise<ListWatchEvent | null> {
    const { connection, resource, sink, surroundings, once } = this.#options
    switch (effect.type) {
      case 'begin-replacement':
        this.#objects = 0
        sink.replacing(resource.id)
        this.#tell('listing')
        return null
      case 'list':
        return this.#attempt((own) => this.#list(effect.continueToken, own))
      case 'end-replacement':
        sink.replaced(resource.id)
        sink.position?.(resource.id, this.#state.resourceVersion!)
        this.#tell('watching')
        return null
      case 'watch':
        if (once) return { type: 'ended' }
        this.#tell('watching')
        return this.#attempt((own) => this.#watch(effect.resourceVersion, own))
      case 'renew-credentials':
        connection.renew()
        return null
      case 'wait':
        this.#tell(stateOfWait(this.#state))
        if (!once) await surroundings.wait(effect.ms, this.#endOfWait())
        return { type: 'due' }
    }
  }

  /** What people or the server itself put off is not hurried. */
  #endOfWait(): AbortSignal {
    const { signal, recovery } = this.#options
    const kind = this.#state.failure?.kind
    if (recovery === undefined || kind === 'throttled' || kind === 'forbidden' || kind === 'not-served')
      return signal
    return AbortSignal.any([signal, recovery()])
  }

  async #attempt(work: (signal: AbortController) => Promise<ListWatchEvent>): Promise<ListWatchEvent> {
    const { signal } = this.#options
    const own = new AbortController()
    const stop = () => own.abort()
    signal.addEventListener('abort', stop, { once: true })
    try {
      return await work(own)
    } catch (error) {
      const reason = own.signal.reason as unknown
      return {
        type: 'failed',
        failure: failureOfError(own.signal.aborted && reason instanceof KubeFailure ? reason : error),
      }
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  async #list(continueToken: string | null, own: AbortController): Promise<ListWatchEvent> {
    const { connection, resource } = this.#options
    const query = new URLSearchParams({ limit: String(limit('kubePageObjects')) })
    if (continueToken !== null) query.set('continue', continueToken)
    if (resource.fieldSelector) query.set('fieldSelector', resource.fieldSelector)
    const leave = await this.#options.surroundings.lists.enter(own.signal)
    const timer = this.#watchdog(own, limit('kubeRequestMs'), 'the list took too long')
    let response: KubeResponse | null = null
    try {
      response = await connection.request(`${pathOf(resource)}?${query}`, {
        accept: resource.metadataOnly ? acceptMetadata.list : acceptJson,
        signal: own.signal,
      })
      if (response.status !== 200) throw await failureOf(response)
      const items = readItems(response.body)
      for (;;) {
        const { done, value } = await items.next()
        if (done) return this.#endOfPage(value)
        this.#take(value)
      }
    } catch (error) {
      // What is left of the answer is nobody's; its connection must not wait for a reader.
      response?.cancel()
      throw error
    } finally {
      leave()
      timer.stop()
    }
  }

  #endOfPage(frame: Uint8Array): ListWatchEvent {
    const { resource } = this.#options
    const list = parseJson(frame, { source: `list of ${resource.id}` }) as RawObject
    const kind = typeof list.kind === 'string' ? list.kind : ''
    if (!kind.endsWith('List')) throw new SyntaxError(`a ${kind.slice(0, 60) || 'thing'} instead of a list`)
    // Objects were taken out; what is left among the items was none. (`null` is how Go writes an empty list.)
    if (Array.isArray(list.items) ? list.items.length > 0 : list.items !== null)
      throw new SyntaxError('a list of something else than objects')
    const metadata = isObject(list.metadata) ? list.metadata : {}
    const next = metadata.continue
    return {
      type: 'page',
      continueToken: typeof next === 'string' && next !== '' ? next : null,
      resourceVersion: typeof metadata.resourceVersion === 'string' ? metadata.resourceVersion : '0',
    }
  }

  async #watch(resourceVersion: string, own: AbortController): Promise<ListWatchEvent> {
    const { connection, resource, surroundings } = this.#options
    // Servers close watches by themselves; spread, so that a thousand of them do not come back together.
    const seconds = Math.round((limit('kubeWatchMs') / 1000) * (1 + surroundings.random()))
    const query = new URLSearchParams({
      watch: '1',
      allowWatchBookmarks: 'true',
      resourceVersion,
      timeoutSeconds: String(seconds),
    })
    if (resource.fieldSelector) query.set('fieldSelector', resource.fieldSelector)
    const timer = this.#watchdog(own, limit('kubeWatchSilenceMs'), 'the watch fell silent')
    let response: KubeResponse | null = null
    try {
      response = await connection.request(`${pathOf(resource)}?${query}`, {
        accept: resource.metadataOnly ? acceptMetadata.watch : acceptJson,
        signal: own.signal,
      })
      if (response.status !== 200) throw await failureOf(response)
      for await (const line of readLines(response.body)) {
        timer.touch()
        const heard = this.#hear(line)
        if (heard === null) continue
        // Events of a watch come in the order of their versions. A server that goes back has been restored or lies;
        // either way only a list tells the truth.
        if (isEarlierVersion(heard, this.#state.resourceVersion))
          throw new KubeFailure({
            kind: 'gone',
            reason: `the resource version went back to ${heard.slice(0, 40)}`,
            retryAfterMs: null,
          })
        this.#step({ type: 'heard', resourceVersion: heard })
        this.#options.sink.position?.(this.#options.resource.id, heard)
      }
      return { type: 'ended' }
    } catch (error) {
      response?.cancel()
      throw error
    } finally {
      timer.stop()
    }
  }

  /** The resource version after a line of the watch; null when the line says none. */
  #hear(line: StreamedValue): string | null {
    const { resource, sink } = this.#options
    if ('tooLargeBytes' in line) {
      this.#tooLarge(line)
      return null
    }
    const event = projectJson(line.bytes, this.#event, {
      source: `watch of ${resource.id}`,
      maxBytes: limit('kubeObjectBytes'),
    }) as { type?: unknown; object?: RawObject }
    const object = isObject(event.object) ? event.object : {}
    if (event.type === 'ERROR') {
      const { code, message, reason } = object
      throw new KubeFailure(
        failureOfStatus(
          typeof code === 'number' ? code : 500,
          typeof message === 'string' ? message.slice(0, 200) : String(reason ?? ''),
          null,
        ),
      )
    }
    const version = object.metadata?.resourceVersion
    if (event.type === 'BOOKMARK') return typeof version === 'string' ? version : null
    const kept = this.#believe(object)
    if (kept === null) return typeof version === 'string' ? version : null
    if (event.type === 'DELETED') {
      this.#objects = Math.max(0, this.#objects - 1)
      sink.remove(resource.id, keyOf(kept), kept.uid)
    } else if (event.type === 'ADDED' || event.type === 'MODIFIED') {
      if (event.type === 'ADDED') this.#objects++
      this.#keep(kept, object)
    } else this.#problem(keyOf(kept), `an event of type ${String(event.type).slice(0, 40)}`)
    return kept.resourceVersion
  }

  #take(value: StreamedValue): void {
    const { resource } = this.#options
    if ('tooLargeBytes' in value) return this.#tooLarge(value)
    const raw = projectJson(value.bytes, this.#object, {
      source: `list of ${resource.id}`,
      maxBytes: limit('kubeObjectBytes'),
    }) as RawObject
    const kept = this.#believe(raw)
    if (kept === null) return
    this.#objects++
    this.#keep(kept, raw)
  }

  #keep(identity: Omit<KubeObject, 'body'>, raw: RawObject): void {
    const { resource, sink } = this.#options
    const body = resource.keep(raw)
    if (body === null) sink.remove(resource.id, keyOf(identity), '')
    else sink.put(resource.id, { ...identity, body })
  }

  /** Who the object says that it is; null, and a problem, when it cannot be of this resource. */
  #believe(raw: RawObject): Omit<KubeObject, 'body'> | null {
    const { resource } = this.#options
    const metadata = isObject(raw.metadata) ? raw.metadata : {}
    const { name, namespace, uid, resourceVersion } = metadata
    if (typeof name !== 'string' || name === '' || name.length > 253) {
      this.#problem(null, 'an object without a name')
      return null
    }
    const identity = {
      namespace: typeof namespace === 'string' ? namespace : '',
      name,
      uid: typeof uid === 'string' ? uid : '',
      resourceVersion: typeof resourceVersion === 'string' ? resourceVersion : '',
    }
    // Items of a list carry no kind of their own; an object of a watch does.
    if (typeof raw.kind === 'string' && raw.kind !== resource.kind && !resource.metadataOnly) {
      this.#problem(keyOf(identity), `a ${raw.kind.slice(0, 60)} among ${resource.id}`)
      return null
    }
    if (identity.uid === '') {
      this.#problem(keyOf(identity), 'an object without a UID')
      return null
    }
    return identity
  }

  #tooLarge({ tooLargeBytes, head }: { tooLargeBytes: number; head: Uint8Array }): void {
    this.#problem(
      nameInHead(head),
      `${tooLargeBytes} bytes; objects up to ${limit('kubeObjectBytes')} are read`,
    )
  }

  #problem(object: string | null, reason: string): void {
    const { resource, sink } = this.#options
    this.#problems++
    sink.problem({ resource: resource.id, object, reason })
  }

  /** Ends a request in which nothing moves. */
  #watchdog(own: AbortController, ms: number, reason: string): { touch(): void; stop(): void } {
    const { surroundings } = this.#options
    let round = new AbortController()
    const arm = (): void => {
      const mine = round
      void surroundings.wait(ms, mine.signal).then(() => {
        if (mine.signal.aborted) return
        own.abort(new KubeFailure({ kind: 'network', reason, retryAfterMs: null }))
      })
    }
    arm()
    let touchedAtMs = surroundings.clock.nowMs()
    return {
      touch() {
        // A timer for each of a thousand lines a second would cost more than the lines.
        const nowMs = surroundings.clock.nowMs()
        if (nowMs - touchedAtMs < ms / 10) return
        touchedAtMs = nowMs
        round.abort()
        round = new AbortController()
        arm()
      },
      stop: () => round.abort(),
    }
  }

  #tell(state: ResourceStatus['state']): void {
    const { resource, sink } = this.#options
    const { failure, syncedAtMs, heardAtMs, lists, watches } = this.#state
    const waiting = state === 'waiting' || state === 'refused' || state === 'not-served'
    const status: ResourceStatus = {
      state,
      reason: waiting ? (failure?.reason ?? null) : null,
      objects: this.#objects,
      syncedAtMs,
      heardAtMs,
      lists,
      watches,
      problems: this.#problems,
    }
    const text = JSON.stringify(status)
    if (text === this.#told) return
    this.#told = text
    sink.status(resource.id, status)
  }
}

/** Resource versions are compared as numbers (KEP-5504); where one is none, nothing is said. */
export function isEarlierVersion(version: string, other: string | null): boolean {
  if (other === null || !/^\d{1,20}$/.test(version) || !/^\d{1,20}$/.test(other)) return false
  return BigInt(version) < BigInt(other)
}

function gaveUp({ phase, failure, failures }: ListWatchState): boolean {
  if (phase !== 'waiting' || failure === null) return false
  return failure.kind === 'forbidden' || failure.kind === 'not-served' || failures >= onceAttempts
}

/** Tries of a single list before a process that does not stay gives up. */
const onceAttempts = 3

function stateOfWait({ failure }: ListWatchState): ResourceStatus['state'] {
  if (failure?.kind === 'forbidden') return 'refused'
  return failure?.kind === 'not-served' ? 'not-served' : 'waiting'
}

/** `/api/v1/pods`, `/apis/apps/v1/deployments`: all namespaces. */
function pathOf({
  group,
  version,
  plural,
}: Pick<ResourceDescription, 'group' | 'version' | 'plural'>): string {
  return group === '' ? `/api/${version}/${plural}` : `/apis/${group}/${version}/${plural}`
}

async function failureOf({
  status,
  retryAfterMs,
  body,
}: {
  status: number
  retryAfterMs: number | null
  body: AsyncIterable<Uint8Array>
}): Promise<KubeFailure> {
  return new KubeFailure(failureOfStatus(status, await messageIn(body), retryAfterMs))
}

/** The message of a `Status` object; other bodies say nothing that people could use. */
async function messageIn(body: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = []
  let length = 0
  try {
    for await (const part of body) {
      parts.push(part)
      if ((length += part.length) > 16 * 1024) break
    }
    const { message } = JSON.parse(Buffer.concat(parts).toString('utf8')) as { message?: unknown }
    return typeof message === 'string' ? message.slice(0, 300) : ''
  } catch {
    return ''
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
