import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { AllclearError } from '../../base/errors.ts'
import type { ApiContext, ApiEnv } from '../context.ts'
import { asAllclearError } from '../thrown.ts'
import { errorResponse } from '../schemas/base.ts'
import { isSecure, oidcCookie, oidcSecretOf, sessionCookie } from './cookies.ts'
import { accountFor } from './oidc-account.ts'
import { openOidc } from './oidc.ts'
import { limit } from '../../base/limits.ts'

const tags = ['people']

const begin = createRoute({
  method: 'get',
  path: '/api/v1/sign-in/oidc',
  tags,
  summary: 'Go to the OpenID Connect provider to sign in',
  request: {
    query: z.object({
      to: z.string().max(2_000).default('/').openapi({ description: 'Path of the console to come back to.' }),
    }),
  },
  responses: { 302: { description: 'To the provider.' }, default: errorResponse },
})

const callback = createRoute({
  method: 'get',
  path: '/api/v1/sign-in/oidc/callback',
  tags,
  summary: 'Where the provider sends the browser back to',
  responses: {
    302: { description: 'Signed in; to the console.' },
    default: {
      description: 'Not signed in: a page that says why.',
      content: { 'text/html': { schema: z.string() } },
    },
  },
})

/** Sign-in through a provider, where one is configured. */
export function addOidcRoutes(routes: OpenAPIHono<ApiEnv>, { auth, config }: ApiContext): void {
  const { oidc: configured, publicUrl, clock } = config
  if (configured == null) {
    const none = (): never => {
      throw new AllclearError('not-found', {
        message: 'No sign-in provider is configured here.',
        next: 'An administrator sets `oidc` in the configuration; passwords and tokens work without it.',
      })
    }
    routes.openapi(begin, none)
    routes.openapi(callback, none)
    return
  }
  const oidc = openOidc(configured, () => `${publicUrl?.() ?? ''}/api/v1/sign-in/oidc/callback`, clock)

  routes.openapi(begin, async (c) => {
    const { address, secret } = await oidc.begin(c.req.valid('query').to)
    c.header('set-cookie', oidcCookie(secret, isSecure(c.req.raw), limit('oidcMs') / 1_000))
    return c.redirect(address, 302)
  })

  routes.openapi(callback, async (c) => {
    const people = await auth.people()
    const { address, requestId } = c.env
    const secure = isSecure(c.req.raw)
    const audit = (actor: string, through: string | null, outcome: 'done' | 'refused') =>
      people.audit.add({
        actor,
        via: through === null ? 'nobody' : 'session',
        through,
        action: outcome === 'done' ? 'sign-in' : 'sign-in.failed',
        subject: 'oidc',
        outcome,
        address,
        requestId,
      })
    c.header('set-cookie', oidcCookie('', secure, 0))
    try {
      const query = new URL(c.req.url).search.slice(1)
      const { claims, returnTo } = await oidc.finish(query, oidcSecretOf(c.req.raw))
      const account = await accountFor(claims, people, configured)
      const { secret, session } = await people.sessions.begin({
        account: account.name,
        tokenId: null,
        method: 'oidc',
        address,
        agent: c.req.header('user-agent') ?? '',
      })
      await people.accounts.signedIn(account.name)
      await audit(account.name, session.id, 'done')
      c.header('set-cookie', sessionCookie(secret, secure), { append: true })
      return c.redirect(returnTo, 302)
    } catch (thrown) {
      const error = asAllclearError(thrown)
      await audit('nobody', null, 'refused')
      return c.html(page(error.message, error.next), error.status as 401)
    }
  })
}

/** A browser stands here, and no script has been loaded that could show an error. */
function page(message: string, next: string): string {
  return `<!doctype html><meta charset="utf-8"><title>Not signed in · Allclear</title><h1>Not signed in</h1><p>${escaped(message)}</p><p>${escaped(next)}</p><p><a href="/">To the sign-in page</a></p>`
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
