import { randomBytes } from 'node:crypto'
import { Hono } from 'hono'
import { AllclearError } from '../base/errors.ts'
import { checkHost, checkOrigin, checkPower, nobody, principalOf } from './access.ts'
import { addressOf } from './address.ts'
import { auditWrite } from './audit.ts'
import type { ApiBindings, ApiContext, ApiEnv, Local } from './context.ts'
import { answerError } from './errors.ts'
import { routeGroups } from './groups.ts'
import type { RouteGroup } from './groups.ts'
import { powerFor } from './powers.ts'
import { isSecure, sessionCookie } from './sign-in/cookies.ts'

const apiRoot = '/api/v1'

/** The console is plain files from this server: nothing else may run, load or frame it. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * The HTTP API, as a function of `Request`: a server listens with it, the CLI calls it in its own process. Groups of
 * routes load on their first request. Everything is under `/api/v1`; errors are `{ error: { code, message, next, … } }`.
 */
export function createApi(context: ApiContext): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  const loaded = new Map<RouteGroup, Promise<Hono<ApiEnv>>>()
  const groupOf = new Map(routeGroups.flatMap((group) => group.segments.map((segment) => [segment, group])))

  app.use('*', async (c, next) => {
    // Without a socket there is no `env`; a caller in-process may give one with `local`.
    const local = (c.env as { local?: Local } | undefined)?.local
    const requestId = randomBytes(8).toString('hex')
    const address = addressOf(c.req.raw, c.env)
    c.env = {
      requestId,
      principal: nobody,
      address,
      ...(local === undefined ? {} : { local }),
    }
    await next()
    secure(c.res.headers, requestId)
  })

  if (context.config.compress) {
    const compressing = import('hono/compress').then(({ compress }) => compress())
    app.use('*', async (c, next) => (await compressing)(c, next))
  }

  app.get(`${apiRoot}/openapi.json`, async (c) => {
    if (context.config.hosts !== undefined) checkHost(c.req.raw, context.config.hosts)
    const { describeApi } = await import('./openapi.ts')
    return c.json(await describeApi(context))
  })

  app.all(`${apiRoot}/:segment{.+}`, async (c) => {
    const request = c.req.raw
    if (context.config.hosts !== undefined) checkHost(request, context.config.hosts)
    checkOrigin(request)
    const segment = c.req.param('segment').split('/', 1)[0]
    const group = groupOf.get(segment)
    if (group === undefined) throw noSuchRoute(c.req.method, c.req.path)
    const bindings: ApiBindings = c.env
    if (powerFor(request.method, segment) !== 'anybody')
      bindings.principal = await principalOf(request, context.auth, bindings.address)
    const response = await auditWrite(context, request, bindings, async () => {
      checkPower(bindings.principal, request.method, segment)
      let routes = loaded.get(group)
      if (routes === undefined) {
        routes = group.load(context)
        loaded.set(group, routes)
      }
      return (await routes).fetch(request, bindings)
    })
    const { renewed } = bindings.principal
    if (renewed !== undefined)
      response.headers.append('set-cookie', sessionCookie(renewed, isSecure(request)))
    return response
  })

  app.all('/api/*', (c) => {
    throw noSuchRoute(c.req.method, c.req.path)
  })
  app.onError((error, c) => {
    const response = answerError(error, c)
    secure(response.headers, c.env.requestId)
    return response
  })
  return app
}

function noSuchRoute(method: string, path: string): AllclearError {
  return new AllclearError('not-found', {
    message: `There is no ${method} ${path.slice(0, 200)}.`,
    next: 'See /api/v1/openapi.json for what there is.',
  })
}

function secure(headers: Headers, requestId: string): void {
  headers.set('x-request-id', requestId)
  // A page for print brings a stricter one.
  if (!headers.has('content-security-policy')) headers.set('content-security-policy', contentSecurityPolicy)
  headers.set('referrer-policy', 'no-referrer')
  headers.set('x-content-type-options', 'nosniff')
  headers.set('cross-origin-opener-policy', 'same-origin')
  headers.set('cross-origin-resource-policy', 'same-origin')
  // Answers are about who can be attacked; no shared cache keeps them. Console files set their own.
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
}
