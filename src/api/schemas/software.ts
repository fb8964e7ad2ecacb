import { z } from '@hono/zod-openapi'
import type {
  DeclaredSoftware,
  SoftwareAnswer,
  SoftwareDeclaration,
  SoftwareDetail,
  SoftwareRow,
} from '../../know/register/index.ts'
import { exactly } from './exactly.ts'
import { privilegeLevel } from './levels.ts'

const texts = z.array(z.string()).readonly()
const count = z.number().int()
const reach = z.object({ nodes: count, workloads: count })

export const softwareRole = z.enum(['network', 'storage', 'webhook', 'operator', 'agent', 'workload', 'host'])
const channel = z.enum(['pinned', 'tag', 'floating', 'unknown']).openapi({
  description:
    '`pinned` by digest; `tag`, a version that whoever pushes can replace; `floating`, a tag that is meant to move.',
})

const row = z.object({
  id: z.string().openapi({ example: 'quay.io/cilium cilium' }),
  name: z.string(),
  supplier: z.string(),
  own: z.boolean().openapi({ description: 'Allclear itself.' }),
  roles: z.array(softwareRole).readonly(),
  because: z.string(),
  declared: z.boolean(),
  versions: z
    .array(
      z.object({
        version: z.string(),
        reference: z.string(),
        channel,
        workloads: count,
        pods: count,
        nodes: count,
        clusters: count,
      }),
    )
    .readonly(),
  channel,
  pushedBy: z.string(),
  workloads: count,
  pods: count,
  nodes: count,
  clusters: texts,
  privilege: privilegeLevel,
  privileges: texts,
  webhooks: z
    .array(
      z.object({
        cluster: z.string(),
        name: z.string(),
        kind: z.enum(['validating', 'mutating']),
        failurePolicy: z.enum(['Fail', 'Ignore']),
        asks: texts,
        workloads: count,
      }),
    )
    .readonly(),
  impact: z
    .object({
      takesDown: reach.extend({ nodesUnknown: z.boolean() }),
      reads: reach.extend({ secretNamespaces: count }),
      blocks: z.object({ workloads: count }),
    })
    .openapi({ description: 'What can happen when its next version goes wrong.' }),
  sentence: z.string(),
  unknown: texts,
})

const softwareRow = exactly<SoftwareRow>()(row)

export const softwareAnswer = exactly<SoftwareAnswer>()(
  z.object({
    sentence: z.string(),
    atMs: z.number(),
    total: count,
    rows: z.array(softwareRow),
    largest: z
      .object({ id: z.string(), name: z.string(), version: z.string(), nodes: count, share: z.number() })
      .nullable()
      .openapi({ description: 'The version of one supplier that is on most nodes.' }),
    nodes: count,
  }),
).openapi('SoftwareAnswer')

const text = z.string().trim().min(1).max(253)

export const softwareDeclaration = exactly<SoftwareDeclaration>()(
  z.object({
    name: text.openapi({ example: 'edr-agent' }),
    supplier: text.openapi({ example: 'vendor.example' }),
    version: text.nullable(),
    hosts: count.min(0).max(10_000_000).nullable(),
    places: z.array(text).max(1000).readonly().openapi({
      description: 'Clusters, or other names of places. Nodes of named clusters count as its hosts.',
    }),
    access: z.enum(['user', 'root', 'kernel']),
    channel,
    pushedBy: z.string().max(1000).nullable(),
    note: z.string().max(4000).nullable(),
  }),
).openapi('SoftwareDeclaration')

export const declaredSoftware = exactly<DeclaredSoftware>()(
  z.object({
    name: z.string(),
    supplier: z.string(),
    version: z.string().nullable(),
    hosts: count.nullable(),
    places: texts,
    access: z.enum(['user', 'root', 'kernel']),
    channel,
    pushedBy: z.string().nullable(),
    note: z.string().nullable(),
    declaredAtMs: z.number(),
    declaredBy: z.string(),
  }),
).openapi('DeclaredSoftware')

export const softwareDetail = exactly<SoftwareDetail>()(
  row.extend({
    members: z
      .array(
        z.object({
          id: z.string(),
          references: texts,
          pods: count,
          nodes: count,
          privilege: privilegeLevel,
          reasons: texts,
        }),
      )
      .readonly(),
    declaration: declaredSoftware.nullable(),
  }),
).openapi('SoftwareDetail')
