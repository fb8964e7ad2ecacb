import { useEffect, useState, useSyncExternalStore } from 'react'

export interface ApiError {
  code: string
  message: string
  next: string
  where?: string
  requestId?: string
}

export class Refused extends Error {
  readonly error: ApiError
  readonly status: number
  constructor(status: number, error: ApiError) {
    super(error.message)
    this.status = status
    this.error = error
  }
}

const base = '/api/v1'

/** One request to the API. Throws `Refused` with what the server says, or what a person can do when it does not answer. */
export async function request<T>(path: string, init: RequestInit = {}): Promise<T> {
  let response: Response
  try {
    response = await fetch(base + path, {
      credentials: 'same-origin',
      ...init,
      headers: { accept: 'application/json', ...init.headers },
    })
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error
    throw new Refused(0, {
      code: 'server.unreachable',
      message: 'The server does not answer.',
      next: 'Look at whether Allclear runs; what is on the screen stays.',
    })
  }
  if (response.status === 204) return undefined as T
  const body = (await response.json().catch(() => null)) as { error?: ApiError } | T | null
  if (response.ok && body !== null) return body as T
  const error = (body as { error?: ApiError } | null)?.error
  throw new Refused(
    response.status,
    error ?? {
      code: 'internal',
      message: `The server answered ${response.status}.`,
      next: 'Try again; the server log says more.',
    },
  )
}

export interface Answer<T> {
  data: T | null
  error: Refused | null
  /** A newer answer is on its way; the old one stays. */
  loading: boolean
  reload(): void
}

const kept = new Map<string, unknown>()
const keptMax = 60

/** Asks the API and keeps the last answer of each path: going back shows it at once, then what is new. */
export function useAnswer<T>(path: string | null): Answer<T> {
  const [turn, setTurn] = useState(0)
  const version = useChangeCount()
  const [state, setState] = useState<{
    path: string | null
    data: T | null
    error: Refused | null
    loading: boolean
  }>({ path: null, data: null, error: null, loading: true })
  useEffect(() => {
    if (path === null) return
    const abort = new AbortController()
    const known = (kept.get(path) as T | undefined) ?? null
    setState((before) => ({
      path,
      data: before.path === path ? before.data : known,
      error: null,
      loading: true,
    }))
    request<T>(path, { signal: abort.signal })
      .then((data) => {
        if (kept.size >= keptMax) kept.clear()
        kept.set(path, data)
        setState({ path, data, error: null, loading: false })
      })
      .catch((error: unknown) => {
        if (abort.signal.aborted) return
        const refused =
          error instanceof Refused
            ? error
            : new Refused(0, { code: 'internal', message: String(error), next: 'Reload the page.' })
        if (refused.status === 401) signInNeeded.set(true)
        setState((before) => ({
          path,
          data: before.path === path ? before.data : null,
          error: refused,
          loading: false,
        }))
      })
    return () => abort.abort()
  }, [path, turn, version])
  if (path === null) return { data: null, error: null, loading: false, reload: () => {} }
  const current = state.path === path
  return {
    data: current ? state.data : ((kept.get(path) as T | undefined) ?? null),
    error: current ? state.error : null,
    loading: current ? state.loading : true,
    reload: () => setTurn((count) => count + 1),
  }
}

/** A value that components follow. */
function follow<T>(initial: T) {
  let value = initial
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    set(next: T) {
      if (Object.is(next, value)) return
      value = next
      for (const listener of listeners) listener()
    },
    use: () =>
      useSyncExternalStore(
        (listener) => {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
        () => value,
      ),
  }
}

export const signInNeeded = follow(false)
const changeCount = follow(0)
const useChangeCount = changeCount.use

export type Liveness = { state: 'live' | 'reconnecting' | 'lost'; sinceMs: number }
export const liveness = follow<Liveness>({ state: 'live', sinceMs: Date.now() })

/** No heartbeat for so long: first said quietly, then with the age of what is shown. */
const reconnectingAfterMs = 10_000
const lostAfterMs = 30_000
/** Changes of one import come in bursts; screens ask again once for each. */
const gatherMs = 250

/** Follows the server's events: a change makes the screens ask again, silence is said. Returns the way to stop. */
export function followEvents(): () => void {
  let heardMs = Date.now()
  let gathering: number | undefined
  const source = new EventSource(`${base}/events`)
  const heard = (): void => {
    heardMs = Date.now()
    liveness.set({ state: 'live', sinceMs: heardMs })
  }
  source.addEventListener('open', heard)
  source.addEventListener('heartbeat', heard)
  source.addEventListener('change', () => {
    heard()
    window.clearTimeout(gathering)
    gathering = window.setTimeout(() => changeCount.set(changeCount.get() + 1), gatherMs)
  })
  const timer = window.setInterval(() => {
    const silentMs = Date.now() - heardMs
    if (silentMs > lostAfterMs) liveness.set({ state: 'lost', sinceMs: heardMs })
    else if (silentMs > reconnectingAfterMs) liveness.set({ state: 'reconnecting', sinceMs: heardMs })
  }, 1000)
  return () => {
    source.close()
    window.clearInterval(timer)
    window.clearTimeout(gathering)
  }
}

/** Something was written by this person: every screen asks again. */
export function refreshAll(): void {
  changeCount.set(changeCount.get() + 1)
}
