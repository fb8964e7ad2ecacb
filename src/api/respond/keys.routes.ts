import { createRoute, z } from '@hono/zod-openapi'
import type { ApiContext } from '../context.ts'
import { openGroup } from '../group.ts'
import { errorResponse, jsonBody } from '../schemas/base.ts'
import { responseOf } from './response-of.ts'

const tags = ['base']
const inUse = z.array(z.string()).openapi({
  description: 'Names of the keys that something is encrypted by; each has to be kept.',
  example: ['kek-3f9a1c22d0'],
})

const list = createRoute({
  method: 'get',
  path: '/api/v1/keys',
  tags,
  summary: 'Which keys protect what is under embargo',
  responses: { 200: jsonBody(z.object({ inUse }).openapi('Keys'), 'Their names.'), default: errorResponse },
})

const rotate = createRoute({
  method: 'post',
  path: '/api/v1/keys/rotations',
  tags,
  summary: 'Protect what is under embargo by a new key',
  description:
    'Makes a key in the file of keys, or takes the current one of the key command, and encrypts every data key by it. Contents stay as they are. The old key stays in the file: backups need it.',
  responses: {
    200: jsonBody(z.object({ inUse, rewrapped: z.number().int() }).openapi('KeyRotation'), 'What was done.'),
    default: errorResponse,
  },
})

export function keyRoutes(context: ApiContext) {
  const routes = openGroup()
  routes.openapi(list, async (c) =>
    c.json({ inUse: await (await responseOf(context)).envelopes.keysInUse() }, 200),
  )
  routes.openapi(rotate, async (c) => {
    const { envelopes, addKey } = await responseOf(context)
    c.env.audited = { action: 'key.rotate', subject: null }
    await addKey()
    const rewrapped = await envelopes.rewrap()
    return c.json({ inUse: await envelopes.keysInUse(), rewrapped }, 200)
  })
  return routes
}
