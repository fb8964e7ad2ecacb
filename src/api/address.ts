import { isLoopback } from './loopback.ts'

/**
 * Where a request came from, for counting attempts and for the trail. A proxy on this machine says for whom it asks, in
 * the last place of `X-Forwarded-For`; from anywhere else that header is what anybody writes into it.
 */
export function addressOf(request: Request, env: unknown): string {
  const socket = (env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined)?.incoming?.socket
  const peer = socket?.remoteAddress?.replace(/^::ffff:(?=\d+\.)/, '')
  if (peer === undefined) return 'local'
  const forwarded = request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim()
  return forwarded && isLoopback(peer) ? forwarded.slice(0, 64) : peer
}
