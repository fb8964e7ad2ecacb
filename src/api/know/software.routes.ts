import { createRoute, z } from '@hono/zod-openapi'
import type { ApiContext } from '../context.ts'
import { refuseExample } from '../example/read-only.ts'
import { openGroup } from '../group.ts'
import { errorResponse, jsonBody, listQuery } from '../schemas/base.ts'
import {
  declaredSoftware,
  softwareAnswer,
  softwareDeclaration,
  softwareDetail,
  softwareRole,
} from '../schemas/software.ts'

const tags = ['software']
const path = z.object({ id: z.string().max(1024).openapi({ example: 'cilium' }) })

const list = createRoute({
  method: 'get',
  path: '/api/v1/software',
  tags,
  summary: 'Software of others in the fleet: its privileges, its channel, and what a bad update could do',
  request: {
    query: listQuery.omit({ sort: true }).extend({
      cluster: z.string().max(253).optional(),
      role: softwareRole.optional(),
    }),
  },
  responses: {
    200: jsonBody(softwareAnswer, 'What could do most harm first.'),
    default: errorResponse,
  },
})

const show = createRoute({
  method: 'get',
  path: '/api/v1/software/{id}',
  tags,
  summary: 'One of them, by its id or a name that only it has',
  request: { params: path },
  responses: { 200: jsonBody(softwareDetail, 'With its workloads.'), default: errorResponse },
})

const declare = createRoute({
  method: 'post',
  path: '/api/v1/software',
  tags,
  summary: 'Declare software outside Kubernetes, as an agent on hosts; it replaces what was said of the name',
  request: { body: { content: { 'application/json': { schema: softwareDeclaration } }, required: true } },
  responses: { 200: jsonBody(declaredSoftware, 'What was declared.'), default: errorResponse },
})

const withdraw = createRoute({
  method: 'delete',
  path: '/api/v1/software/{id}',
  tags,
  summary: 'Take a declaration back, by its name',
  request: { params: path },
  responses: { 204: { description: 'Taken back.' }, default: errorResponse },
})

export function softwareRoutes(context: ApiContext) {
  const routes = openGroup()
  routes.openapi(list, async (c) =>
    c.json(await (await context.knowledge()).software(c.req.valid('query')), 200),
  )
  routes.openapi(show, async (c) =>
    c.json(await (await context.knowledge()).softwareEntry(c.req.valid('param').id), 200),
  )
  routes.openapi(declare, async (c) => {
    refuseExample(context)
    const knowledge = await context.knowledge()
    return c.json(await knowledge.declareSoftware(c.req.valid('json'), c.env.principal.name), 200)
  })
  routes.openapi(withdraw, async (c) => {
    refuseExample(context)
    const knowledge = await context.knowledge()
    await knowledge.withdrawSoftware(c.req.valid('param').id, c.env.principal.name)
    return c.body(null, 204)
  })
  return routes
}
