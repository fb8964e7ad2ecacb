import { AllclearError } from '../../base/errors.ts'
import { personOf } from '../../respond/incidents/roles.ts'
import type { Principal } from '../context.ts'

/**
 * Who says something in an incident: whoever is signed in. Where nobody signs in, on the machine itself, people may say
 * who they are (`--as @NAME`): it is as good as any other word of somebody who holds the data.
 */
export function actorOf(principal: Principal, as: string | undefined): string {
  if (as === undefined) return principal.name
  const person = personOf(as)
  if (principal.via === 'local' || person === principal.name) return person
  throw new AllclearError('auth.refused', {
    message: `You are signed in as @${principal.name} and cannot speak as @${person}.`,
    next: 'Sign in as the other person, or leave --as out.',
  })
}
