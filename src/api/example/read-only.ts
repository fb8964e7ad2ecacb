import { AllclearError } from '../../base/errors.ts'
import type { ApiContext } from '../context.ts'

/** The example fleet is the same for everybody; real data would drown in it, and it in them. */
export function refuseExample(context: ApiContext): void {
  if (!context.config.example) return
  throw new AllclearError('example.read-only', {
    message: 'This is the example fleet; it takes no imports.',
    next: 'Give real data a directory of its own: `--data DIR`, or ALLCLEAR_DATA, or none of both for the default.',
  })
}
