import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as requestHttps } from 'node:https'
import { withoutTrailingSlashes } from '../../core/trailing-slashes.ts'
import type { KubeConnection, KubeRequest, KubeResponse } from './types.ts'

/** TLS, agent and headers for one request; asked for each time, because tokens rotate. */
export interface KubeCredentials {
  server: string
  apply(options: RequestOptions): Promise<void>
  /** Drops what is cached. */
  renew(): void
  close(): void
}

/** An API server over HTTP/1.1; every watch has a connection of its own, lists share them. */
export function connectionWith(credentials: KubeCredentials): KubeConnection {
  const base = new URL(credentials.server)
  const prefix = withoutTrailingSlashes(base.pathname)
  const secure = base.protocol === 'https:'
  return {
    server: credentials.server,
    async request(path, { method = 'GET', body, accept = 'application/json', signal }: KubeRequest = {}) {
      const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
      const options: RequestOptions = {
        protocol: base.protocol,
        hostname: base.hostname.replace(/^\[|\]$/g, ''),
        port: base.port || (secure ? 443 : 80),
        path: `${prefix}${path}`,
        method,
        signal,
        headers: {
          accept,
          'user-agent': 'allclear',
          ...(payload === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': String(payload.length) }),
        },
      }
      await credentials.apply(options)
      signal?.throwIfAborted()
      return new Promise<KubeResponse>((resolve, reject) => {
        const outgoing = (secure ? requestHttps : requestHttp)(options, (incoming) => {
          resolve({
            status: incoming.statusCode ?? 0,
            retryAfterMs: retryAfterOf(incoming),
            body: incoming as AsyncIterable<Uint8Array>,
            cancel: () => void outgoing.destroy(),
          })
        })
        outgoing.on('error', reject)
        // A connection of a watch may be silent for minutes; a dead peer is found by the system meanwhile.
        outgoing.on('socket', (socket) => socket.setKeepAlive(true, 30_000))
        outgoing.end(payload)
      })
    },
    renew: () => credentials.renew(),
    close: () => credentials.close(),
  }
}

/** Seconds; a date would need a clock that agrees with the server's (RFC 9110, section 10.2.3, allows both). */
function retryAfterOf({ headers }: IncomingMessage): number | null {
  const seconds = Number(headers['retry-after'])
  return Number.isFinite(seconds) && headers['retry-after'] !== undefined && seconds >= 0
    ? seconds * 1000
    : null
}
