import { limit } from '../limits.ts'
import { failureOfStatus, KubeFailure } from './failures.ts'
import type { KubeConnection } from './types.ts'

export interface AccessQuestion {
  group: string
  /** `pods`, `pods/log` */
  resource: string
  verb: 'get' | 'list' | 'watch'
}

export interface AccessAnswer extends AccessQuestion {
  /** Null: the server did not say. */
  allowed: boolean | null
  reason: string | null
}

/**
 * What these credentials may do in all namespaces, one `SelfSubjectAccessReview` for each question. Every user may ask
 * (`system:basic-user`). A rules review would answer for one namespace only, and not at all for some authorisers.
 */
export async function reviewAccess(
  connection: KubeConnection,
  questions: readonly AccessQuestion[],
  signal?: AbortSignal,
): Promise<AccessAnswer[]> {
  const answers: AccessAnswer[] = []
  // A few at once: some authorisers ask a webhook for each.
  const atOnce = 8
  for (let at = 0; at < questions.length; at += atOnce)
    answers.push(
      ...(await Promise.all(
        questions.slice(at, at + atOnce).map((question) => review(connection, question, signal)),
      )),
    )
  return answers
}

async function review(
  connection: KubeConnection,
  question: AccessQuestion,
  signal: AbortSignal | undefined,
): Promise<AccessAnswer> {
  const { group, resource, verb } = question
  const [name, subresource] = resource.split('/', 2)
  try {
    const { status } = await askJson<{ status?: { allowed?: boolean; reason?: string } }>(
      connection,
      '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: {
          resourceAttributes: { group, resource: name, verb, ...(subresource ? { subresource } : {}) },
        },
      },
      signal,
    )
    return { ...question, allowed: status?.allowed ?? null, reason: status?.reason || null }
  } catch (error) {
    if (!(error instanceof KubeFailure)) throw error
    return { ...question, allowed: null, reason: error.message }
  }
}

/** One small JSON answer. Throws `KubeFailure` for any status but 2xx. */
export async function askJson<Answer>(
  connection: KubeConnection,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Answer> {
  const timeout = AbortSignal.timeout(limit('kubeRequestMs'))
  const response = await connection.request(path, {
    ...(body === undefined ? {} : { method: 'POST' as const, body }),
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
  })
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body) {
    parts.push(part)
    if ((length += part.length) > limit('kubeFrameBytes')) {
      response.cancel()
      throw new KubeFailure({
        kind: 'malformed',
        reason: `${path}: an answer without end`,
        retryAfterMs: null,
      })
    }
  }
  const text = Buffer.concat(parts).toString('utf8')
  if (response.status < 200 || response.status > 299) {
    let message = ''
    try {
      message = String((JSON.parse(text) as { message?: unknown }).message ?? '').slice(0, 300)
    } catch {
      // A proxy's page of HTML says nothing that is worth showing.
    }
    throw new KubeFailure(failureOfStatus(response.status, message, response.retryAfterMs))
  }
  try {
    return JSON.parse(text) as Answer
  } catch {
    throw new KubeFailure({ kind: 'malformed', reason: `${path}: not JSON`, retryAfterMs: null })
  }
}
