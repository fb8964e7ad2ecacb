import { createRoute, z } from '@hono/zod-openapi'
import { AllclearError } from '../../base/errors.ts'
import type { ApiContext } from '../context.ts'
import { openGroup } from '../group.ts'
import { responseOf } from '../respond/response-of.ts'
import { errorResponse, jsonBody } from '../schemas/base.ts'
import { exactly } from '../schemas/exactly.ts'
import { breakExample, fixExample, type ExampleChange } from './rollout.ts'

const tags = ['example']
const vulnerability = z.string().min(1).max(200).openapi({ example: 'CVE-2021-44228' })

const change = exactly<ExampleChange>()(
  z
    .object({
      vulnerability: z.string(),
      steps: z.array(z.object({ workload: z.string(), from: z.string(), to: z.string() })),
      left: z.number().int().openapi({ description: 'Workloads that still run a vulnerable image.' }),
    })
    .openapi('ExampleChange'),
)

const fix = createRoute({
  method: 'post',
  path: '/api/v1/example/fixes',
  tags,
  summary: 'Roll fixed images out in the example fleet, workload by workload',
  request: {
    body: {
      content: {
        'application/json': {
          schema: z
            .object({ vulnerability, steps: z.number().int().min(1).max(1000).optional() })
            .openapi('ExampleFixRequest'),
        },
      },
      required: true,
    },
  },
  responses: { 200: jsonBody(change, 'What was rolled out.'), default: errorResponse },
})

const breaks = createRoute({
  method: 'post',
  path: '/api/v1/example/breaks',
  tags,
  summary: 'Bring a vulnerable image back in the example fleet',
  request: {
    body: {
      content: { 'application/json': { schema: z.object({ vulnerability }).openapi('ExampleBreakRequest') } },
      required: true,
    },
  },
  responses: { 200: jsonBody(change, 'What was brought back.'), default: errorResponse },
})

export function exampleRoutes(context: ApiContext) {
  const routes = openGroup()
  /** Each step is noticed by the incidents before the next one is taken. */
  const options = async () => {
    if (!context.config.example)
      throw new AllclearError('conflict', {
        message: 'This is no example fleet: its workloads are yours to change.',
        next: 'Use `--example`.',
      })
    const knowledge = await context.knowledge()
    const { dataDirectory } = await knowledge.status()
    const response = await responseOf(context)
    return { knowledge, dataDirectory, onStep: () => response.fleetChanged() }
  }
  routes.openapi(fix, async (c) => {
    const { vulnerability: id, steps } = c.req.valid('json')
    return c.json(await fixExample(await options(), id, steps), 200)
  })
  routes.openapi(breaks, async (c) =>
    c.json(await breakExample(await options(), c.req.valid('json').vulnerability), 200),
  )
  return routes
}
