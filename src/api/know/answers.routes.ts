import { createRoute, z } from '@hono/zod-openapi'
import type { ApiContext } from '../context.ts'
import { streamChanges } from '../events.ts'
import { openGroup } from '../group.ts'
import { errorResponse, flag, jsonBody, listQuery } from '../schemas/base.ts'
import {
  changeRows,
  cveAnswer,
  homeAnswer,
  statusAnswer,
  unknownVulnerability,
  whereAnswer,
} from '../schemas/know.ts'

const tags = ['answers']
const place = z.object({
  cluster: z.string().optional().openapi({ description: 'Only this cluster.' }),
  owner: z.string().optional().openapi({ description: 'Only workloads of this owner.' }),
})

const status = createRoute({
  method: 'get',
  path: '/api/v1/status',
  tags,
  summary: 'What is in here, how fresh it is, and what to do next',
  responses: { 200: jsonBody(statusAnswer, 'The status.'), default: errorResponse },
})

const home = createRoute({
  method: 'get',
  path: '/api/v1/home',
  tags,
  summary: 'The worst that runs now, clusters, and what changed',
  responses: { 200: jsonBody(homeAnswer, 'The first screen.'), default: errorResponse },
})

const where = createRoute({
  method: 'get',
  path: '/api/v1/where',
  tags,
  summary: 'Where does or did this run?',
  request: {
    query: listQuery
      .omit({ q: true })
      .extend(place.shape)
      .extend({
        q: z.string().min(1).openapi({
          description: 'Package with range, purl, CVE or GHSA id, digest, image reference, workload.',
          example: 'log4j-core@<2.17.1',
        }),
        sinceMs: z.coerce.number().int().min(0).optional().openapi({
          description:
            'Also what ran within the last so many milliseconds and no longer does; 30 days when absent.',
        }),
      }),
  },
  responses: {
    200: jsonBody(whereAnswer, 'The answer with counts, lists and coverage.'),
    default: errorResponse,
  },
})

const cve = createRoute({
  method: 'get',
  path: '/api/v1/cve/{id}',
  tags,
  summary: 'Are we affected by this vulnerability, how badly, how sure?',
  request: {
    params: z.object({ id: z.string().openapi({ example: 'CVE-2021-44228' }) }),
    query: listQuery.extend(place.shape).extend({
      places: flag.optional().openapi({
        description: 'Say of each workload how it is reached and what it may become.',
      }),
    }),
  },
  responses: {
    200: jsonBody(
      z.union([cveAnswer, unknownVulnerability]),
      'The answer page, or that no feed knows the id.',
    ),
    default: errorResponse,
  },
})

const changes = createRoute({
  method: 'get',
  path: '/api/v1/changes',
  tags,
  summary: 'What changed, newest first',
  request: {
    query: z.object({
      after: z.coerce
        .number()
        .int()
        .min(0)
        .optional()
        .openapi({ description: 'Only changes with a higher seq.' }),
      limit: listQuery.shape.limit,
    }),
  },
  responses: { 200: jsonBody(changeRows, 'Changes.'), default: errorResponse },
})

const events = createRoute({
  method: 'get',
  path: '/api/v1/events',
  tags,
  summary: 'Changes as they happen (server-sent events)',
  description:
    'Events: `change` has a change as its data (the schema `Change`) and its `seq` as its id, so that `Last-Event-ID` resumes after it; `heartbeat` comes at once and then every five seconds with `{"atMs"}`, the time of the server; `resync` says that too much was missed to be sent, and everything shown is to be loaded again.',
  request: { headers: z.object({ 'last-event-id': z.string().optional() }) },
  responses: {
    200: { description: 'A stream of events.', content: { 'text/event-stream': { schema: z.string() } } },
    default: errorResponse,
  },
})

/** What runs where: the questions that the product is for. */
export function answerRoutes(context: ApiContext) {
  const routes = openGroup()
  routes.openapi(status, async (c) => c.json(await (await context.knowledge()).status(), 200))
  routes.openapi(home, async (c) => c.json(await (await context.knowledge()).home(), 200))
  routes.openapi(where, async (c) => {
    const { q, ...rest } = c.req.valid('query')
    return c.json(await (await context.knowledge()).where({ query: q, ...rest }), 200)
  })
  routes.openapi(cve, async (c) => {
    const knowledge = await context.knowledge()
    return c.json(await knowledge.cve(c.req.valid('param').id, c.req.valid('query')), 200)
  })
  routes.openapi(changes, async (c) => {
    const { after, limit } = c.req.valid('query')
    return c.json({ rows: await (await context.knowledge()).changes({ afterSeq: after, limit }) }, 200)
  })
  routes.openapi(events, async (c) => {
    const lastSeen = c.req.valid('header')['last-event-id']
    return streamChanges(await context.knowledge(), context.config, lastSeen, c.req.raw.signal)
  })
  return routes
}
