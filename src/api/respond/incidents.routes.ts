import { createRoute, z } from '@hono/zod-openapi'
import { limit } from '../../base/limits.ts'
import { incidentCommands } from '../../respond/incidents/commands/index.ts'
import { verifyExport } from '../../respond/incidents/verify-export.ts'
import type { ApiContext, ApiEnv } from '../context.ts'
import { openGroup } from '../group.ts'
import { errorResponse, jsonBody } from '../schemas/base.ts'
import {
  incidentAnswer,
  incidentExport,
  incidentSummary,
  incidentVerification,
  timelineRow,
  verdictAnswer,
} from '../schemas/incidents.ts'
import { actorOf } from './actor.ts'
import { addEmbargoRoutes } from './embargo.routes.ts'
import { gateIncidents } from './gate-incidents.ts'
import { streamIncident } from './incident-events.ts'
import { readerOf } from './reader.ts'
import { responseOf } from './response-of.ts'

const tags = ['incidents']
const id = z.object({ id: z.string().min(1).max(100).openapi({ example: 'inc-3f9a1c22' }) })
const as = z.string().max(100).optional().openapi({
  description: 'Who says it, where nobody signs in.',
  example: '@anna',
})
const spoken = z.object({ as })

const list = createRoute({
  method: 'get',
  path: '/api/v1/incidents',
  tags,
  summary: 'The incidents, newest first',
  request: {
    query: z.object({
      status: z
        .enum(['live', 'all'])
        .default('all')
        .openapi({ description: '`live`: open, or clear and watched.' }),
    }),
  },
  responses: {
    200: jsonBody(z.object({ rows: z.array(incidentSummary) }).openapi('Incidents'), 'All of them.'),
    default: errorResponse,
  },
})

const open = createRoute({
  method: 'post',
  path: '/api/v1/incidents',
  tags,
  summary: 'Open an incident for a vulnerability',
  request: {
    query: spoken,
    body: {
      content: {
        'application/json': {
          schema: z
            .object({
              advisory: z.string().min(1).max(200).openapi({ example: 'CVE-2021-44228' }),
              title: z.string().max(limit('incidentText')).optional(),
              source: z.string().max(limit('incidentText')).optional(),
              embargo: z
                .object({
                  untilMs: z.number().int().min(0).optional(),
                  terms: z.string().trim().min(1).max(limit('incidentText')).optional(),
                })
                .optional()
                .openapi({ description: 'Under embargo from the first entry on; you alone are in.' }),
            })
            .openapi('IncidentRequest'),
        },
      },
      required: true,
    },
  },
  responses: { 201: jsonBody(incidentAnswer, 'The incident.'), default: errorResponse },
})

const show = createRoute({
  method: 'get',
  path: '/api/v1/incidents/{id}',
  tags,
  summary: 'One incident: how far it is, what is next, claims beside verdicts, what all clear still misses',
  request: { params: id, query: spoken },
  responses: { 200: jsonBody(incidentAnswer, 'The incident.'), default: errorResponse },
})

/** One schema for each thing that can be said; `command` makes a repeated request harmless. */
const words = z
  .discriminatedUnion(
    'do',
    incidentCommands.map((word) =>
      word.input.extend({ do: z.literal(word.do), command: z.string().min(8).max(100).optional() }),
    ) as unknown as [z.ZodObject<{ do: z.ZodLiteral<string>; command: z.ZodOptional<z.ZodString> }>],
  )
  .openapi('IncidentCommand')

const say = createRoute({
  method: 'post',
  path: '/api/v1/incidents/{id}/commands',
  tags,
  summary:
    'Say something in an incident: tick, skip, pass, decide, take a role, accept, call the all clear …',
  description:
    'What is said is decided on the newest state and sealed into the timeline before the answer comes. A request that is sent again with the same `command` is written once.',
  request: {
    params: id,
    query: spoken,
    body: { content: { 'application/json': { schema: words } }, required: true },
  },
  responses: { 200: jsonBody(incidentAnswer, 'The incident as it is then.'), default: errorResponse },
})

const timeline = createRoute({
  method: 'get',
  path: '/api/v1/incidents/{id}/timeline',
  tags,
  summary: 'What happened, entry by entry',
  request: {
    params: id,
    query: z.object({
      after: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(limit('listRows')).optional(),
    }),
  },
  responses: {
    200: jsonBody(
      z.object({ total: z.number().int(), rows: z.array(timelineRow) }).openapi('Timeline'),
      'Entries, oldest first.',
    ),
    default: errorResponse,
  },
})

const verdict = createRoute({
  method: 'get',
  path: '/api/v1/incidents/{id}/verdict',
  tags,
  summary: 'Why one verdict is what it is, now or at a time, and what it was before',
  request: {
    params: id,
    query: z.object({
      question: z.string().min(1).max(300).openapi({ example: 'rollout.digest-coverage' }),
      atMs: z.coerce.number().int().min(0).optional(),
    }),
  },
  responses: { 200: jsonBody(verdictAnswer, 'The verdict with its evidence.'), default: errorResponse },
})

const exported = createRoute({
  method: 'get',
  path: '/api/v1/incidents/{id}/export',
  tags,
  summary: 'The whole incident as one document that proves itself',
  request: { params: id },
  responses: { 200: jsonBody(incidentExport, 'Entries and a signed head.'), default: errorResponse },
})

const verify = createRoute({
  method: 'get',
  path: '/api/v1/incidents/{id}/verification',
  tags,
  summary: 'Prove the timeline that is kept here',
  request: { params: id },
  responses: { 200: jsonBody(incidentVerification, 'What was found.'), default: errorResponse },
})

const verifyDocument = createRoute({
  method: 'post',
  path: '/api/v1/incidents/verification',
  tags,
  summary: 'Prove an exported incident',
  request: { body: { content: { 'application/json': { schema: z.unknown() } }, required: true } },
  responses: { 200: jsonBody(incidentVerification, 'What was found.'), default: errorResponse },
})

const events = createRoute({
  method: 'get',
  path: '/api/v1/incidents/{id}/events',
  tags,
  summary: 'The timeline as it is written, as server-sent events',
  description: 'Events `entry` with the number of the entry as id; `Last-Event-ID` resumes after it.',
  request: { params: id },
  responses: {
    200: { description: 'Events.', content: { 'text/event-stream': { schema: z.string() } } },
    default: errorResponse,
  },
})

export function incidentRoutes(context: ApiContext) {
  const routes = openGroup()
  routes.use('/api/v1/incidents/:id', gateIncidents(context))
  routes.use('/api/v1/incidents/:id/*', gateIncidents(context))
  addEmbargoRoutes(routes, context)
  const gate = async () => (await responseOf(context)).gate
  const reader = (env: ApiEnv['Bindings']) => readerOf(context, env.principal)
  const incidents = async () => (await responseOf(context)).incidents
  const actor = (c: { env: ApiEnv['Bindings'] }, said: string | undefined) => actorOf(c.env.principal, said)

  routes.openapi(list, async (c) => {
    const rows = await (await gate()).visible(await reader(c.env))
    const { status } = c.req.valid('query')
    const live = rows.filter((row) => row.status === 'open' || row.status === 'clear')
    return c.json({ rows: status === 'live' ? live : rows }, 200)
  })
  routes.openapi(open, async (c) => {
    const who = actor(c, c.req.valid('query').as)
    return c.json(
      await (
        await incidents()
      ).open(c.req.valid('json'), who, await (await gate()).visible(await reader(c.env))),
      201,
    )
  })
  routes.openapi(verifyDocument, async (c) => c.json(verifyExport(await c.req.json()), 200))
  routes.openapi(show, async (c) => {
    const who = actor(c, c.req.valid('query').as)
    return c.json(await (await incidents()).show(c.req.valid('param').id, who), 200)
  })
  routes.openapi(say, async (c) => {
    const who = actor(c, c.req.valid('query').as)
    const { command, ...said } = c.req.valid('json')
    return c.json(await (await incidents()).say(c.req.valid('param').id, said, { actor: who, command }), 200)
  })
  routes.openapi(timeline, async (c) => {
    const { after, limit: most } = c.req.valid('query')
    const rows = await (await incidents()).rows(c.req.valid('param').id, after)
    return c.json({ total: rows.length, rows: most === undefined ? rows : rows.slice(-most) }, 200)
  })
  routes.openapi(verdict, async (c) => {
    const { question, atMs } = c.req.valid('query')
    return c.json(await (await incidents()).verdict(c.req.valid('param').id, question, atMs), 200)
  })
  routes.openapi(exported, async (c) => {
    const document = await (await incidents()).export(c.req.valid('param').id)
    return c.json(document as unknown as z.input<typeof incidentExport>, 200)
  })
  routes.openapi(verify, async (c) => c.json(await (await incidents()).verify(c.req.valid('param').id), 200))
  routes.openapi(events, async (c) =>
    streamIncident(await incidents(), context.config, {
      id: c.req.valid('param').id,
      lastEventId: c.req.header('last-event-id'),
      signal: await (await gate()).whileIn(c.req.valid('param').id, await reader(c.env), c.req.raw.signal),
    }),
  )
  return routes
}
