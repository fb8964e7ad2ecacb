import { randomInt } from 'node:crypto'
import { createRoute, z } from '@hono/zod-openapi'
import { accountName, displayName, includesRole } from '../../core/people.ts'
import { AllclearError } from '../../base/errors.ts'
import { limit } from '../../base/limits.ts'
import { checkRole } from '../access.ts'
import type { ApiContext, Principal } from '../context.ts'
import { openGroup } from '../group.ts'
import { errorResponse, jsonBody } from '../schemas/base.ts'
import { accountRow, auditCheck, auditRow, roleName, tokenRow } from '../schemas/people.ts'
import { noSuchAccount } from './accounts.store.ts'
import { passwordCharactersMax } from './passwords.ts'
import { noSuchToken, scopeRoles, tokenScopes } from './tokens.store.ts'

const tags = ['people']
const dayMs = 24 * 60 * 60 * 1000
/** A token outlives a quarter and no more unless somebody asks: forgotten ones end by themselves. */
const tokenDaysDefault = 90
const tokenDaysMax = 3_650
const auditRowsDefault = 50

const named = z.object({ name: z.string().max(300) })
const password = z.string().max(passwordCharactersMax)
const json = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { content: { 'application/json': { schema } }, required: true },
})

const listAccounts = createRoute({
  method: 'get',
  path: '/api/v1/users',
  tags,
  summary: 'Who may sign in, and with which role',
  responses: {
    200: jsonBody(z.object({ rows: z.array(accountRow) }), 'All accounts.'),
    default: errorResponse,
  },
})

const addAccount = createRoute({
  method: 'post',
  path: '/api/v1/users',
  tags,
  summary: 'Add an account',
  description:
    'Without a password one is made and shown only now. The first account has to be an administrator.',
  request: json(
    z
      .object({
        name: z.string().min(1).max(300),
        display: z.string().max(1_000).optional(),
        role: roleName.default('viewer'),
        password: password.optional(),
      })
      .openapi('AccountRequest'),
  ),
  responses: {
    201: jsonBody(z.object({ account: accountRow, password: z.string().nullable() }), 'The account.'),
    default: errorResponse,
  },
})

const setRole = createRoute({
  method: 'post',
  path: '/api/v1/users/{name}/role',
  tags,
  summary: 'Change what somebody may do',
  request: { params: named, ...json(z.object({ role: roleName })) },
  responses: { 200: jsonBody(accountRow, 'The account.'), default: errorResponse },
})

const setDisabled = createRoute({
  method: 'post',
  path: '/api/v1/users/{name}/disabled',
  tags,
  summary: 'Disable an account, or enable it again; its sessions end at once',
  request: { params: named, ...json(z.object({ disabled: z.boolean() })) },
  responses: { 200: jsonBody(accountRow, 'The account.'), default: errorResponse },
})

const setPassword = createRoute({
  method: 'post',
  path: '/api/v1/users/{name}/password',
  tags,
  summary: 'Give somebody a new password; all sessions of that account end',
  description:
    'Without a password one is made and shown only now. What the account was trusted with in embargoed incidents waits until another member confirms it.',
  request: { params: named, ...json(z.object({ password: password.optional() })) },
  responses: {
    200: jsonBody(z.object({ account: accountRow, password: z.string().nullable() }), 'The account.'),
    default: errorResponse,
  },
})

const listTokens = createRoute({
  method: 'get',
  path: '/api/v1/tokens',
  tags,
  summary: 'My tokens, without their secrets; an administrator sees all',
  responses: { 200: jsonBody(z.object({ rows: z.array(tokenRow) }), 'Tokens.'), default: errorResponse },
})

const createToken = createRoute({
  method: 'post',
  path: '/api/v1/tokens',
  tags,
  summary: 'Make a token; its secret is shown only now',
  description: 'It acts for who makes it and can do no more than they.',
  request: json(
    z
      .object({
        name: z.string().min(1).max(200),
        scope: z.enum(tokenScopes).default('read'),
        days: z.number().min(0.01).max(tokenDaysMax).default(tokenDaysDefault),
      })
      .openapi('TokenRequest'),
  ),
  responses: {
    201: jsonBody(tokenRow.extend({ secret: z.string() }), 'The token with its secret.'),
    default: errorResponse,
  },
})

const revokeToken = createRoute({
  method: 'delete',
  path: '/api/v1/tokens/{id}',
  tags,
  summary: 'Revoke a token at once',
  request: { params: z.object({ id: z.string() }) },
  responses: { 204: { description: 'Revoked.' }, default: errorResponse },
})

const listAudit = createRoute({
  method: 'get',
  path: '/api/v1/audit',
  tags,
  summary: 'What people and tokens did, the newest first',
  request: {
    query: z.object({
      actor: z.string().optional(),
      action: z.string().optional(),
      before: z.coerce.number().int().optional().openapi({ description: 'Entries before this number.' }),
      limit: z.coerce.number().int().min(1).max(limit('listRows')).default(auditRowsDefault),
    }),
  },
  responses: { 200: jsonBody(z.object({ rows: z.array(auditRow) }), 'Entries.'), default: errorResponse },
})

const checkAudit = createRoute({
  method: 'get',
  path: '/api/v1/audit/check',
  tags,
  summary: 'Is the trail whole?',
  description:
    'Each entry carries the hash of the one before. `head` kept elsewhere shows later that nothing was cut off at the end.',
  request: {
    query: z.object({
      seq: z.coerce.number().int().optional().openapi({ description: 'Number of a head that was kept.' }),
      hash: z.string().optional().openapi({ description: 'Its hash.' }),
    }),
  },
  responses: { 200: jsonBody(auditCheck, 'What was found.'), default: errorResponse },
})

export function peopleRoutes({ auth, config }: ApiContext) {
  const routes = openGroup()

  routes.openapi(listAccounts, async (c) =>
    c.json({ rows: await (await auth.people()).accounts.list() }, 200),
  )

  routes.openapi(addAccount, async (c) => {
    const asked = c.req.valid('json')
    const { accounts, passwords } = await auth.people()
    const name = accountName(asked.name)
    if (!name.ok)
      throw new AllclearError('usage', {
        message: `This cannot be the name of an account: ${name.reason}.`,
        next: 'Choose one like `alice` or `alice@shop.example`; how she is called is the display name, in any script.',
        where: 'name',
      })
    c.env.audited = { action: 'user.add', subject: name.value }
    const made = asked.password === undefined ? newPassword() : null
    const account = await accounts.add({
      name: name.value,
      display: displayName(asked.display ?? '') || name.value,
      role: asked.role,
      password: await passwords.hash(made ?? asked.password!, name.value),
      subject: null,
      by: c.env.principal.name,
    })
    return c.json({ account, password: made }, 201)
  })

  routes.openapi(setRole, async (c) => {
    const { accounts } = await auth.people()
    const name = nameOf(c.req.valid('param').name)
    const { role } = c.req.valid('json')
    c.env.audited = { action: `user.role.${role}`, subject: name }
    await accounts.setRole(name, role)
    return c.json((await accounts.find(name))!, 200)
  })

  routes.openapi(setDisabled, async (c) => {
    const { accounts, sessions } = await auth.people()
    const name = nameOf(c.req.valid('param').name)
    const { disabled } = c.req.valid('json')
    c.env.audited = { action: disabled ? 'user.disable' : 'user.enable', subject: name }
    await accounts.setDisabled(name, disabled)
    await sessions.endAllOf(name)
    return c.json((await accounts.find(name))!, 200)
  })

  routes.openapi(setPassword, async (c) => {
    const { accounts, passwords, sessions } = await auth.people()
    const name = nameOf(c.req.valid('param').name)
    const asked = c.req.valid('json')
    c.env.audited = { action: 'user.password', subject: name }
    if ((await accounts.find(name)) === null) throw noSuchAccount(name)
    const made = asked.password === undefined ? newPassword() : null
    await accounts.setPassword(
      name,
      await passwords.hash(made ?? asked.password!, name),
      c.env.principal.name,
    )
    await sessions.endAllOf(name)
    return c.json({ account: (await accounts.find(name))!, password: made }, 200)
  })

  routes.openapi(listTokens, async (c) => {
    const { tokens } = await auth.people()
    const { principal } = c.env
    const all = includesRole(principal.role, 'administrator')
    return c.json({ rows: await tokens.list(all ? undefined : (principal.account ?? '')) }, 200)
  })

  routes.openapi(createToken, async (c) => {
    const { name, scope, days } = c.req.valid('json')
    const { principal } = c.env
    checkRole(principal, scopeRoles[scope])
    const { tokens } = await auth.people()
    const expiresAtMs = config.clock.nowMs() + days * dayMs
    if (principal.account === undefined) checkRole(principal, 'administrator')
    const token = await tokens.create({ name, scope, account: principal.account ?? null, expiresAtMs })
    c.env.audited = { action: `token.create.${scope}`, subject: token.id }
    return c.json(token, 201)
  })

  routes.openapi(revokeToken, async (c) => {
    const { id } = c.req.valid('param')
    const { tokens, sessions } = await auth.people()
    const token = await tokens.find(id)
    if (token === null || !mayRevoke(c.env.principal, token.account)) throw noSuchToken(id)
    c.env.audited = { action: 'token.revoke', subject: id }
    await tokens.revoke(id)
    await sessions.endAllOfToken(id)
    return c.body(null, 204)
  })

  routes.openapi(listAudit, async (c) => {
    const { actor, action, before, limit: rows } = c.req.valid('query')
    const { audit } = await auth.people()
    return c.json({ rows: await audit.list({ actor, action, beforeSeq: before, limit: rows }) }, 200)
  })

  routes.openapi(checkAudit, async (c) => {
    const { seq, hash } = c.req.valid('query')
    const { audit } = await auth.people()
    return c.json(await audit.check(seq === undefined || hash === undefined ? null : { seq, hash }), 200)
  })

  return routes
}

function mayRevoke({ role, account }: Principal, owner: string | null): boolean {
  return includesRole(role, 'administrator') || (account !== undefined && owner === account)
}

function nameOf(text: string): string {
  const name = accountName(text)
  if (!name.ok) throw noSuchAccount(text)
  return name.value
}

/** Easy to read out: neither 0 and o nor 1, i and l. 20 of 31 characters are 99 bits. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'

function newPassword(): string {
  const group = (): string => Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('')
  return [group(), group(), group(), group()].join('-')
}
