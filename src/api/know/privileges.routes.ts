import { createRoute, z } from '@hono/zod-openapi'
import { AllclearError } from '../../base/errors.ts'
import { readObjects } from '../../know/fleet/index.ts'
import { analysePrivileges } from '../../know/privileges/index.ts'
import type { ApiContext } from '../context.ts'
import { openGroup } from '../group.ts'
import { errorResponse, jsonBody, listQuery, workBody } from '../schemas/base.ts'
import { clusterPrivilegesSchema, identityPage, privilegesSchema } from '../schemas/privileges.ts'
import { receiveInputs } from '../uploads.ts'
import { answerWork } from '../work.ts'

const privileges = createRoute({
  method: 'post',
  path: '/api/v1/privileges',
  tags: ['privileges'],
  summary: 'What identities and workloads in manifests may do and can become',
  description: 'The body is a manifest, or an archive of many. Nothing is kept.',
  request: {
    query: z.object({
      source: z
        .string()
        .max(1024)
        .optional()
        .openapi({ description: 'Name of the file, shown in messages.' }),
    }),
    body: { content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } } },
  },
  responses: {
    200: workBody(privilegesSchema, 'Identities, workloads, and the steps between them.'),
    default: errorResponse,
  },
})

const target = z.enum(['secrets', 'nodes', 'cluster-admin']).optional().openapi({
  description: 'Only what reaches it.',
})

const ofCluster = createRoute({
  method: 'get',
  path: '/api/v1/privileges',
  tags: ['privileges'],
  summary: 'What identities and workloads of a cluster of the fleet may do and can become',
  request: {
    query: z.object({
      cluster: z.string().max(253).optional(),
      identity: z.string().max(1024).optional().openapi({ example: 'shop-eu/checkout/cart' }),
      workload: z.string().max(1024).optional(),
      to: target,
      at: z.coerce.number().int().min(0).optional().openapi({
        description: 'A moment of the past, epoch ms; now when absent.',
      }),
    }),
  },
  responses: {
    200: jsonBody(clusterPrivilegesSchema, 'Identities, workloads, and the steps between them.'),
    default: errorResponse,
  },
})

const identities = createRoute({
  method: 'get',
  path: '/api/v1/identities',
  tags: ['privileges'],
  summary: 'Identities of the fleet, those that reach most first',
  request: {
    query: listQuery.omit({ sort: true }).extend({ cluster: z.string().max(253).optional(), to: target }),
  },
  responses: { 200: jsonBody(identityPage, 'A window of the list.'), default: errorResponse },
})

/** Privileges: of clusters of the fleet, and of manifests as a function of what is uploaded. */
export function privilegesRoutes(context: ApiContext) {
  const routes = openGroup()
  routes.openapi(ofCluster, async (c) => {
    const { at, ...asked } = c.req.valid('query')
    return c.json(await (await context.knowledge()).privileges({ ...asked, atMs: at }), 200)
  })
  routes.openapi(identities, async (c) =>
    c.json(await (await context.knowledge()).identities(c.req.valid('query')), 200),
  )
  routes.openapi(privileges, async (c) => {
    const upload = await receiveInputs(
      c.req.raw,
      c.env.local,
      c.req.valid('query').source ?? 'upload',
      'manifests',
    )
    return (await answerWork(c, context.config, async (sink) => {
      try {
        const read = await readObjects(upload.inputs, (done) =>
          sink.progress({ title: 'Read', done, total: null, unit: 'documents' }),
        )
        if (read.objects.length === 0) {
          throw new AllclearError('manifest.invalid', {
            message: 'There is no Kubernetes object in the input.',
            next: 'Give YAML or JSON manifests, or `kubectl get … -o json`.',
            ...(read.refused.length > 0
              ? { where: `${read.refused[0].source}: ${read.refused[0].reason}` }
              : {}),
          })
        }
        const result = analysePrivileges(read.objects)
        return { ...result, refused: [...read.refused, ...result.refused] }
      } finally {
        await upload.dispose()
      }
    })) as never
  })
  return routes
}
