import { createRoute, z } from '@hono/zod-openapi'
import { AllclearError } from '../../base/errors.ts'
import { readObjects } from '../../know/fleet/index.ts'
import type { PlacedObject, ReadObjects } from '../../know/fleet/index.ts'
import { analyseReach, diffReach, modelOf } from '../../know/reach/index.ts'
import type { ReachAnswer, ReachChange, ReachDiff, ReachModel } from '../../know/reach/index.ts'
import type { ApiContext } from '../context.ts'
import { openGroup } from '../group.ts'
import { errorResponse, workBody } from '../schemas/base.ts'
import { exactly } from '../schemas/exactly.ts'
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
const ports = z.array(z.tuple([z.number(), z.number()]))
const refused = z.array(z.object({ source: z.string(), code: z.string(), reason: z.string() })).readonly()
const texts = z.array(z.string()).readonly()

const answer = exactly<ReachAnswer>()(
  z.object({
    sections: z
      .array(
        z.object({
          network: z
            .object({ kind: z.enum(['UDN', 'CUDN', 'NAD']), name: z.string() })
            .nullable()
            .openapi({ description: 'Absent for the pod network.' }),
          workloads: texts,
          connections: z
            .array(
              z.object({
                source: z.string().openapi({ example: 'shop/cart[Deployment]' }),
                destination: z.string(),
                ports: z.string().openapi({ example: 'TCP 80,443,UDP 53' }),
                allowed: z.object({ SCTP: ports.optional(), TCP: ports.optional(), UDP: ports.optional() }),
              }),
            )
            .readonly(),
        }),
      )
      .readonly(),
    entries: z
      .array(
        z.object({
          via: z.string().openapi({ example: 'Service shop/web (LoadBalancer)' }),
          at: texts,
          destination: z.string(),
          ports: z.string(),
          allowed: z.string(),
          path: texts,
        }),
      )
      .readonly(),
    counts: z.object({ workloads: z.number(), pods: z.number(), policies: z.number(), classes: z.number() }),
    networks: z.array(z.object({ workload: z.string(), primary: z.string(), secondary: texts })).readonly(),
    notes: texts,
    refused,
  }),
)

const change = exactly<ReachChange>()(
  z.object({
    kind: z.enum(['added', 'removed', 'changed']),
    source: z.string(),
    destination: z.string(),
    before: z.string(),
    after: z.string(),
    workload: z.string().nullable(),
  }),
)

const difference = exactly<ReachDiff>()(
  z.object({ changes: z.array(change).readonly(), notes: texts, refused }),
)

const reach = createRoute({
  method: 'post',
  path: '/api/v1/reach',
  tags,
  summary: 'Every connection that the policies in manifests allow',
  description: 'The body is a manifest, or an archive of many. Nothing is kept.',
  request: { query, body },
  responses: {
    200: workBody(answer.openapi('Reach'), 'Connections, ways in from outside, and what was left open.'),
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
    200: workBody(difference.openapi('ReachDiff'), 'Connections that are added, removed or changed.'),
    default: errorResponse,
  },
})

/** Reachability from manifests: functions of what is uploaded. */
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
  if (read.objects.length === 0) {
    throw new AllclearError('manifest.invalid', {
      message: 'There is no Kubernetes object in the input.',
      next: 'Give YAML or JSON manifests, or `kubectl get … -o json`.',
      ...(read.refused.length > 0 ? { where: `${read.refused[0].source}: ${read.refused[0].reason}` } : {}),
    })
  }
  return modelOf(objects)
}

/** What could not be read is not part of the answer, which says so. */
function withUnread<T extends ReachAnswer | ReachDiff>(result: T, read: ReadObjects): T {
  return { ...result, refused: [...read.refused, ...result.refused] }
}
