import { createRoute, z } from '@hono/zod-openapi'
import { accountName } from '../../core/people.ts'
import { AllclearError } from '../../base/errors.ts'
import { isSignInNeeded, principalOfToken } from '../access.ts'
import type { ApiContext, ApiBindings, Principal } from '../context.ts'
import { openGroup } from '../group.ts'
import { errorResponse, jsonBody } from '../schemas/base.ts'
import { me, sessionRow, tokenRow } from '../schemas/people.ts'
import { endedSessionCookies, isSecure, sessionCookie, sessionSecretOf } from './cookies.ts'
import { addOidcRoutes } from './oidc.routes.ts'
import { passwordCharactersMax } from './passwords.ts'
import type { SignInMethod } from './sessions.store.ts'
import { scopeOf } from './tokens.store.ts'

const tags = ['people']
/** As typed; what is longer is no name of anybody. */
const typedNameCharactersMax = 300

const dayMs = 24 * 60 * 60 * 1000
/** Somebody at a terminal signs in about once a week; what runs alone has a token of its own. */
const programDaysDefault = 7
const programDaysMax = 90

const ways = createRoute({
  method: 'get',
  path: '/api/v1/sign-in',
  tags,
  summary: 'Does one sign in here, and how?',
  responses: {
    200: jsonBody(
      z
        .object({
          needed: z.boolean(),
          password: z.boolean().openapi({ description: 'Whether there are accounts with passwords.' }),
          oidc: z
            .object({ title: z.string(), address: z.string() })
            .nullable()
            .openapi({ description: 'The provider, and where a browser goes for it.' }),
        })
        .openapi('SignInWays'),
      'The ways to sign in.',
    ),
    default: errorResponse,
  },
})

const signIn = createRoute({
  method: 'post',
  path: '/api/v1/sign-in',
  tags,
  summary: 'Sign a browser in, by name and password or with a token',
  description: 'Sets a cookie that scripts cannot read and foreign pages cannot send.',
  request: {
    body: {
      content: {
        'application/json': {
          schema: z
            .union([
              z.object({ token: z.string().max(200) }).strict(),
              z
                .object({
                  name: z.string().max(typedNameCharactersMax),
                  password: z.string().max(passwordCharactersMax),
                })
                .strict(),
            ])
            .openapi('SignInRequest'),
        },
      },
      required: true,
    },
  },
  responses: { 200: jsonBody(me, 'Who you are now.'), default: errorResponse },
})

const signOut = createRoute({
  method: 'delete',
  path: '/api/v1/sign-in',
  tags,
  summary: 'Sign out: the session ends',
  responses: { 204: { description: 'Signed out.' }, default: errorResponse },
})

const signProgramIn = createRoute({
  method: 'post',
  path: '/api/v1/sign-in/token',
  tags,
  summary: 'Sign a program in by name and password: a token that acts for that account',
  request: {
    body: {
      content: {
        'application/json': {
          schema: z
            .object({
              name: z.string().max(typedNameCharactersMax),
              password: z.string().max(passwordCharactersMax),
              label: z.string().min(1).max(200),
              days: z.number().min(0.01).max(programDaysMax).default(programDaysDefault),
            })
            .openapi('ProgramSignIn'),
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

const signProgramOut = createRoute({
  method: 'delete',
  path: '/api/v1/sign-in/token',
  tags,
  summary: 'Sign a program out: the token that it sends is revoked',
  responses: { 204: { description: 'Revoked.' }, default: errorResponse },
})

const whoAmI = createRoute({
  method: 'get',
  path: '/api/v1/me',
  tags,
  summary: 'Who am I here, and what may I do?',
  responses: { 200: jsonBody(me, 'Who asks.'), default: errorResponse },
})

const changePassword = createRoute({
  method: 'post',
  path: '/api/v1/me/password',
  tags,
  summary: 'Change my password; my other sessions end',
  request: {
    body: {
      content: {
        'application/json': {
          schema: z
            .object({
              current: z.string().max(passwordCharactersMax),
              next: z.string().max(passwordCharactersMax),
            })
            .openapi('PasswordChange'),
        },
      },
      required: true,
    },
  },
  responses: { 204: { description: 'Changed.' }, default: errorResponse },
})

const sessions = createRoute({
  method: 'get',
  path: '/api/v1/me/sessions',
  tags,
  summary: 'Where am I signed in?',
  responses: {
    200: jsonBody(z.object({ rows: z.array(sessionRow) }), 'My sessions, the last used first.'),
    default: errorResponse,
  },
})

const endSession = createRoute({
  method: 'delete',
  path: '/api/v1/me/sessions/{id}',
  tags,
  summary: 'End one of my sessions',
  request: { params: z.object({ id: z.string() }) },
  responses: { 204: { description: 'Ended.' }, default: errorResponse },
})

export function signInRoutes(context: ApiContext) {
  const { auth, config } = context
  const routes = openGroup()
  addOidcRoutes(routes, context)

  routes.openapi(ways, async (c) => {
    const { accounts } = await auth.people()
    const { oidc } = config
    return c.json(
      {
        needed: await isSignInNeeded(auth),
        password: await accounts.any(),
        oidc: oidc == null ? null : { title: oidc.title, address: '/api/v1/sign-in/oidc' },
      },
      200,
    )
  })

  routes.openapi(signIn, async (c) => {
    const asked = c.req.valid('json')
    const { principal, method } =
      'token' in asked
        ? await byToken(asked.token, c.env)
        : await byPassword(asked.name, asked.password, c.env)
    const people = await auth.people()
    // A session always begins with a secret of its own: one that was there before, whoever set it, is of no use after.
    const before = sessionSecretOf(c.req.raw)
    if (before !== null) {
      const found = await people.sessions.find(before, c.env.address)
      if (found !== null && found !== 'stolen') await people.sessions.end(found.id)
    }
    const { secret, session, csrf } = await people.sessions.begin({
      account: principal.account ?? null,
      tokenId: method === 'token' ? principal.through : null,
      method,
      address: c.env.address,
      agent: c.req.header('user-agent') ?? '',
    })
    if (principal.account !== undefined) await people.accounts.signedIn(principal.account)
    await audit(c.env, { ...principal, via: 'session', through: session.id }, 'sign-in', 'done', method)
    c.header('set-cookie', sessionCookie(secret, isSecure(c.req.raw)))
    return c.json(meOf({ ...principal, via: 'session', through: session.id, csrf }), 200)
  })

  async function byToken(token: string, bindings: ApiBindings) {
    const people = await auth.people()
    people.attempts.begin('', bindings.address)
    try {
      if (!/^ac_[\w-]+$/.test(token))
        throw new AllclearError('auth.required', {
          message: 'This is not a token.',
          next: 'A token begins with `ac_`; `allclear token create` on the server makes one.',
        })
      const principal = await principalOfToken(`Bearer ${token}`, people, bindings.address)
      people.attempts.succeeded('', bindings.address)
      return { principal, method: 'token' as SignInMethod }
    } catch (error) {
      await audit(bindings, null, 'sign-in.failed', 'refused', 'token')
      throw error
    }
  }

  async function byPassword(typed: string, password: string, bindings: ApiBindings) {
    const people = await auth.people()
    const named = accountName(typed)
    const name = named.ok ? named.value : typed
    people.attempts.begin(name, bindings.address)
    const kept = named.ok ? await people.accounts.passwordOf(name) : null
    const { matches, outdated } = await people.passwords.verify(password, kept)
    const account = named.ok ? await people.accounts.find(name) : null
    if (!matches || account === null) {
      // What is no name of ours may be a password in the wrong field: it is not written down.
      await audit(bindings, null, 'sign-in.failed', 'refused', account === null ? null : name)
      throw new AllclearError('auth.required', {
        message: 'The name or the password is wrong.',
        next: 'Try again; an administrator gives a new password with `allclear user password NAME`.',
      })
    }
    people.attempts.succeeded(name, bindings.address)
    if (outdated) await people.accounts.setPassword(name, await people.passwords.rehash(password), name)
    const principal: Principal = {
      name,
      display: account.display,
      role: account.role,
      via: 'session',
      through: null,
      account: name,
    }
    return { principal, method: 'password' as SignInMethod }
  }

  routes.openapi(signOut, async (c) => {
    const secret = sessionSecretOf(c.req.raw)
    const { sessions } = await auth.people()
    const session = secret === null ? null : await sessions.find(secret, c.env.address)
    if (session !== null && session !== 'stolen') {
      await sessions.end(session.id)
      await audit(
        c.env,
        { name: session.account ?? 'nobody', via: 'session', through: session.id },
        'sign-out',
        'done',
        null,
      )
    }
    for (const cookie of endedSessionCookies(isSecure(c.req.raw)))
      c.header('set-cookie', cookie, { append: true })
    return c.body(null, 204)
  })

  routes.openapi(signProgramIn, async (c) => {
    const { name, password, label, days } = c.req.valid('json')
    const { principal } = await byPassword(name, password, c.env)
    const { tokens, accounts } = await auth.people()
    const token = await tokens.create({
      name: label,
      scope: scopeOf(principal.role),
      account: principal.name,
      expiresAtMs: config.clock.nowMs() + days * dayMs,
    })
    await accounts.signedIn(principal.name)
    await audit(c.env, { ...principal, via: 'token', through: token.id }, 'sign-in', 'done', 'password')
    return c.json(token, 201)
  })

  routes.openapi(signProgramOut, async (c) => {
    const people = await auth.people()
    const principal = await principalOfToken(c.req.header('authorization') ?? '', people, c.env.address)
    await people.tokens.revoke(principal.through!)
    await people.sessions.endAllOfToken(principal.through!)
    await audit(c.env, principal, 'sign-out', 'done', null)
    return c.body(null, 204)
  })

  routes.openapi(whoAmI, (c) => c.json(meOf(c.env.principal), 200))

  routes.openapi(changePassword, async (c) => {
    const { principal, address } = c.env
    const { current, next } = c.req.valid('json')
    const people = await auth.people()
    const name = accountOf(principal)
    c.env.audited = { action: 'password.change', subject: name }
    people.attempts.begin(name, address)
    const { matches } = await people.passwords.verify(current, await people.accounts.passwordOf(name))
    if (!matches) {
      throw new AllclearError('auth.refused', {
        message: 'The current password is wrong.',
        next: 'Type it again; whoever signs in through a provider changes the password there.',
      })
    }
    people.attempts.succeeded(name, address)
    await people.accounts.setPassword(name, await people.passwords.hash(next, name), name)
    await people.sessions.endAllOf(name, principal.through ?? '')
    return c.body(null, 204)
  })

  routes.openapi(sessions, async (c) => {
    const { sessions: book } = await auth.people()
    const { account } = c.env.principal
    return c.json({ rows: account === undefined ? [] : await book.list(account) }, 200)
  })

  routes.openapi(endSession, async (c) => {
    const { id } = c.req.valid('param')
    const { sessions: book } = await auth.people()
    const mine = await book.list(accountOf(c.env.principal))
    if (!mine.some((session) => session.id === id))
      throw new AllclearError('not-found', {
        message: `You have no session \`${id.slice(0, 100)}\`.`,
        next: 'It may have ended already; `GET /api/v1/me/sessions` lists them.',
      })
    c.env.audited = { action: 'session.end', subject: id }
    await book.end(id)
    return c.body(null, 204)
  })

  async function audit(
    { address, requestId }: ApiBindings,
    who: Pick<Principal, 'name' | 'via' | 'through'> | null,
    action: string,
    outcome: 'done' | 'refused',
    subject: string | null,
  ): Promise<void> {
    const { audit: trail } = await auth.people()
    const { name, via, through } = who ?? { name: 'nobody', via: 'nobody' as const, through: null }
    await trail.add({ actor: name, via, through, action, subject, outcome, address, requestId })
  }

  return routes
}

function meOf({ name, display, role, via, account, csrf }: Principal): z.output<typeof me> {
  return { name, display, role, via, account: account ?? null, csrf: csrf ?? null }
}

function accountOf({ name, account }: Principal): string {
  if (account !== undefined) return account
  throw new AllclearError('usage', {
    message: `${name} is not signed in as a person.`,
    next: 'Sign in with your name: `allclear login`, or in the console.',
  })
}
