import type { Scope } from '../types.ts'
import type { Check } from './context.ts'
import { daysBetween } from './days.ts'

/** Half a year: long enough for a replacement, short enough that somebody looks again. */
const exceptionDays = 180

/** An exception is a promise of somebody to end it. */
export const checkExceptions: Check = ({ items }, { today }, say) => {
  const ids = new Set(items.map(({ id }) => id))
  for (const [at, { id, tailoring }] of items.entries()) {
    for (const [nth, exception] of tailoring.exceptions.entries()) {
      const path = ['items', at, 'tailoring', 'exceptions', nth]
      const of = `The exception ${exception.id} of ${id}`
      const missing = (['owner', 'reason', 'expires'] as const).filter((field) => exception[field] === null)
      if (missing.length > 0) say('exception-incomplete', path, `${of} has no ${missing.join(', no ')}.`)
      const { expires, created, compensating } = exception
      if (expires !== null) {
        const days = daysBetween(created ?? today, expires)
        if (days > exceptionDays)
          say(
            'exception-long',
            [...path, 'expires'],
            `${of} lasts ${days} days; the longest is ${exceptionDays}.`,
          )
        if (expires < today)
          say('exception-expired', [...path, 'expires'], `${of} ended on ${expires} and counts no more.`)
      }
      if (compensating !== null && (compensating === id || !ids.has(compensating)))
        say(
          'exception-compensating',
          [...path, 'compensating'],
          `${of} is made up for by ${compensating}, which is no other item.`,
        )
      if (coversAll(exception.scope))
        say('exception-broad', [...path, 'scope'], `${of} is for the whole fleet.`)
    }
    for (const [nth, { owner, reason, expires, scope }] of tailoring.params.entries()) {
      const path = ['items', at, 'tailoring', 'params', nth]
      if (owner === null || reason === null || expires === null)
        say('tailoring-incomplete', path, `Other parameters of ${id} need an owner, a reason and an expiry.`)
      if (coversAll(scope))
        say('exception-broad', [...path, 'scope'], `Other parameters of ${id} are for the whole fleet.`)
    }
  }
}

function coversAll(scope: Scope): boolean {
  return Object.values(scope).every((value) => value === '*')
}
