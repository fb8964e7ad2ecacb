import { z } from '@hono/zod-openapi'
import type { Page } from '../../know/answers.ts'
import type {
  ClusterDetail,
  ClusterDoctor,
  ClusterNodeRow,
  ClusterWorkloadRow,
  FactRow,
  FactsImport,
  PodsAnswer,
  WorkloadAnswer,
} from '../../know/live-answers.ts'
import { exactly } from './exactly.ts'

const count = z.number().int().min(0)
const ms = z.number().openapi({ description: 'Epoch milliseconds.' })
export const sight = z.enum(['starting', 'seen', 'partly', 'lost', 'unwatched']).openapi({
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
      agent: z
        .object({
          id: z.string(),
          version: z.string(),
          enrolledAtMs: ms,
          keyAtMs: ms,
          lastSeenAtMs: ms.nullable(),
        })
        .nullable(),
      enrolment: z.object({ createdAtMs: ms, createdBy: z.string(), expiresAtMs: ms }).nullable(),
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

export const clusterWorkloads = exactly<Page<ClusterWorkloadRow>>()(
  z
    .object({
      total: count,
      rows: z.array(
        z.object({
          id: z.string(),
          namespace: z.string(),
          kind: z.string(),
          name: z.string(),
          owner: z.string().nullable(),
          pods: count,
          images: count,
          imagesUnknown: count,
          affected: count,
          critical: count,
          high: count,
        }),
      ),
    })
    .openapi('ClusterWorkloads'),
)

export const clusterNodes = exactly<Page<ClusterNodeRow>>()(
  z
    .object({
      total: count,
      rows: z.array(
        z.object({
          name: z.string(),
          osImage: z.string().nullable(),
          kubeletVersion: z.string().nullable(),
          pods: count,
          firstSeenAtMs: ms,
        }),
      ),
    })
    .openapi('ClusterNodes'),
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

const factName = z.enum(['team', 'criticality', 'data', 'users', 'tenant'])
const from = z.enum(['workload', 'namespace', 'cluster'])
const words = z.record(z.string(), z.string())
const interval = { firstSeenAtMs: ms, lastSeenAtMs: ms.nullable() }

export const factRow = exactly<FactRow>()(
  z
    .object({
      scope: z.string(),
      fact: factName,
      value: z.string(),
      source: z.string(),
      declaredAtMs: ms,
    })
    .openapi('Fact'),
)

export const factsImport = exactly<FactsImport>()(
  z
    .object({ source: z.string(), added: count, changed: count, removed: count, unchanged: count })
    .openapi('FactsImport'),
)

export const workloadAnswer = exactly<WorkloadAnswer>()(
  z
    .object({
      id: z.string(),
      cluster: z.string(),
      namespace: z.string(),
      kind: z.string(),
      name: z.string(),
      owner: z.string().nullable(),
      serviceAccount: z.string().nullable(),
      replicas: z.number().nullable(),
      labels: words,
      annotations: words,
      ...interval,
      facts: z.array(
        z.object({
          fact: factName,
          value: z.string(),
          source: z.string(),
          from,
          others: z.array(z.object({ value: z.string(), source: z.string(), from })),
        }),
      ),
      runs: z.array(
        z.object({
          container: z.string(),
          kind: z.string(),
          reference: z.string(),
          digest: z.string().nullable(),
          image: z.string().nullable(),
          findings: z.object({ affected: count, fixable: count, critical: count, high: count }).nullable(),
          pods: count,
          ...interval,
        }),
      ),
      runsTotal: count,
      podsTotal: count,
      pods: z.array(
        z.object({
          uid: z.string(),
          name: z.string(),
          node: z.string().nullable(),
          phase: z.string(),
          addresses: z.array(z.object({ address: z.string(), ...interval })),
          ...interval,
        }),
      ),
    })
    .openapi('Workload'),
)

export const podsAnswer = exactly<PodsAnswer>()(
  z
    .object({
      query: z.string(),
      atMs: ms.nullable(),
      ambiguous: z.boolean(),
      total: count,
      rows: z.array(
        z.object({
          cluster: z.string(),
          namespace: z.string(),
          name: z.string(),
          uid: z.string(),
          node: z.string().nullable(),
          serviceAccount: z.string().nullable(),
          owners: z.array(z.string()),
          labels: words,
          hostNetwork: z.boolean(),
          containers: z.array(
            z.object({
              name: z.string(),
              kind: z.string(),
              reference: z.string(),
              digest: z.string().nullable(),
            }),
          ),
          addresses: z.array(z.object({ address: z.string(), ...interval })),
          ...interval,
        }),
      ),
    })
    .openapi('Pods'),
)
