import { z } from '@hono/zod-openapi'
import type { ClusterDetail, ClusterDoctor } from '../../know/live-answers.ts'
import { exactly } from './exactly.ts'

const count = z.number().int().min(0)
const ms = z.number().openapi({ description: 'Epoch milliseconds.' })
const sight = z.enum(['starting', 'seen', 'partly', 'lost', 'unwatched']).openapi({
  description:
    'starting: first lists under way; seen: all that answers need is watched; partly: something is refused; lost: it does not answer; unwatched: nobody watches it now.',
})

export const clusterDetail = exactly<ClusterDetail>()(
  z
    .object({
      name: z.string(),
      kind: z.enum(['kubeconfig', 'copy', 'in-cluster', 'agent']),
      file: z.string().nullable(),
      context: z.string().nullable(),
      server: z.string().nullable(),
      secretMetadata: z.boolean(),
      addedAtMs: ms,
      addedBy: z.string(),
      state: z.object({
        sight,
        reason: z.string().nullable(),
        serverVersion: z.string().nullable(),
        seenAtMs: ms.nullable(),
        problems: z.array(
          z.object({ resource: z.string(), object: z.string().nullable(), reason: z.string() }),
        ),
        problemsTotal: count,
        resources: z.array(
          z.object({
            id: z.string(),
            state: z.enum(['starting', 'listing', 'watching', 'waiting', 'refused', 'not-served', 'stopped']),
            reason: z.string().nullable(),
            objects: count,
            syncedAtMs: ms.nullable(),
            heardAtMs: ms.nullable(),
            lists: count,
            watches: count,
            problems: count,
            unknown: z.string().nullable(),
          }),
        ),
      }),
    })
    .openapi('ClusterDetail'),
)

export const clusterDoctor = exactly<ClusterDoctor>()(
  z
    .object({
      name: z.string(),
      server: z.string(),
      reachable: z.boolean(),
      reason: z.string().nullable(),
      serverVersion: z.string().nullable(),
      rows: z.array(
        z.object({
          resource: z.string(),
          needed: z.boolean(),
          optional: z.boolean(),
          list: z.boolean().nullable(),
          watch: z.boolean().nullable(),
          reason: z.string().nullable(),
          unknown: z.string().nullable(),
        }),
      ),
      unknown: z.array(z.string()),
      next: z.array(z.string()),
    })
    .openapi('ClusterDoctor'),
)
