import { createRoute, z } from '@hono/zod-openapi'
import { AllclearError } from '../../base/errors.ts'
import { readObjects } from '../../know/fleet/index.ts'
import type { PlacedObject, ReadObjects } from '../../know/fleet/index.ts'
import { analyseReach, diffReach, modelOf } from '../../know/reach/index.ts'
import type { ReachAnswer, ReachDiff, ReachModel } from '../../know/reach/index.ts'
import type { ApiContext } from '../context.ts'
import { openGroup } from '../group.ts'
import { errorResponse, jsonBody, workBody } from '../schemas/base.ts'
import { clusterReachDiffSchema, clusterReachSchema, reachDiffSchema, reachSchema } from '../schemas/reach.ts'
import { receiveInputs } from '../uploads.ts'
import { answerWork } from '../work.ts'

const tags = ['reach']

const query = z.object({
  source: z.string().max(1024).optional().openapi({ description: 'Name of the file, shown in messages.' }),
  hostNetwork: z.enum(['nodes', 'pods']).optional().openapi({
    description: 'What policies mean for pods on the network of their node; `nodes` when absent.',
  }),
})

const body = { content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } } }
const reach = createRoute({
  method: 'post',
  path: '/api/v1/reach',
  tags,
  summary: 'Every connection that the policies in manifests allow',
  description: 'The body is a manifest, or an archive of many. Nothing is kept.',
  request: { query, body },
  responses: {
    200: workBody(reachSchema, 'Connections, ways in from outside, and what was left open.'),
    default: errorResponse,
  },
})

const end = z.string().max(1024).optional()

const ofCluster = createRoute({
  method: 'get',
  path: '/api/v1/reach',
  tags,
  summary: 'Who reaches whom in a cluster of the fleet, live or from manifests',
  description:
    'Ends are `internet` or a workload: CLUSTER/NAMESPACE/NAME, or a unique end of it. Without ends every connection of the cluster is listed.',
  request: {
    query: z.object({
      cluster: z.string().max(253).optional(),
      from: end.openapi({ example: 'internet' }),
      to: end.openapi({ example: 'shop-eu/checkout/cart' }),
      hostNetwork: z.enum(['nodes', 'pods']).optional(),
      at: z.coerce.number().int().min(0).optional().openapi({
        description: 'A moment of the past, epoch ms; now when absent.',
      }),
    }),
  },
  responses: {
    200: jsonBody(clusterReachSchema, 'Connections, ways in, a path from outside, and the answer in words.'),
    default: errorResponse,
  },
})

const clusterDiff = createRoute({
  method: 'post',
  path: '/api/v1/reach/clusters/{cluster}/diff',
  tags,
  summary: 'What changed or added objects would open and cut in a cluster of the fleet',
  description: 'The body is a manifest, or an archive of many. Nothing is applied and nothing is kept.',
  request: { params: z.object({ cluster: z.string().max(253) }), query, body },
  responses: {
    200: workBody(clusterReachDiffSchema, 'Connections that are added, removed or changed.'),
    default: errorResponse,
  },
})

const diff = createRoute({
  method: 'post',
  path: '/api/v1/reach/diff',
  tags,
  summary: 'What changed or added objects open and cut',
  description:
    'The body is an archive of manifests; those under the name `with` take the place of the others.',
  request: {
    query: query.extend({
      with: z.array(z.string()).or(z.string()).openapi({ description: 'Names of the changed files.' }),
    }),
    body,
  },
  responses: {
    200: workBody(reachDiffSchema, 'Connections that are added, removed or changed.'),
    default: errorResponse,
  },
})

/** Reachability: of clusters of the fleet, and of manifests as functions of what is uploaded. */
export function reachRoutes(context: ApiContext) {
  const routes = openGroup()
  routes.openapi(reach, async (c) => {
    const { source, hostNetwork } = c.req.valid('query')
    const upload = await receiveInputs(c.req.raw, c.env.local, source ?? 'upload', 'manifests')
    return (await answerWork(c, context.config, async (sink) => {
      try {
        const read = await readObjects(upload.inputs, (done) =>
          sink.progress({ title: 'Read', done, total: null, unit: 'documents' }),
        )
        const model = modelOfRead(read, read.objects)
        return withUnread(analyseReach(model, { hostNetwork: hostNetwork ?? 'nodes' }), read)
      } finally {
        await upload.dispose()
      }
    })) as never
  })
  routes.openapi(ofCluster, async (c) => {
    const { at, ...asked } = c.req.valid('query')
    return c.json(await (await context.knowledge()).reach({ ...asked, atMs: at }), 200)
  })
  routes.openapi(clusterDiff, async (c) => {
    const { source, hostNetwork } = c.req.valid('query')
    const { cluster } = c.req.valid('param')
    const upload = await receiveInputs(c.req.raw, c.env.local, source ?? 'upload', 'manifests')
    return (await answerWork(c, context.config, async () => {
      try {
        const read = await readObjects(upload.inputs)
        refuseNothing(read)
        const knowledge = await context.knowledge()
        return withUnread(await knowledge.reachDiff({ cluster, hostNetwork }, read.objects), read)
      } finally {
        await upload.dispose()
      }
    })) as never
  })
  routes.openapi(diff, async (c) => {
    const { source, hostNetwork, with: named } = c.req.valid('query')
    const changed = [named].flat()
    const upload = await receiveInputs(c.req.raw, c.env.local, source ?? 'upload', 'manifests')
    return (await answerWork(c, context.config, async (sink) => {
      try {
        const read = await readObjects(upload.inputs, (done) =>
          sink.progress({ title: 'Read', done, total: null, unit: 'documents' }),
        )
        const isChanged = ({ where }: PlacedObject): boolean =>
          changed.some(
            (name) => where === name || [',', '/', ':'].some((end) => where.startsWith(`${name}${end}`)),
          )
        const before = read.objects.filter((one) => !isChanged(one))
        const added = read.objects.filter(isChanged)
        if (added.length === 0 && read.refused.length === 0) {
          throw new AllclearError('manifest.invalid', {
            message: `There is no object in ${changed.join(', ')}.`,
            next: 'Give a file of policies with `--with`.',
          })
        }
        // Objects of the same kind and name take the place of earlier ones.
        const first = modelOfRead(read, before)
        const second = modelOfRead(read, [...before, ...added])
        return withUnread(diffReach(first, second, { hostNetwork: hostNetwork ?? 'nodes' }), read)
      } finally {
        await upload.dispose()
      }
    })) as never
  })
  return routes
}

function modelOfRead(read: ReadObjects, objects: readonly PlacedObject[]): ReachModel {
  refuseNothing(read)
  return modelOf(objects)
}

function refuseNothing(read: ReadObjects): void {
  if (read.objects.length === 0) {
    throw new AllclearError('manifest.invalid', {
      message: 'There is no Kubernetes object in the input.',
      next: 'Give YAML or JSON manifests, or `kubectl get … -o json`.',
      ...(read.refused.length > 0 ? { where: `${read.refused[0].source}: ${read.refused[0].reason}` } : {}),
    })
  }
}

/** What could not be read is not part of the answer, which says so. */
function withUnread<T extends ReachAnswer | ReachDiff>(result: T, read: ReadObjects): T {
  return { ...result, refused: [...read.refused, ...result.refused] }
}
