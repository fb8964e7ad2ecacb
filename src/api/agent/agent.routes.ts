import { createRoute, z } from '@hono/zod-openapi'
import { AllclearError } from '../../base/errors.ts'
import { limit } from '../../base/limits.ts'
import {
  deltasAnswer,
  enrolAnswer,
  enrolRequest,
  rotateAnswer,
  rotateRequest,
  sessionAnswer,
  sessionRequest,
} from '../../know/agent/index.ts'
import type { ApiContext } from '../context.ts'
import { refuseExample } from '../example/read-only.ts'
import { openGroup } from '../group.ts'
import { errorResponse, jsonBody } from '../schemas/base.ts'

const tags = ['agent']
const bodyOf = <Schema>(schema: Schema) =>
  ({ body: { content: { 'application/json': { schema } }, required: true } }) as const

/** The agent knows no HTTP framework, so its schemas get their names for the API's description here. */
function named<Shape extends z.ZodRawShape>(schema: { shape: Shape }, name: string) {
  return z.object(schema.shape).openapi(name)
}

const enrol = createRoute({
  method: 'post',
  path: '/api/v1/agent/enrol',
  tags,
  summary: 'An agent spends its one-time token and shows its key',
  request: bodyOf(named(enrolRequest, 'AgentEnrolment')),
  responses: {
    200: jsonBody(named(enrolAnswer, 'AgentEnrolled'), 'Known, signed by the hub.'),
    default: errorResponse,
  },
})

const session = createRoute({
  method: 'post',
  path: '/api/v1/agent/session',
  tags,
  summary: 'An agent opens a session: versions, and where it goes on',
  request: bodyOf(named(sessionRequest, 'AgentSessionRequest')),
  responses: {
    200: jsonBody(named(sessionAnswer, 'AgentSession'), 'The session, signed by the hub.'),
    default: errorResponse,
  },
})

const deltas = createRoute({
  method: 'post',
  path: '/api/v1/agent/deltas',
  tags,
  summary: 'An agent tells what happened',
  description:
    'Session, number of the first frame, and frames as JSON; the header `allclear-signature` is the agent’s over the body. What arrived before is passed over.',
  responses: {
    200: jsonBody(named(deltasAnswer, 'AgentPosition'), 'The position, signed by the hub.'),
    default: errorResponse,
  },
})

const rotate = createRoute({
  method: 'post',
  path: '/api/v1/agent/rotate',
  tags,
  summary: 'An agent announces its next key',
  request: bodyOf(named(rotateRequest, 'AgentRotation')),
  responses: {
    200: jsonBody(named(rotateAnswer, 'AgentRotated'), 'Known, signed by the hub.'),
    default: errorResponse,
  },
})

/** What agents say. They have no tokens: each message is signed, and checked where it is understood. */
export function agentRoutes(context: ApiContext) {
  const routes = openGroup()
  const hub = async () => {
    refuseExample(context)
    return (await (await context.knowledge()).live()).agents
  }
  routes.openapi(enrol, async (c) => c.json(await (await hub()).enrol(c.req.valid('json')), 200))
  routes.openapi(session, async (c) => c.json(await (await hub()).openSession(c.req.valid('json')), 200))
  routes.openapi(rotate, async (c) => c.json(await (await hub()).rotate(c.req.valid('json')), 200))
  routes.openapi(deltas, async (c) => {
    // The signature is over the bytes, so they are read before they are understood.
    const body = await readBody(c.req.raw)
    return c.json(await (await hub()).applyDeltas(body, c.req.header('allclear-signature') ?? ''), 200)
  })
  return routes
}

async function readBody(request: Request): Promise<string> {
  const bytesMax = limit('agentRequestBytes')
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of request.body ?? []) {
    parts.push(part as Uint8Array)
    if ((length += (part as Uint8Array).length) > bytesMax) {
      throw new AllclearError('input.too-large', {
        message: `A message of an agent has more than ${bytesMax} bytes.`,
        next: 'Raise ALLCLEAR_LIMIT_AGENT_REQUEST_BYTES on the hub.',
      })
    }
  }
  return Buffer.concat(parts).toString('utf8')
}
