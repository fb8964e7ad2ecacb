import { realpathSync } from 'node:fs'
import { sep } from 'node:path'
import { createRoute, z } from '@hono/zod-openapi'
import { AllclearError } from '../../base/errors.ts'
import type { KubeAccess } from '../../base/kube/index.ts'
import type { ApiContext } from '../context.ts'
import { refuseExample } from '../example/read-only.ts'
import { openGroup } from '../group.ts'
import { errorResponse, jsonBody, listQuery } from '../schemas/base.ts'
import { clusterDetail, clusterDoctor, clusterNodes, clusterWorkloads } from '../schemas/clusters.ts'
import { clusterRows } from '../schemas/know.ts'

const tags = ['clusters']
const name = z.object({ name: z.string().max(253).openapi({ example: 'shop-eu' }) })

const list = createRoute({
  method: 'get',
  path: '/api/v1/clusters',
  tags,
  summary: 'The clusters and when each was last seen',
  responses: { 200: jsonBody(clusterRows, 'All clusters.'), default: errorResponse },
})

const add = createRoute({
  method: 'post',
  path: '/api/v1/clusters',
  tags,
  summary: 'Watch a cluster: by a context of a kubeconfig, or from within',
  description:
    'A kubeconfig is kept by reference: the server reads the file, and runs what it says, each time it connects. `kubeconfig` hands over one context with inline credentials instead; it may name no programs and no files.',
  request: {
    body: {
      content: {
        'application/json': {
          schema: z
            .object({
              name: z.string().min(1).max(253),
              access: z.discriminatedUnion('kind', [
                z.object({
                  kind: z.literal('kubeconfig'),
                  file: z.string().min(1).max(4096),
                  context: z.string().max(1024),
                }),
                z.object({
                  kind: z.literal('copy'),
                  kubeconfig: z.string().max(1024 * 1024),
                  context: z.string().max(1024),
                }),
                z.object({ kind: z.literal('in-cluster') }),
              ]),
              secretMetadata: z.boolean().default(false).openapi({
                description:
                  'Watch the names of secrets too; the right to list them is the right to read them.',
              }),
            })
            .openapi('ClusterRequest'),
        },
      },
      required: true,
    },
  },
  responses: {
    201: jsonBody(clusterDetail, 'The cluster, with what was seen of it.'),
    default: errorResponse,
  },
})

const show = createRoute({
  method: 'get',
  path: '/api/v1/clusters/{name}',
  tags,
  summary: 'How a live cluster is reached, and how well it is seen',
  request: { params: name },
  responses: { 200: jsonBody(clusterDetail, 'The cluster.'), default: errorResponse },
})

const remove = createRoute({
  method: 'delete',
  path: '/api/v1/clusters/{name}',
  tags,
  summary: 'Stop watching a cluster; its history stays',
  request: { params: name },
  responses: { 204: { description: 'Removed.' }, default: errorResponse },
})

const workloads = createRoute({
  method: 'get',
  path: '/api/v1/clusters/{name}/workloads',
  tags,
  summary: 'What runs in a cluster, the worst first',
  request: { params: name, query: listQuery.omit({ sort: true }) },
  responses: { 200: jsonBody(clusterWorkloads, 'A window of the list.'), default: errorResponse },
})

const nodes = createRoute({
  method: 'get',
  path: '/api/v1/clusters/{name}/nodes',
  tags,
  summary: 'The nodes of a cluster, by name',
  request: { params: name, query: listQuery.omit({ sort: true }) },
  responses: { 200: jsonBody(clusterNodes, 'A window of the list.'), default: errorResponse },
})

const doctor = createRoute({
  method: 'get',
  path: '/api/v1/clusters/{name}/doctor',
  tags,
  summary: 'Which permissions are missing, and what will therefore be unknown',
  request: { params: name },
  responses: { 200: jsonBody(clusterDoctor, 'The examination.'), default: errorResponse },
})

const hourMs = 60 * 60 * 1000
/** Long enough to roll an agent out, too short to be found in an old file. */
const enrolmentHours = 24

const enrol = createRoute({
  method: 'post',
  path: '/api/v1/clusters/{name}/enrolment',
  tags,
  summary: 'Make a one-time token for the agent of a cluster; it is shown only now',
  request: {
    params: name,
    body: {
      content: {
        'application/json': {
          schema: z
            .object({ hours: z.number().min(0.01).max(720).default(enrolmentHours) })
            .openapi('EnrolmentRequest'),
        },
      },
      required: true,
    },
  },
  responses: {
    201: jsonBody(
      z.object({ cluster: z.string(), token: z.string(), expiresAtMs: z.number() }).openapi('Enrolment'),
      'The token.',
    ),
    default: errorResponse,
  },
})

export function clusterRoutes(context: ApiContext) {
  const routes = openGroup()
  const live = async () => (await context.knowledge()).live()
  routes.openapi(list, async (c) => c.json({ rows: await (await context.knowledge()).clusters() }, 200))
  routes.openapi(add, async (c) => {
    refuseExample(context)
    const request = c.req.valid('json')
    refuseForeignFiles(request.access, (await (await context.knowledge()).status()).dataDirectory)
    return c.json(await (await live()).add({ ...request, by: c.env.principal.name }), 201)
  })
  routes.openapi(show, async (c) => c.json(await (await live()).show(c.req.valid('param').name), 200))
  routes.openapi(remove, async (c) => {
    refuseExample(context)
    await (await live()).remove(c.req.valid('param').name, c.env.principal.name)
    return c.body(null, 204)
  })
  routes.openapi(enrol, async (c) => {
    refuseExample(context)
    const cluster = c.req.valid('param').name
    const expiresAtMs = context.config.clock.nowMs() + c.req.valid('json').hours * hourMs
    const token = await (await live()).enrol(cluster, c.env.principal.name, expiresAtMs)
    return c.json({ cluster, token, expiresAtMs }, 201)
  })
  routes.openapi(workloads, async (c) => {
    const knowledge = await context.knowledge()
    return c.json(await knowledge.clusterWorkloads(c.req.valid('param').name, c.req.valid('query')), 200)
  })
  routes.openapi(nodes, async (c) => {
    const knowledge = await context.knowledge()
    return c.json(await knowledge.clusterNodes(c.req.valid('param').name, c.req.valid('query')), 200)
  })
  routes.openapi(doctor, async (c) => c.json(await (await live()).doctor(c.req.valid('param').name), 200))
  return routes
}

/**
 * A kubeconfig may name programs to run, so a file is trusted as far as whoever could write it. What was uploaded lies in
 * the data directory and is trusted with nothing.
 */
function refuseForeignFiles(access: KubeAccess, dataDirectory: string): void {
  if (access.kind !== 'kubeconfig') return
  const real = (path: string) => {
    try {
      return realpathSync(path)
    } catch {
      return path
    }
  }
  if (!`${real(access.file)}${sep}`.startsWith(`${real(dataDirectory)}${sep}`)) return
  throw new AllclearError('kube.config', {
    message:
      'A kubeconfig is not read from the data directory: anybody who may upload could have written it.',
    next: 'Put the kubeconfig elsewhere on the server, or copy the context with --copy.',
    where: access.file,
  })
}
