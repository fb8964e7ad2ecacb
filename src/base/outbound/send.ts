import { lookup } from 'node:dns/promises'
import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { AllclearError } from '../errors.ts'
import { limit } from '../limits.ts'
import { depthOf, type AddressClass } from './addresses.ts'
import { checkPlace, type OutboundPolicy } from './policy.ts'

export interface OutboundRequest {
  method?: 'GET' | 'HEAD' | 'POST'
  headers?: Record<string, string>
  body?: string
  signal?: AbortSignal
}

export interface OutboundResponse {
  /** Where the answer came from in the end. */
  url: string
  status: number
  headers: IncomingMessage['headers']
  /** Ends with an error when nothing comes for too long; whoever does not read it to its end destroys it. */
  body: IncomingMessage
  /** What the answering server is, for judging the places that it names. */
  from: AddressClass
}

/** Sends requests that follow the rules of `policy.ts`: every address is judged before it is connected to. */
export interface Outbound {
  /** `from` is whoever named the place: the class of a server that was asked before; a person when absent. */
  send(url: string, request?: OutboundRequest, from?: AddressClass | null): Promise<OutboundResponse>
  close(): void
}

/** Registries redirect blobs to a store behind them, once or twice. */
const redirectsMax = 5
/** Headers that are meant for one server and not for where it sends us. */
const ofOneServer = new Set(['authorization', 'cookie', 'proxy-authorization'])

export function openOutbound(policy: OutboundPolicy): Outbound {
  const agents = {
    'http:': new HttpAgent({ keepAlive: true, maxSockets: 8 }),
    'https:': new HttpsAgent({ keepAlive: true, maxSockets: 8 }),
  }

  async function sendOnce(
    url: URL,
    { method = 'GET', headers = {}, body, signal }: OutboundRequest,
    from: AddressClass | null,
  ): Promise<OutboundResponse> {
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      throw unusable(url, 'only http and https are called')
    if (url.username !== '' || url.password !== '') throw unusable(url, 'it carries a name or password')
    const place = await judge(url.hostname, from)
    return new Promise((resolve, reject) => {
      const sending = (url.protocol === 'https:' ? requestHttps : requestHttp)(
        url,
        {
          method,
          headers: { 'user-agent': 'allclear', ...headers },
          agent: agents[url.protocol as keyof typeof agents],
          signal,
          timeout: limit('outboundIdleMs'),
          maxHeaderSize: 64 * 1024,
          // The name is not resolved again: between two answers of a name server lies the trick of DNS rebinding.
          lookup: (_host, options, callback) => {
            const addresses = place.addresses.map((address) => ({ address, family: isIP(address) }))
            if (options.all) callback(null, addresses)
            else callback(null, addresses[0].address, addresses[0].family)
          },
        },
        (answer) => {
          answer.setTimeout(limit('outboundIdleMs'), () =>
            answer.destroy(new Error('nothing came for too long')),
          )
          resolve({
            url: url.href,
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: answer,
            from: place.class,
          })
        },
      )
      sending.on('timeout', () => sending.destroy(new Error('it does not answer')))
      sending.on('error', reject)
      sending.end(body)
    })
  }

  /** Every address of a name must be allowed: which one is connected to is chance. */
  async function judge(
    host: string,
    from: AddressClass | null,
  ): Promise<{ class: AddressClass; addresses: string[] }> {
    const bare = host.replace(/^\[|\]$/g, '')
    const addresses =
      isIP(bare) !== 0 ? [bare] : (await lookup(bare, { all: true })).map(({ address }) => address)
    let innermost: AddressClass = 'public'
    for (const address of addresses) {
      const found = checkPlace(bare, address, from, policy)
      if (depthOf[found] > depthOf[innermost]) innermost = found
    }
    return { class: innermost, addresses }
  }

  return {
    async send(first, request = {}, from = null) {
      let url = new URL(first)
      let headers = request.headers
      let named: AddressClass | null = from
      for (let redirects = 0; ; redirects++) {
        const answer = await sendOnce(url, { ...request, headers }, named)
        const location = answer.headers.location
        if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) return answer
        answer.body.destroy()
        if (redirects >= redirectsMax)
          throw unusable(new URL(first), `it redirects more than ${redirectsMax} times`)
        let next: URL
        try {
          next = new URL(location, url)
        } catch {
          throw unusable(url, 'it redirects to no URL')
        }
        if (url.protocol === 'https:' && next.protocol === 'http:')
          throw unusable(url, `it redirects to ${next.host} without encryption`)
        if (next.host !== url.host)
          headers = Object.fromEntries(
            Object.entries(headers ?? {}).filter(([name]) => !ofOneServer.has(name.toLowerCase())),
          )
        named = answer.from
        url = next
      }
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
}

function unusable(url: URL, why: string): AllclearError {
  const where = `${url.protocol}//${url.host}`
  return new AllclearError('outbound.refused', {
    message: `${where} is not called: ${why}.`,
    next: 'Look at the address; see docs/explanation/outbound.md for the rules.',
    where,
  })
}

/** The whole body of an answer, at most so many bytes. */
export async function readBody(answer: OutboundResponse, bytesMax: number, where: string): Promise<Buffer> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of answer.body as AsyncIterable<Buffer>) {
    length += part.length
    if (length > bytesMax) {
      answer.body.destroy()
      throw new AllclearError('input.too-large', {
        message: `${where} sends more than ${bytesMax} bytes.`,
        next: 'It is not what was asked for; look at the address.',
        where,
      })
    }
    parts.push(part)
  }
  return Buffer.concat(parts, length)
}
