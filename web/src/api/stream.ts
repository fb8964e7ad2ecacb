export interface StreamListener {
  /** Something came: the server is there. */
  heard(): void
  /** An event with its name and data as text. */
  told(event: string, data: string): void
  /** Events may have been missed while nobody listened. */
  missed(): void
  /** The stream broke; it is opened again by itself. */
  broke?(): void
}

type Told = { to: 'heard' } | { to: 'missed' } | { to: 'told'; event: string; data: string }

const backOffFirstMs = 1_000
const backOffMaxMs = 30_000

/**
 * Server-sent events of one address, until the returned function is called. One stream for all tabs of this browser,
 * because HTTP/1.1 allows six connections: the tab that holds a lock listens and tells the others; when it closes, the
 * next one takes over. Without locks (plain HTTP elsewhere than on loopback) each tab listens for itself.
 */
export function openStream(
  address: string,
  { name, events }: { name: string; events: readonly string[] },
  listener: StreamListener,
): () => void {
  const hear = (told: Told): void => {
    if (told.to === 'told') listener.told(told.event, told.data)
    else listener[told.to]()
  }
  const listenAlone = (tell: (told: Told) => void) => listen(address, events, tell, () => listener.broke?.())
  if (!navigator.locks) return listenAlone(hear)
  const channel = new BroadcastChannel(name)
  const stop = new AbortController()
  let close = (): void => {}
  channel.addEventListener('message', ({ data }: MessageEvent<Told>) => hear(data))
  let waited = false
  navigator.locks
    .request(name, { signal: stop.signal }, () => {
      if (waited) listener.missed()
      close = listenAlone((told) => {
        hear(told)
        channel.postMessage(told)
      })
      return new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve()))
    })
    .catch(() => {})
  waited = true
  return () => {
    stop.abort()
    close()
    channel.close()
  }
}

function listen(
  address: string,
  events: readonly string[],
  tell: (told: Told) => void,
  onBroken: () => void,
): () => void {
  let source: EventSource | undefined
  let reopening: number | undefined
  let failures = 0
  const open = (): void => {
    source = new EventSource(address)
    source.addEventListener('open', () => {
      tell({ to: 'heard' })
      if (failures > 0) tell({ to: 'missed' })
      failures = 0
    })
    source.addEventListener('heartbeat', () => tell({ to: 'heard' }))
    source.addEventListener('resync', () => tell({ to: 'missed' }))
    for (const event of events)
      source.addEventListener(event, ({ data }: MessageEvent<string>) => {
        tell({ to: 'heard' })
        tell({ to: 'told', event, data })
      })
    source.addEventListener('error', () => {
      // The browser would try again every three seconds for ever, and never after an answer that is an error.
      source?.close()
      const waitMs = Math.min(backOffMaxMs, backOffFirstMs * 2 ** failures)
      failures++
      onBroken()
      reopening = window.setTimeout(open, waitMs * (0.75 + Math.random() / 2))
    })
  }
  open()
  return () => {
    source?.close()
    window.clearTimeout(reopening)
  }
}
