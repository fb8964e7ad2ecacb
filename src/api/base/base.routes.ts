import { createRoute, z } from '@hono/zod-openapi'
import { listLimits } from '../../base/limits.ts'
import type { ApiContext } from '../context.ts'
import { openGroup } from '../group.ts'
import { errorResponse, jsonBody } from '../schemas/base.ts'

const tags = ['base']

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

export function baseRoutes(context: ApiContext) {
  const routes = openGroup()
  routes.openapi(health, (c) =>
    c.json({ status: 'ok' as const, product: 'allclear' as const, version: context.config.version }, 200),
  )
  routes.openapi(limits, (c) => c.json({ rows: listLimits() }, 200))
  return routes
}
