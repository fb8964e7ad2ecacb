import { AllclearError, type ErrorCode } from '../errors.ts'

/** To a thread. */
export interface Order {
  href: string
  input: unknown
}

/** From a thread, one for each order. */
export type Answer = { output: unknown } | { thrown: Thrown }

/** An error on its way between threads: structured cloning would leave only its message. */
export interface Thrown {
  /** `null`: a defect. */
  code: ErrorCode | null
  message: string
  next: string
  where: string | undefined
  stack: string | undefined
}

export function packError(error: unknown): Thrown {
  if (error instanceof AllclearError) {
    const { code, message, next, where, stack } = error
    return { code, message, next, where, stack }
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  return { code: null, message, next: '', where: undefined, stack }
}

export function unpackError({ code, message, next, where, stack }: Thrown): Error {
  const error = code === null ? new Error(message) : new AllclearError(code, { message, next, where })
  // Where it went wrong, not where the answer arrived.
  if (stack !== undefined) error.stack = stack
  return error
}
