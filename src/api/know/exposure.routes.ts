import { createRoute, z } from '@hono/zod-openapi'
import type { ApiContext } from '../context.ts'
import { openGroup } from '../group.ts'
import { errorResponse, jsonBody, listQuery } from '../schemas/base.ts'
import { exposureAnswer } from '../schemas/exposure.ts'
import { privilegeLevel, reachLevel } from '../schemas/levels.ts'

const exposure = createRoute({
  method: 'get',
  path: '/api/v1/exposure',
  tags: ['exposure'],
  summary: 'Which workloads to fix first, for one vulnerability or for all, with the reasons',
  request: {
    query: listQuery.omit({ sort: true }).extend({
      vulnerability: z
        .string()
        .max(200)
        .optional()
        .openapi({ description: 'Every vulnerability when absent.', example: 'CVE-2021-44228' }),
      group: z.enum(['workload', 'team', 'cluster']).optional(),
      cluster: z.string().max(253).optional(),
      owner: z.string().max(253).optional(),
      reach: reachLevel.optional(),
      privilege: privilegeLevel.optional(),
    }),
  },
  responses: {
    200: jsonBody(
      exposureAnswer,
      'Workloads in their order, groups, and the matrix of reach and privileges.',
    ),
    default: errorResponse,
  },
})

export function exposureRoutes(context: ApiContext) {
  const routes = openGroup()
  routes.openapi(exposure, async (c) =>
    c.json(await (await context.knowledge()).exposure(c.req.valid('query')), 200),
  )
  return routes
}
