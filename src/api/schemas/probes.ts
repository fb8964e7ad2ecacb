import { z } from '@hono/zod-openapi'
import type { ProbeResult } from '../../core/probe/index.ts'
import { exactly } from './exactly.ts'

export const verdict = z
  .enum(['confirmed', 'contradicted', 'unknown', 'stale'])
  .openapi({ description: 'What the fleet says. `stale`: it said so too long ago to act on.' })

const inputName = z.enum([
  'objects',
  'audit-events',
  'audit-policy',
  'flows',
  'runtime',
  'os-audit',
  'node-data',
  'contents',
  'image-bytes',
  'advisories',
  'source',
  'rollouts',
  'incident',
  'declared',
  'metrics',
  'application-logs',
  'infrastructure',
  'test',
  'clock',
])
const parameters = z.record(z.string(), z.unknown()).readonly()
const sample = <Row extends z.ZodType>(row: Row) =>
  z.object({ total: z.number().int(), sample: z.array(row).readonly() })

export const probeResult = exactly<ProbeResult>()(
  z
    .object({
      probe: z.string().openapi({ example: 'rollout.digest-coverage' }),
      params: parameters,
      verdict,
      reason: z.string(),
      atMs: z.number(),
      freshUntilMs: z.number(),
      evidence: z
        .object({
          query: z.string().openapi({ description: 'A line that asks the same.' }),
          sentence: z.string(),
          examined: z.number().int(),
          counterexamples: sample(z.object({ target: z.string(), because: z.string() })),
          excepted: z.number().int(),
          unknownTargets: sample(z.string()),
          inputs: z
            .array(
              z.object({
                input: inputName,
                coverage: z.number(),
                asOfMs: z.number().nullable(),
                gaps: z.array(z.string()).readonly(),
              }),
            )
            .readonly(),
          values: z.record(z.string(), z.number()).readonly().optional(),
          withheld: z.string().optional(),
          tookMs: z.number(),
        })
        .nullable(),
    })
    .openapi('ProbeResult'),
)

export const probeRow = z
  .object({
    id: z.string(),
    wing: z.enum(['know', 'prepare', 'detect', 'respond', 'repair', 'learn']),
    title: z.string(),
    rule: z.string(),
    cost: z.enum(['continuous', 'periodic', 'demand', 'drill']),
    inputs: z.array(z.string()),
    parameters: z.array(z.string()),
    connected: z.boolean(),
    needs: z.string().nullable().openapi({ description: 'What would connect it; null when it is.' }),
  })
  .openapi('Probe')
export type ProbeRow = z.output<typeof probeRow>
