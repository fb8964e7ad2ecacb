import type { MiddlewareHandler } from 'hono'
import type { ApiContext, ApiEnv } from '../context.ts'
import { readerOf } from './reader.ts'
import { responseOf } from './response-of.ts'

/** Second parts of an address that ask the gate themselves: those who are outside use them. */
const ownDoor = new Set(['access', 'access-requests', 'terms', 'break-glass'])

/**
 * Stands before every route of an incident, those too that do not exist yet: who may not see it gets the answer for an id
 * that never was, before anything of the request is looked at.
 */
export function gateIncidents(context: ApiContext): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const [id, what] = c.req.path.split('/').slice(4)
    if (id !== 'verification' && !ownDoor.has(what ?? '')) {
      const { gate } = await responseOf(context)
      await gate.enter(decodeURIComponent(id), await readerOf(context, c.env.principal))
    }
    await next()
  }
}
