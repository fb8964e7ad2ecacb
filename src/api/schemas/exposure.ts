import { z } from '@hono/zod-openapi'
import type { ExposureAnswer, ExposureGroup, ExposureRow } from '../../know/exposure/index.ts'
import { exactly } from './exactly.ts'
import { fixState } from './know.ts'
import { privilegeLevel, reachLevel } from './levels.ts'

const texts = z.array(z.string()).readonly()

const decision = z.object({
  rule: z.string().openapi({ example: 'bod-26-04' }),
  outcome: z
    .string()
    .openapi({ description: 'The most urgent that the facts leave possible.', example: '3 days' }),
  between: texts,
  missing: texts.openapi({ description: 'What is not known and could change it.' }),
})

const row = exactly<ExposureRow>()(
  z.object({
    rank: z.number(),
    id: z.string().openapi({ example: 'shop-eu/search/Deployment/query-api' }),
    cluster: z.string(),
    namespace: z.string(),
    kind: z.string(),
    name: z.string(),
    owner: z.string().nullable(),
    pods: z.number(),
    nodes: z.number(),
    vulnerability: z.string(),
    title: z.string(),
    severity: z.string(),
    score: z.number().nullable(),
    findings: z.number().nullable(),
    fixedIn: z.string(),
    fixState,
    exploitation: z.enum(['active', 'public poc', 'none', 'unknown']),
    kev: z.boolean().nullable(),
    epss: z.number().nullable(),
    reach: reachLevel,
    privilege: privilegeLevel,
    criticality: z.enum(['critical', 'high', 'medium', 'low']).nullable(),
    data: z.string().nullable(),
    deadline: decision.extend({
      days: z.number().nullable(),
      sinceMs: z.number().nullable(),
      dueAtMs: z.number().nullable(),
    }),
    priority: decision,
    environment: z
      .object({
        vector: z.string(),
        version: z.string(),
        base: z.number(),
        score: z.number(),
        severity: z.string(),
        metrics: z.array(z.object({ metric: z.string(), reason: z.string() })).readonly(),
      })
      .nullable(),
    sentence: z.string(),
    reasons: z
      .array(
        z.object({
          kind: z.enum([
            'reach',
            'privilege',
            'exploitation',
            'severity',
            'breadth',
            'declared',
            'fix',
            'unknown',
          ]),
          text: z.string(),
        }),
      )
      .readonly(),
    changes: z
      .array(z.object({ fact: z.string(), effect: z.string() }))
      .readonly()
      .openapi({ description: 'Facts that could be otherwise, and what would follow for the rank.' }),
    unknown: texts,
  }),
)

const deadlines = z.array(z.object({ outcome: z.string(), workloads: z.number() })).readonly()

const group = exactly<ExposureGroup>()(
  z.object({
    rank: z.number(),
    name: z.string().nullable(),
    workloads: z.number(),
    pods: z.number(),
    deadlines,
    first: row,
  }),
)

export const exposureAnswer = exactly<ExposureAnswer>()(
  z.object({
    sentence: z.string(),
    atMs: z.number(),
    version: z.number(),
    vulnerability: z.string().nullable(),
    title: z.string().nullable(),
    workloads: z.object({ total: z.number(), rows: z.array(row) }),
    groups: z.object({ total: z.number(), rows: z.array(group) }),
    matrix: z
      .array(
        z.object({
          reach: reachLevel,
          privilege: privilegeLevel,
          workloads: z.number(),
          pods: z.number(),
          outcome: z.string(),
        }),
      )
      .readonly(),
    deadlines,
    unseen: z.object({ images: z.number(), clusters: texts }),
  }),
).openapi('ExposureAnswer')
