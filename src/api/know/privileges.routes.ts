import { createRoute, z } from '@hono/zod-openapi'
import { AllclearError } from '../../base/errors.ts'
import { readObjects } from '../../know/fleet/index.ts'
import { analysePrivileges } from '../../know/privileges/index.ts'
import type { PrivilegesAnswer } from '../../know/privileges/index.ts'
import type { ApiContext } from '../context.ts'
import { openGroup } from '../group.ts'
import { errorResponse, workBody } from '../schemas/base.ts'
import { exactly } from '../schemas/exactly.ts'
import { receiveInputs } from '../uploads.ts'
import { answerWork } from '../work.ts'

const texts = z.array(z.string()).readonly()

const step = z.object({
  from: z.string(),
  to: z.string(),
  step: z.string().openapi({ example: 'pods-exec' }),
  why: z.string(),
  via: z.string().openapi({ example: 'RoleBinding shop/ci of Role shop/deploy' }),
})
const way = z.array(step).readonly().nullable()
const ways = z.object({ secrets: way, nodes: way, clusterAdmin: way })

const answer = exactly<PrivilegesAnswer>()(
  z.object({
    identities: z
      .array(
        z.object({
          id: z.string().openapi({ example: 'ServiceAccount shop/ci' }),
          workloads: z.number(),
          rules: z
            .array(
              z.object({
                namespace: z.string().nullable(),
                verbs: texts,
                groups: texts,
                resources: texts,
                names: texts,
                urls: texts,
                via: z.string(),
              }),
            )
            .readonly(),
          ways,
        }),
      )
      .readonly(),
    workloads: z
      .array(
        z.object({
          id: z.string().openapi({ example: 'shop/cart[Deployment]' }),
          pods: z.number(),
          serviceAccount: z.string(),
          tokenMounted: z.boolean(),
          nodes: texts,
          hostAccess: z.array(z.object({ step: z.string(), via: z.string() })).readonly(),
          ways,
        }),
      )
      .readonly(),
    steps: z.array(step).readonly(),
    counts: z.object({
      pods: z.number(),
      workloads: z.number(),
      identities: z.number(),
      roles: z.number(),
      steps: z.number(),
    }),
    notes: texts,
    refused: z.array(z.object({ source: z.string(), code: z.string(), reason: z.string() })).readonly(),
  }),
)

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
    200: workBody(answer.openapi('Privileges'), 'Identities, workloads, and the steps between them.'),
    default: errorResponse,
  },
})

/** Privileges from manifests: a function of what is uploaded. */
export function privilegesRoutes(context: ApiContext) {
  const routes = openGroup()
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
