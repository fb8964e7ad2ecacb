import { AllclearError } from '../../base/errors.ts'
import { personOf } from '../../respond/incidents/roles.ts'
import type { Principal } from '../context.ts'

/**
 * Who says something in an incident: whoever is signed in. Where nobody signs in, on the machine itself, people may say
 * who they are (`--as @NAME`): it is as good as any other word of somebody who holds the data.
 */
export function actorOf(principal: Principal, as: string | undefined): string {
  // A token that acts for itself may have been called like a person, and is none.
  const name =
    principal.via === 'token' && principal.account === undefined ? `token:${principal.name}` : principal.name
  if (as === undefined) return name
  const person = personOf(as)
  if (principal.via === 'local' || person === name) return person
  throw new AllclearError('auth.refused', {
    message: `You are signed in as @${name} and cannot speak as @${person}.`,
    next: 'Sign in as the other person, or leave --as out.',
  })
}
