import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { limit } from '../../base/limits.ts'
import { checkRole } from '../access.ts'
import type { ApiContext, ApiEnv } from '../context.ts'
import { errorResponse, jsonBody } from '../schemas/base.ts'
import { accessAnswer, compartment, compartmentNote } from '../schemas/embargo.ts'
import { readerOf } from './reader.ts'
import { responseOf } from './response-of.ts'

const tags = ['incidents']
const id = z.object({ id: z.string().min(1).max(100).openapi({ example: 'inc-3f9a1c22' }) })
const inCompartment = id.extend({ compartment })
const words = z.string().trim().min(1).max(limit('incidentText'))
const json = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { content: { 'application/json': { schema } }, required: true },
})

/** One answer for everybody and every id. */
const heard = { said: 'If there is something to decide, someone will answer.' } as const
const heardBody = jsonBody(
  z.object({ said: z.literal(heard.said) }).openapi('AskHeard'),
  'Heard. The same is answered for an id that never was.',
)

const access = createRoute({
  method: 'get',
  path: '/api/v1/incidents/{id}/access',
  tags,
  summary: 'Who can see an embargoed incident, who did, and where the embargo stands',
  request: { params: id },
  responses: { 200: jsonBody(accessAnswer, 'For members.'), default: errorResponse },
})

const terms = createRoute({
  method: 'post',
  path: '/api/v1/incidents/{id}/terms',
  tags,
  summary: 'Accept the terms of an embargo; facts are shown from then on',
  request: { params: id },
  responses: { 200: jsonBody(accessAnswer, 'Who can see it.'), default: errorResponse },
})

const ask = createRoute({
  method: 'post',
  path: '/api/v1/incidents/{id}/access-requests',
  tags,
  summary: 'Ask to be let in, once in a quarter of an hour',
  request: { params: id, ...json(z.object({ reason: words.optional() })) },
  responses: { 202: heardBody, default: errorResponse },
})

const breakGlass = createRoute({
  method: 'post',
  path: '/api/v1/incidents/{id}/break-glass',
  tags,
  summary: 'Be let in without a member: two commanders say so, and every member reads it',
  description: 'The first asks for themselves; a second one names the first as `for`, within an hour.',
  request: {
    params: id,
    ...json(z.object({ reason: words, for: z.string().min(1).max(120).optional() }).openapi('BreakGlass')),
  },
  responses: { 202: heardBody, default: errorResponse },
})

const notes = createRoute({
  method: 'get',
  path: '/api/v1/incidents/{id}/compartments/{compartment}',
  tags,
  summary: 'What is kept in a compartment, for those who are in it',
  request: { params: inCompartment },
  responses: {
    200: jsonBody(z.object({ rows: z.array(compartmentNote) }), 'Its notes.'),
    default: errorResponse,
  },
})

const note = createRoute({
  method: 'post',
  path: '/api/v1/incidents/{id}/compartments/{compartment}',
  tags,
  summary: 'Add a note to a compartment',
  request: { params: inCompartment, ...json(z.object({ text: words })) },
  responses: {
    200: jsonBody(z.object({ rows: z.array(compartmentNote) }), 'Its notes.'),
    default: errorResponse,
  },
})

/** Routes of incidents about who may see them. */
export function addEmbargoRoutes(routes: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const gate = async () => (await responseOf(context)).gate
  const reader = (env: ApiEnv['Bindings']) => readerOf(context, env.principal)

  routes.openapi(access, async (c) =>
    c.json(await (await gate()).access(c.req.valid('param').id, await reader(c.env)), 200),
  )
  routes.openapi(terms, async (c) => {
    const { id: incident } = c.req.valid('param')
    const who = await reader(c.env)
    await (await gate()).acceptTerms(incident, who)
    return c.json(await (await gate()).access(incident, who), 200)
  })
  routes.openapi(ask, async (c) => {
    const { reason } = c.req.valid('json')
    ;(await gate()).ask(c.req.valid('param').id, await reader(c.env), reason ?? null)
    return c.json(heard, 202)
  })
  routes.openapi(breakGlass, async (c) => {
    checkRole(c.env.principal, 'commander')
    const { reason, for: other } = c.req.valid('json')
    ;(await gate()).breakGlass(c.req.valid('param').id, await reader(c.env), { other: other ?? null, reason })
    return c.json(heard, 202)
  })
  routes.openapi(notes, async (c) => {
    const { id: incident, compartment: box } = c.req.valid('param')
    return c.json({ rows: await (await gate()).notes(incident, await reader(c.env), box) }, 200)
  })
  routes.openapi(note, async (c) => {
    const { id: incident, compartment: box } = c.req.valid('param')
    const who = await reader(c.env)
    await (await gate()).note(incident, who, box, c.req.valid('json').text)
    return c.json({ rows: await (await gate()).notes(incident, who, box) }, 200)
  })
}
