import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { HTTPException } from 'hono/http-exception'
import { AllclearError } from '../base/errors.ts'
import type { ErrorCode } from '../base/errors.ts'
import { asAllclearError } from './thrown.ts'

export interface ErrorBody {
  error: { code: ErrorCode; message: string; next: string; where?: string; requestId: string }
}

export function errorBody(error: AllclearError, requestId: string): ErrorBody {
  return {
    error: {
      code: error.code,
      message: error.message,
      next: error.next,
      ...(error.where === undefined ? {} : { where: error.where }),
      requestId,
    },
  }
}

/** The error handler of every group of routes. Defects go to stderr with the request id, never to the client. */
export function answerError(thrown: unknown, c: Context): Response {
  const error = asAllclearError(refusalOfFramework(thrown) ?? thrown)
  const requestId = (c.env as { requestId?: string } | undefined)?.requestId ?? 'none'
  // Whoever has gone away hears no answer, and what breaks off then is no defect.
  if (error.code === 'internal' && !c.req.raw.signal.aborted) traceDefect(error, requestId)
  if (error.retryAfterMs !== undefined) c.header('retry-after', String(Math.ceil(error.retryAfterMs / 1000)))
  if (error.code === 'auth.required') c.header('www-authenticate', 'Bearer realm="allclear"')
  return c.json(errorBody(error, requestId), error.status as ContentfulStatusCode)
}

/** The framework refuses bodies that are no JSON before a schema sees them. */
function refusalOfFramework(thrown: unknown): AllclearError | null {
  if (!(thrown instanceof HTTPException) || thrown.status >= 500) return null
  return new AllclearError('usage', {
    message: thrown.message,
    next: 'Compare the request with /api/v1/openapi.json.',
  })
}

/** Writes a defect to stderr: one line always, the trace when `ALLCLEAR_TRACE` is set. */
export function traceDefect(error: AllclearError, requestId: string): void {
  const cause = error.cause instanceof Error ? error.cause : error
  const text = process.env.ALLCLEAR_TRACE ? (cause.stack ?? cause.message) : `${cause.name}: ${cause.message}`
  process.stderr.write(`allclear: defect in request ${requestId}: ${text}\n`)
}

/** A request that does not fit its schema: names the first field that is wrong. */
export function refuseInvalid(result: { success: boolean; target?: string; error?: unknown }): void {
  if (result.success) return
  const issues = (result.error as { issues?: { path: PropertyKey[]; message: string }[] }).issues ?? []
  const first = issues[0]
  const place = first === undefined ? '' : first.path.map(String).join('.')
  const rest = issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''
  throw new AllclearError('usage', {
    message: `The ${result.target ?? 'request'} does not fit: ${first?.message ?? 'unknown reason'}${rest}.`,
    next: 'Compare it with /api/v1/openapi.json.',
    where: place === '' ? result.target : `${result.target}: ${place}`,
  })
}
