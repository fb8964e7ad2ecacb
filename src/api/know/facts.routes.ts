import { createRoute, z } from '@hono/zod-openapi'
import type { ApiContext } from '../context.ts'
import { refuseExample } from '../example/read-only.ts'
import { openGroup } from '../group.ts'
import { errorResponse, jsonBody, listQuery } from '../schemas/base.ts'
import { factRow, factsImport, podsAnswer, workloadAnswer } from '../schemas/clusters.ts'

const tags = ['facts']
const jsonRequest = <Schema>(schema: Schema) =>
  ({ body: { content: { 'application/json': { schema } }, required: true } }) as const
const cluster = z.string().max(253).optional().openapi({ description: 'Only this cluster.' })

const list = createRoute({
  method: 'get',
  path: '/api/v1/facts',
  tags,
  summary: 'What people declared about workloads, namespaces and clusters',
  request: { query: listQuery.pick({ limit: true, offset: true }).extend({ cluster }) },
  responses: {
    200: jsonBody(
      z.object({ total: z.number().int(), rows: z.array(factRow) }).openapi('Facts'),
      'Declared facts, each with its source.',
    ),
    default: errorResponse,
  },
})

const set = createRoute({
  method: 'post',
  path: '/api/v1/facts',
  tags,
  summary: 'Declare facts by hand; an empty value takes one back',
  request: jsonRequest(
    z
      .object({
        scope: z.string().min(1).max(1100).openapi({ example: 'shop-eu/search/StatefulSet/indexer' }),
        facts: z.record(z.string(), z.string().max(1000)).openapi({ example: { criticality: 'high' } }),
      })
      .openapi('FactsRequest'),
  ),
  responses: {
    200: jsonBody(
      z.object({ rows: z.array(factRow) }).openapi('FactsOfScope'),
      'What is declared of this place.',
    ),
    default: errorResponse,
  },
})

const importFile = createRoute({
  method: 'post',
  path: '/api/v1/facts/files',
  tags,
  summary: 'Declare the facts of a YAML file; it replaces what the file said before',
  request: jsonRequest(
    z
      .object({ source: z.string().min(1).max(1024), text: z.string().max(32 * 1024 * 1024) })
      .openapi('FactsFile'),
  ),
  responses: { 200: jsonBody(factsImport, 'What changed.'), default: errorResponse },
})

const workload = createRoute({
  method: 'get',
  path: '/api/v1/workloads',
  tags,
  summary: 'One workload: declared facts beside what was observed, and what it ran',
  request: {
    query: z.object({
      id: z.string().min(1).max(1100).openapi({
        description: 'CLUSTER/NAMESPACE/KIND/NAME, or a unique end of it.',
        example: 'shop-eu/search/StatefulSet/indexer',
      }),
    }),
  },
  responses: { 200: jsonBody(workloadAnswer, 'The workload.'), default: errorResponse },
})

const pods = createRoute({
  method: 'get',
  path: '/api/v1/pods',
  tags,
  summary: 'Who had an address, a UID, a name or a digest, at a moment or ever',
  description: 'An address that several pods had is answered with all of them.',
  request: {
    query: z.object({
      q: z.string().min(1).max(600).openapi({
        description: 'Address, UID, NAMESPACE/NAME or sha256:… of an image.',
        example: '10.0.3.17',
      }),
      cluster,
      atMs: z.coerce.number().int().min(0).optional().openapi({ description: 'The moment, epoch ms.' }),
      limit: listQuery.shape.limit,
    }),
  },
  responses: { 200: jsonBody(podsAnswer, 'All candidates, newest first.'), default: errorResponse },
})

export function factRoutes(context: ApiContext) {
  const routes = openGroup()
  const facts = async () => (await context.knowledge()).facts()
  routes.openapi(list, async (c) => c.json(await (await facts()).list(c.req.valid('query')), 200))
  routes.openapi(set, async (c) => {
    refuseExample(context)
    const { scope, facts: said } = c.req.valid('json')
    return c.json({ rows: await (await facts()).set(scope, said, c.env.principal.name) }, 200)
  })
  routes.openapi(importFile, async (c) => {
    refuseExample(context)
    const { source, text } = c.req.valid('json')
    return c.json(await (await facts()).import(source, text), 200)
  })
  routes.openapi(workload, async (c) => c.json(await (await facts()).workload(c.req.valid('query').id), 200))
  routes.openapi(pods, async (c) => c.json(await (await facts()).pods(c.req.valid('query')), 200))
  return routes
}
