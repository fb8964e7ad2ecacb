import { createRoute, z } from '@hono/zod-openapi'
import { AllclearError } from '../../base/errors.ts'
import { defaultTolerance, type Registered } from '../../core/probe/index.ts'
import type { ApiContext } from '../context.ts'
import { openGroup } from '../group.ts'
import { errorResponse, jsonBody } from '../schemas/base.ts'
import { probeResult, probeRow, type ProbeRow } from '../schemas/probes.ts'
import { readerOf } from './reader.ts'
import { responseOf } from './response-of.ts'

const tags = ['probes']
const id = z.object({ id: z.string().max(100).openapi({ example: 'know.coverage' }) })

const list = createRoute({
  method: 'get',
  path: '/api/v1/probes',
  tags,
  summary: 'Every question that can be asked of the fleet, and what answers it',
  responses: {
    200: jsonBody(z.object({ rows: z.array(probeRow) }).openapi('Probes'), 'All probes.'),
    default: errorResponse,
  },
})

const show = createRoute({
  method: 'get',
  path: '/api/v1/probes/{id}',
  tags,
  summary: 'One probe: its question, rule, parameters and inputs',
  request: { params: id },
  responses: { 200: jsonBody(probeRow, 'The probe.'), default: errorResponse },
})

const run = createRoute({
  method: 'post',
  path: '/api/v1/probes/{id}/runs',
  tags,
  summary: 'Ask a probe now',
  request: {
    params: id,
    body: {
      content: {
        'application/json': {
          schema: z
            .object({
              params: z.record(z.string(), z.unknown()).default({}),
              minCoverage: z.number().min(0).max(1).optional(),
              maxContradicted: z.number().int().min(0).optional(),
            })
            .openapi('ProbeRunRequest'),
        },
      },
      required: true,
    },
  },
  responses: { 200: jsonBody(probeResult, 'The verdict with its evidence.'), default: errorResponse },
})

export function probeRoutes(context: ApiContext) {
  const routes = openGroup()
  routes.openapi(list, async (c) => {
    const { registry } = await responseOf(context)
    return c.json({ rows: registry.list().map(rowOf) }, 200)
  })
  routes.openapi(show, async (c) => {
    const { registry } = await responseOf(context)
    const found = registry.find(c.req.valid('param').id)
    if (found === undefined)
      throw new AllclearError('not-found', {
        message: `There is no probe \`${c.req.valid('param').id}\`.`,
        next: '`allclear probe list` names them.',
      })
    return c.json(rowOf(found), 200)
  })
  routes.openapi(run, async (c) => {
    const { probes, gate } = await responseOf(context)
    const { params, ...tolerance } = c.req.valid('json')
    // A probe of an incident says what is in it.
    if (params.incident !== undefined)
      await gate.enter(String(params.incident), await readerOf(context, c.env.principal))
    const question = {
      probe: c.req.valid('param').id,
      params,
      tolerance: { ...defaultTolerance, ...tolerance },
    }
    const result = await probes.ask(question, { again: true })
    await probes.flush()
    return c.json(result, 200)
  })
  return routes
}

function rowOf(found: Registered): ProbeRow {
  const { id: name, wing, title, rule, cost, inputs, parameters } = found.probe
  return {
    id: name,
    wing,
    title,
    rule,
    cost,
    inputs: [...inputs],
    parameters: Object.keys(parameters.shape),
    connected: found.connected,
    needs: found.connected ? null : found.needs,
  }
}
