import { createRoute, z } from '@hono/zod-openapi'
import type { ApiContext } from '../context.ts'
import { openGroup } from '../group.ts'
import { errorResponse, flag, jsonBody, listQuery } from '../schemas/base.ts'
import { advisoryPage, provisionalAnswer, provisionalInput } from '../schemas/know.ts'

const tags = ['advisories']
const advisoryId = z.object({ id: z.string().openapi({ example: 'GHSA-jfh8-c2jp-5v3q' }) })

const list = createRoute({
  method: 'get',
  path: '/api/v1/advisories',
  tags,
  summary: 'Advisory records, newest first',
  request: {
    query: listQuery.extend({
      ecosystem: z.string().optional().openapi({ description: 'Only records for it.', example: 'Maven' }),
      provisional: flag.optional().openapi({ description: 'Only records typed by hand, or only others.' }),
    }),
  },
  responses: { 200: jsonBody(advisoryPage, 'A window of the list.'), default: errorResponse },
})

const show = createRoute({
  method: 'get',
  path: '/api/v1/advisories/{id}',
  tags,
  summary: 'The record as it came',
  request: { params: advisoryId },
  responses: {
    200: jsonBody(z.record(z.string(), z.unknown()).openapi('AdvisoryRecord'), 'An OSV record, unchanged.'),
    default: errorResponse,
  },
})

const add = createRoute({
  method: 'post',
  path: '/api/v1/advisories/provisional',
  tags,
  summary: 'Describe a vulnerability before any feed knows it',
  description:
    'Answers at once where it runs. When a record of a feed arrives for the same vulnerability, the two are compared.',
  request: { body: { content: { 'application/json': { schema: provisionalInput } }, required: true } },
  responses: { 201: jsonBody(provisionalAnswer, 'The record and the answer page.'), default: errorResponse },
})

const withdraw = createRoute({
  method: 'delete',
  path: '/api/v1/advisories/provisional/{id}',
  tags,
  summary: 'Withdraw a provisional advisory; its findings go with it',
  request: { params: advisoryId },
  responses: { 204: { description: 'Withdrawn.' }, default: errorResponse },
})

export function advisoryRoutes(context: ApiContext) {
  const routes = openGroup()
  routes.openapi(list, async (c) =>
    c.json(await (await context.knowledge()).advisories(c.req.valid('query')), 200),
  )
  routes.openapi(show, async (c) => {
    const record = await (await context.knowledge()).advisoryRecord(c.req.valid('param').id)
    return c.json(record as Record<string, unknown>, 200)
  })
  routes.openapi(add, async (c) => {
    const knowledge = await context.knowledge()
    return c.json(await knowledge.addProvisional(c.req.valid('json'), c.env.principal.name), 201)
  })
  routes.openapi(withdraw, async (c) => {
    await (await context.knowledge()).withdrawProvisional(c.req.valid('param').id, c.env.principal.name)
    return c.body(null, 204)
  })
  return routes
}
