/**
 * Stands between us and a real API server and does to our requests what networks, load balancers and overloaded servers
 * do. Plain HTTP towards us, the server's own TLS behind.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { request as requestHttps, type Agent } from 'node:https'
import { request as requestHttp } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Fault =
  /** Ends every watch after so many ms. */
  | { kind: 'drop-watches'; afterMs: number }
  /** Answers a share of the requests with a status. */
  | { kind: 'status'; status: number; share: number; retryAfterSeconds?: number; only?: 'watch' | 'list' }
  /** Ends a share of the answers in the middle of the JSON. */
  | { kind: 'truncate'; share: number; afterBytes: number }
  /** Accepts nothing: the server is gone. */
  | { kind: 'gone' }
  /** Accepts, and never says a word. */
  | { kind: 'silent' }

export interface FaultProxy {
  url: string
  /** What is done from now on; null lets everything through. Also ends what is open, when told to. */
  set(fault: Fault | null, options?: { cut?: boolean }): void
  /** Requests that were spoiled since the last `set`. */
  readonly spoiled: number
  close(): Promise<void>
}

export async function startFaultProxy(target: string, agent?: Agent): Promise<FaultProxy> {
  let fault: Fault | null = null
  let spoiled = 0
  /** Deterministic: every n-th request is spoiled, so that a run can be repeated. */
  let turn = 0
  const open = new Set<() => void>()
  const isTurn = (share: number) => Math.floor((turn + 1) * share) > Math.floor(turn++ * share)

  const server = createServer((incoming, response) => {
    const isWatch = (incoming.url ?? '').includes('watch=1')
    const now = fault
    switch (now?.kind) {
      case 'gone':
        spoiled++
        incoming.socket.destroy()
        return
      case 'silent':
        spoiled++
        return
      case 'status':
        if (now.only !== undefined && (now.only === 'watch') !== isWatch) break
        if (!isTurn(now.share)) break
        spoiled++
        response.writeHead(now.status, {
          'content-type': 'application/json',
          ...(now.retryAfterSeconds === undefined ? {} : { 'retry-after': String(now.retryAfterSeconds) }),
        })
        response.end(
          JSON.stringify({ kind: 'Status', code: now.status, message: 'spoiled', reason: 'Spoiled' }),
        )
        return
    }
    forward(incoming, response, isWatch, now)
  })

  function forward(incoming: IncomingMessage, response: ServerResponse, isWatch: boolean, now: Fault | null) {
    const url = new URL(`${target}${incoming.url}`)
    const { host: _, connection: __, ...headers } = incoming.headers
    const outgoing = (url.protocol === 'https:' ? requestHttps : requestHttp)(
      url,
      { method: incoming.method, headers, agent: url.protocol === 'https:' ? agent : undefined },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        response.flushHeaders()
        const truncates = now?.kind === 'truncate' && isTurn(now.share) ? now : null
        if (truncates === null) {
          answer.pipe(response)
          answer.on('error', () => response.destroy())
          return
        }
        let left = truncates.afterBytes
        answer.on('data', (chunk: Buffer) => {
          if (left <= 0) return
          response.write(chunk.subarray(0, left))
          left -= chunk.length
          if (left > 0) return
          spoiled++
          response.destroy()
          outgoing.destroy()
        })
        answer.on('end', () => response.end())
        answer.on('error', () => response.destroy())
      },
    )
    const cut = () => {
      outgoing.destroy()
      response.destroy()
    }
    open.add(cut)
    let timer: NodeJS.Timeout | undefined
    if (isWatch && now?.kind === 'drop-watches')
      timer = setTimeout(() => {
        spoiled++
        cut()
      }, now.afterMs)
    outgoing.on('error', () => response.destroy())
    response.on('close', () => {
      clearTimeout(timer)
      open.delete(cut)
      outgoing.destroy()
    })
    incoming.pipe(outgoing)
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set(next, { cut = false } = {}) {
      fault = next
      spoiled = 0
      if (!cut) return
      for (const end of [...open]) end()
      server.closeIdleConnections()
    },
    get spoiled() {
      return spoiled
    },
    close: () =>
      new Promise((resolve) => {
        for (const end of [...open]) end()
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
