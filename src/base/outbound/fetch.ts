import { Readable } from 'node:stream'
import { readOutboundPolicy } from './policy.ts'
import { openOutbound, type Outbound, type OutboundRequest } from './send.ts'

/** One for the process, so that connections are used again; policies come from the environment, which does not change. */
let shared: Outbound | undefined

/** Statuses whose answers have no body (Fetch standard, "null body status"). */
const withoutBody = new Set([101, 204, 205, 304])

/** `fetch` under the rules of `policy.ts`, for those who like its answers better than streams. */
export async function outboundFetch(url: string, request: OutboundRequest = {}): Promise<Response> {
  const answer = await (shared ??= openOutbound(readOutboundPolicy())).send(url, request)
  const headers = new Headers()
  for (const [name, value] of Object.entries(answer.headers))
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) headers.append(name, one)
  if (withoutBody.has(answer.status)) {
    answer.body.resume()
    return new Response(null, { status: answer.status, headers })
  }
  return new Response(Readable.toWeb(answer.body) as ReadableStream<Uint8Array>, {
    status: answer.status,
    headers,
  })
}
