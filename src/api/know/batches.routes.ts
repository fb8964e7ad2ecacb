import { createRoute, z } from '@hono/zod-openapi'
import { limit } from '../../base/limits.ts'
import type { ApiContext } from '../context.ts'
import { openGroup } from '../group.ts'
import { errorResponse, jsonBody } from '../schemas/base.ts'

const tags = ['batches']
const lines = z.array(z.string()).max(limit('batchLines'))

const compare = createRoute({
  method: 'post',
  path: '/api/v1/versions/compare',
  tags,
  summary: 'Order pairs of versions',
  request: {
    body: {
      content: {
        'application/json': {
          schema: z
            .object({
              scheme: z.string().openapi({ example: 'deb' }),
              pairs: z.array(z.tuple([z.string(), z.string()])).max(limit('batchLines')),
            })
            .openapi('VersionPairs'),
        },
      },
      required: true,
    },
  },
  responses: {
    200: jsonBody(
      z.object({ results: z.array(z.enum(['<', '=', '>', '?'])) }).openapi('VersionOrders'),
      'One for each pair; `?` when they cannot be ordered.',
    ),
    default: errorResponse,
  },
})

const affected = createRoute({
  method: 'post',
  path: '/api/v1/versions/affected',
  tags,
  summary: 'Does an advisory apply to a package version?',
  request: {
    body: {
      content: {
        'application/json': {
          schema: z
            .object({
              advisory: z.record(z.string(), z.unknown()),
              purl: z.string().max(limit('purlCharacters')),
            })
            .openapi('AffectedQuestion'),
        },
      },
      required: true,
    },
  },
  responses: {
    200: jsonBody(
      z
        .object({ verdict: z.enum(['yes', 'no', 'unknown']), decidedBy: z.string() })
        .openapi('AffectedAnswer'),
      'The verdict with the event that decided.',
    ),
    default: errorResponse,
  },
})

const parse = createRoute({
  method: 'post',
  path: '/api/v1/purls/parse',
  tags,
  summary: 'Package URLs into their parts',
  request: { body: { content: { 'application/json': { schema: z.object({ lines }) } }, required: true } },
  responses: {
    200: jsonBody(
      z.object({ results: z.array(z.string()) }),
      'One for each line: canonical JSON, or `error: …`.',
    ),
    default: errorResponse,
  },
})

const build = createRoute({
  method: 'post',
  path: '/api/v1/purls/build',
  tags,
  summary: 'Parts into canonical package URLs',
  request: { body: { content: { 'application/json': { schema: z.object({ lines }) } }, required: true } },
  responses: {
    200: jsonBody(z.object({ results: z.array(z.string()) }), 'One for each line: a purl, or `error: …`.'),
    default: errorResponse,
  },
})

/** Pure functions of their input: no store, nothing kept. */
export function batchRoutes(_context: ApiContext) {
  const routes = openGroup()
  routes.openapi(compare, async (c) => {
    const { compareLines } = await import('../version-lines.ts')
    const { scheme, pairs } = c.req.valid('json')
    return c.json({ results: compareLines(scheme, pairs) }, 200)
  })
  routes.openapi(affected, async (c) => {
    const { judgeAffected } = await import('../affected.ts')
    const { advisory, purl } = c.req.valid('json')
    return c.json(judgeAffected(advisory, purl), 200)
  })
  routes.openapi(parse, async (c) => {
    const { parsePurlLines } = await import('../purl-lines.ts')
    return c.json({ results: parsePurlLines(c.req.valid('json').lines) }, 200)
  })
  routes.openapi(build, async (c) => {
    const { buildPurlLines } = await import('../purl-lines.ts')
    return c.json({ results: buildPurlLines(c.req.valid('json').lines) }, 200)
  })
  return routes
}
