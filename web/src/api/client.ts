import { forgetProof, proofOfPage } from './proof.ts'
import type { Error as ErrorAnswer, Requests } from './schema.generated.ts'

export type Problem = Omit<ErrorAnswer['error'], 'code' | 'requestId'> & { code: string; requestId?: string }

/** What the server, or the way to it, refused; `problem.next` says what a person can do. `status` 0: no answer came. */
export class Refused extends Error {
  readonly problem: Problem
  readonly status: number
  constructor(status: number, problem: Problem) {
    super(problem.message)
    this.status = status
    this.problem = problem
  }
}

/** `GET /api/v1/images/{id}`: a line of the generated `Requests`. */
export type RequestLine = keyof Requests

/** What a request needs; parts that have no required field may be left out. */
export type Parameters<Line extends RequestLine> = Needed<'path', Requests[Line]['path']> &
  Needed<'query', Requests[Line]['query']> &
  Needed<'body', Requests[Line]['body']>

type Needed<Name extends string, Value> = [Value] extends [undefined]
  ? { [Key in Name]?: undefined }
  : Record<string, never> extends Value
    ? { [Key in Name]?: Value }
    : { [Key in Name]: Value }

interface AnyParameters {
  path?: Record<string, string>
  query?: Record<string, string | number | null | undefined>
  body?: unknown
}

/** One request to the API. Throws `Refused`, or an `AbortError` when `signal` ends it. */
export async function ask<Line extends RequestLine>(
  line: Line,
  parameters: Parameters<Line>,
  signal?: AbortSignal,
): Promise<Requests[Line]['answer']> {
  const { path, query, body } = parameters as AnyParameters
  const [method, template] = line.split(' ')
  const address = addressOf(template, path, query)
  const reads = method === 'GET' || line.endsWith('/api/v1/sign-in')
  let proof = reads ? null : await proofOfPage()
  let response = await send(method, address, body, proof, signal)
  if (response.status === 403 && !reads) {
    // Somebody signed in anew in another tab: the cookie is of another session than what we prove.
    forgetProof()
    const fresh = await proofOfPage()
    if (fresh !== proof) {
      proof = fresh
      response = await send(method, address, body, proof, signal)
    }
  }
  if (response.status === 204) return undefined as Requests[Line]['answer']
  const answer = (await response.json().catch(() => null)) as { error?: Problem } | null
  if (response.ok && answer !== null) return answer as Requests[Line]['answer']
  throw new Refused(
    response.status,
    answer?.error ?? {
      code: 'internal',
      message: `The server answered ${response.status} and did not say why.`,
      next: 'Try again; the server’s log says more.',
    },
  )
}

async function send(
  method: string,
  address: string,
  body: unknown,
  proof: string | null,
  signal: AbortSignal | undefined,
): Promise<Response> {
  try {
    return await fetch(address, {
      method,
      signal,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(proof === null ? {} : { 'x-allclear-csrf': proof }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error
    throw new Refused(0, {
      code: 'server.unreachable',
      message: 'The server does not answer.',
      next: 'What is on the screen stays. Look at whether Allclear runs: `allclear status`.',
    })
  }
}

function addressOf(
  template: string,
  path: AnyParameters['path'] = {},
  query: AnyParameters['query'] = {},
): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name]))
  const entries = Object.entries(query).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  )
  if (entries.length === 0) return filled
  return `${filled}?${new URLSearchParams(entries.map(([key, value]) => [key, String(value)]))}`
}
