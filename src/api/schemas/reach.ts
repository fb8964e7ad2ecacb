import { z } from '@hono/zod-openapi'
import type { ClusterReach, ClusterReachDiff } from '../../know/posture/index.ts'
import type { ReachAnswer, ReachChange, ReachDiff } from '../../know/reach/index.ts'
import { exactly } from './exactly.ts'

const ports = z.array(z.tuple([z.number(), z.number()]))
const refused = z.array(z.object({ source: z.string(), code: z.string(), reason: z.string() })).readonly()
const texts = z.array(z.string()).readonly()

const entry = z.object({
  reach: z.enum(['internet', 'network']).openapi({
    description: '`network`: through ports of nodes, or not meant for the public.',
  }),
  via: z.string().openapi({ example: 'Service shop/web (LoadBalancer)' }),
  at: texts,
  destination: z.string(),
  ports: z.string(),
  allowed: z.string(),
  path: texts,
})
const enforcement = z.object({
  state: z.enum(['enforced', 'not-enforced', 'unknown']).openapi({
    description: 'Whether stored policies are known to hold.',
  }),
  plugin: z.string().nullable(),
})

const reachAnswer = exactly<ReachAnswer>()(
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
    entries: z.array(entry).readonly(),
    counts: z.object({ workloads: z.number(), pods: z.number(), policies: z.number(), classes: z.number() }),
    enforcement,
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

const reachDifference = exactly<ReachDiff>()(
  z.object({ changes: z.array(change).readonly(), notes: texts, refused }),
)

export const reachSchema = reachAnswer.openapi('Reach')
export const reachDiffSchema = reachDifference.openapi('ReachDiff')

/** What nobody can say of a cluster, with the reason. */
export const unseenSchema = z.object({
  waysIn: z.string().nullable(),
  policies: z.string().nullable(),
  roles: z.string().nullable(),
})

export const clusterReachSchema = exactly<ClusterReach>()(
  reachAnswer.extend({
    cluster: z.string(),
    atMs: z.number(),
    sentences: texts,
    path: z
      .object({
        entry,
        hops: z.array(z.object({ from: z.string(), to: z.string(), ports: z.string() })).readonly(),
      })
      .nullable()
      .openapi({ description: 'From outside to the workload that was asked about.' }),
    unseen: unseenSchema,
  }),
).openapi('ClusterReach')

export const clusterReachDiffSchema = exactly<ClusterReachDiff>()(
  reachDifference.extend({ cluster: z.string(), enforcement }),
).openapi('ClusterReachDiff')
