import { AllclearError, listErrors } from '../../base/errors.ts'
import type { ErrorCode } from '../../base/errors.ts'

interface WireError {
  code?: unknown
  message?: unknown
  next?: unknown
  where?: unknown
  requestId?: unknown
}

/** The error that the API answered with. A code that this version does not know is kept in the message. */
export function errorOfWire(wire: WireError | undefined, status: number): AllclearError {
  const { code, message, next, where, requestId } = wire ?? {}
  const known = listErrors().some((row) => row.code === code)
  const text =
    typeof message === 'string' ? message : `The server answered with status ${status} and no reason.`
  return new AllclearError(known ? (code as ErrorCode) : status === 401 ? 'auth.required' : 'internal', {
    message: known || code === undefined ? text : `${text} (${String(code)})`,
    next:
      (typeof next === 'string' ? next : 'See the log of the server.') +
      (code === 'internal' && typeof requestId === 'string' ? ` Request ${requestId}.` : ''),
    where: typeof where === 'string' ? where : undefined,
  })
}

export async function errorOfResponse(response: Response): Promise<AllclearError> {
  let body: { error?: WireError } | undefined
  try {
    body = (await response.json()) as { error?: WireError }
  } catch {
    body = undefined
  }
  return errorOfWire(body?.error, response.status)
}
