import { CutOff, Endless } from './json-stream.ts'

/**
 * Why a list or a watch did not go on, as far as it decides what to do next:
 * `gone` (410: list again), `throttled` (429: when the server says), `unauthorized` (401: fresh credentials),
 * `forbidden` (403), `not-served` (404), `conflict` (409: what was read is no longer one state), `server` (5xx),
 * `network` (no answer, or it broke off), `malformed` (an answer that cannot be read).
 */
export type FailureKind =
  | 'gone'
  | 'throttled'
  | 'unauthorized'
  | 'forbidden'
  | 'not-served'
  | 'conflict'
  | 'server'
  | 'network'
  | 'malformed'

export interface Failure {
  kind: FailureKind
  /** For people: `429 Too Many Requests`, `ECONNRESET`. */
  reason: string
  retryAfterMs: number | null
}

/** An answer that is not the one asked for. */
export class KubeFailure extends Error {
  override readonly name = 'KubeFailure'
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.reason)
    this.failure = failure
  }
}

/** The failure in a status of HTTP, or in a `Status` object within a watch (Kubernetes API concepts, "Watch"). */
export function failureOfStatus(status: number, reason: string, retryAfterMs: number | null): Failure {
  return {
    // A version from before the server was restored: it waits for it in vain, and says so with 504.
    kind: /too large resource version/i.test(reason) ? 'gone' : kindOfStatus(status),
    reason: `${status} ${reason || (phrases[status] ?? '')}`.trim(),
    retryAfterMs,
  }
}

const phrases: Readonly<Record<number, string>> = {
  401: 'the credentials are not accepted',
  404: 'not served',
  410: 'the resource version is too old',
  429: 'too many requests',
}

function kindOfStatus(status: number): FailureKind {
  switch (status) {
    case 401:
      return 'unauthorized'
    case 403:
      return 'forbidden'
    case 404:
      return 'not-served'
    case 409:
      return 'conflict'
    case 410:
      return 'gone'
    case 429:
      return 'throttled'
    default:
      return status >= 500 ? 'server' : 'malformed'
  }
}

export function failureOfError(error: unknown): Failure {
  if (error instanceof KubeFailure) return error.failure
  if (error instanceof CutOff) return { kind: 'network', reason: error.message, retryAfterMs: null }
  if (error instanceof Endless || error instanceof SyntaxError || isRefusal(error))
    return { kind: 'malformed', reason: (error as Error).message, retryAfterMs: null }
  const { code, message } = error as { code?: string; message?: string }
  return { kind: 'network', reason: code ?? message ?? String(error), retryAfterMs: null }
}

/** Our own reader says `input.…` of what it cannot parse. */
function isRefusal(error: unknown): boolean {
  return String((error as { code?: unknown }).code).startsWith('input.')
}
