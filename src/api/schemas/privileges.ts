import { z } from '@hono/zod-openapi'
import type { ClusterPrivileges, IdentitiesAnswer, IdentityRow } from '../../know/posture/index.ts'
import type { PrivilegesAnswer } from '../../know/privileges/index.ts'
import { exactly } from './exactly.ts'
import { unseenSchema } from './reach.ts'

const texts = z.array(z.string()).readonly()

const step = z.object({
  from: z.string(),
  to: z.string(),
  step: z.string().openapi({ example: 'pods-exec' }),
  title: z.string().openapi({ example: 'runs commands in pods' }),
  why: z.string(),
  via: z.string().openapi({ example: 'RoleBinding shop/ci of Role shop/deploy' }),
})
const way = z.array(step).readonly().nullable()
const ways = z.object({ secrets: way, nodes: way, clusterAdmin: way })

const privilegesAnswer = exactly<PrivilegesAnswer>()(
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
          secretsIn: texts.nullable().openapi({
            description: 'Namespaces whose secrets it reads, or can have mounted; absent: every namespace.',
          }),
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

export const privilegesSchema = privilegesAnswer.openapi('Privileges')

export const clusterPrivilegesSchema = exactly<ClusterPrivileges>()(
  privilegesAnswer.extend({
    cluster: z.string(),
    atMs: z.number(),
    sentences: texts,
    unseen: unseenSchema,
  }),
).openapi('ClusterPrivileges')

const distance = z.number().nullable()

const identityRow = exactly<IdentityRow>()(
  z.object({
    cluster: z.string(),
    id: z.string().openapi({ example: 'ServiceAccount shop/ci' }),
    kind: z.enum(['ServiceAccount', 'User', 'Group']),
    namespace: z.string().nullable(),
    name: z.string(),
    workloads: z.number(),
    rules: z.number(),
    steps: z.object({ secrets: distance, nodes: distance, clusterAdmin: distance }).openapi({
      description: 'How many steps it is from each; absent where no way is known.',
    }),
    way: z.array(step).readonly(),
    sentence: z.string(),
  }),
)

export const identityPage = exactly<IdentitiesAnswer>()(
  z.object({
    sentence: z.string(),
    counts: z.object({
      identities: z.number(),
      secrets: z.number(),
      nodes: z.number(),
      clusterAdmin: z.number(),
    }),
    unseen: z.array(z.object({ cluster: z.string(), reason: z.string() })).readonly(),
    total: z.number(),
    rows: z.array(identityRow),
  }),
).openapi('IdentityPage')
