import { AllclearError } from '../base/errors.ts'

/** Anything thrown, as an error that a person can act on. What is not ours is a defect and says nothing of its inside. */
export function asAllclearError(thrown: unknown): AllclearError {
  if (thrown instanceof AllclearError) return thrown
  return new AllclearError('internal', {
    message: 'Allclear met a condition that it does not handle.',
    next: 'Please report it with the request id; `ALLCLEAR_TRACE=1` prints the trace to stderr.',
    cause: thrown,
  })
}
