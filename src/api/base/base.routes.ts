import { createRoute, z } from '@hono/zod-openapi'
import { AllclearError } from '../../base/errors.ts'
import { listLimits } from '../../base/limits.ts'
import { principalOf, signInCookie } from '../access.ts'
import type { ApiContext } from '../context.ts'
import { openGroup } from '../group.ts'
import { errorResponse, jsonBody } from '../schemas/base.ts'
import { exactly } from '../schemas/exactly.ts'
import type { TokenRow } from './tokens.store.ts'

const tags = ['base']
const dayMs = 24 * 60 * 60 * 1000
/** A token outlives a quarter and no more unless somebody asks: forgotten ones end by themselves. */
const tokenDaysDefault = 90
const tokenDaysMax = 3_650

const tokenRow = exactly<TokenRow>()(
  z
    .object({
      id: z.string(),
      name: z.string(),
      scope: z.enum(['admin', 'read']),
      createdAtMs: z.number(),
      expiresAtMs: z.number(),
      lastUsedAtMs: z.number().nullable(),
    })
    .openapi('Token'),
)

const limitRow = z
  .object({
    name: z.string(),
    value: z.number(),
    unit: z.string(),
    default: z.number(),
    source: z.string(),
    variable: z.string(),
    why: z.string(),
  })
  .openapi('Limit')

const health = createRoute({
  method: 'get',
  path: '/api/v1/health',
  tags,
  summary: 'Does the server live?',
  responses: {
    200: jsonBody(
      z.object({ status: z.literal('ok'), product: z.literal('allclear'), version: z.string() }),
      'It lives.',
    ),
    default: errorResponse,
  },
})

const limits = createRoute({
  method: 'get',
  path: '/api/v1/config/limits',
  tags,
  summary: 'Every bound of the program, its value, and why that number',
  responses: { 200: jsonBody(z.object({ rows: z.array(limitRow) }), 'All limits.'), default: errorResponse },
})

const list = createRoute({
  method: 'get',
  path: '/api/v1/tokens',
  tags,
  summary: 'The tokens, without their secrets',
  responses: { 200: jsonBody(z.object({ rows: z.array(tokenRow) }), 'All tokens.'), default: errorResponse },
})

const create = createRoute({
  method: 'post',
  path: '/api/v1/tokens',
  tags,
  summary: 'Make a token; its secret is shown only now',
  request: {
    body: {
      content: {
        'application/json': {
          schema: z
            .object({
              name: z.string().min(1).max(200),
              scope: z.enum(['admin', 'read']).default('read'),
              days: z.number().min(0.01).max(tokenDaysMax).default(tokenDaysDefault),
            })
            .openapi('TokenRequest'),
        },
      },
      required: true,
    },
  },
  responses: {
    201: jsonBody(tokenRow.extend({ secret: z.string() }), 'The token with its secret.'),
    default: errorResponse,
  },
})

const revoke = createRoute({
  method: 'delete',
  path: '/api/v1/tokens/{id}',
  tags,
  summary: 'Revoke a token at once',
  request: { params: z.object({ id: z.string() }) },
  responses: { 204: { description: 'Revoked.' }, default: errorResponse },
})

const signIn = createRoute({
  method: 'post',
  path: '/api/v1/sign-in',
  tags,
  summary: 'Sign a browser in with a token',
  description: 'Sets a cookie that scripts cannot read and foreign pages cannot send.',
  request: {
    body: {
      content: { 'application/json': { schema: z.object({ token: z.string().max(200) }) } },
      required: true,
    },
  },
  responses: {
    200: jsonBody(z.object({ name: z.string(), scope: z.enum(['admin', 'read']) }), 'Who you are now.'),
    default: errorResponse,
  },
})

const signOut = createRoute({
  method: 'delete',
  path: '/api/v1/sign-in',
  tags,
  summary: 'Sign out',
  responses: { 204: { description: 'Signed out.' }, default: errorResponse },
})

export function baseRoutes(context: ApiContext) {
  const routes = openGroup()
  routes.openapi(health, (c) =>
    c.json({ status: 'ok' as const, product: 'allclear' as const, version: context.config.version }, 200),
  )
  routes.openapi(limits, (c) => c.json({ rows: listLimits() }, 200))
  routes.openapi(list, async (c) => c.json({ rows: await (await context.auth.tokens()).list() }, 200))
  routes.openapi(create, async (c) => {
    const { name, scope, days } = c.req.valid('json')
    const expiresAtMs = context.config.clock.nowMs() + days * dayMs
    return c.json(await (await context.auth.tokens()).create({ name, scope, expiresAtMs }), 201)
  })
  routes.openapi(revoke, async (c) => {
    await (await context.auth.tokens()).revoke(c.req.valid('param').id)
    return c.body(null, 204)
  })
  routes.openapi(signIn, async (c) => {
    const { token } = c.req.valid('json')
    if (!/^ac_[\w-]+$/.test(token)) {
      throw new AllclearError('auth.required', {
        message: 'This is not a token.',
        next: 'A token begins with `ac_`; `allclear token create` on the server makes one.',
      })
    }
    const probe = new Request(c.req.url, { headers: { authorization: `Bearer ${token}` } })
    const principal = await principalOf(probe, context.auth)
    // `Secure` only where the browser came by TLS, or plain loopback could not sign in at all.
    const secure =
      c.req.header('x-forwarded-proto') === 'https' || c.req.url.startsWith('https:') ? '; Secure' : ''
    c.header('set-cookie', `${signInCookie}=${token}; Path=/; HttpOnly; SameSite=Strict${secure}`)
    return c.json({ name: principal.name, scope: principal.scope }, 200)
  })
  routes.openapi(signOut, (c) => {
    c.header('set-cookie', `${signInCookie}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`)
    return c.body(null, 204)
  })
  return routes
}
