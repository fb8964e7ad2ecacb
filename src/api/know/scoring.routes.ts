import { createRoute, z } from '@hono/zod-openapi'
import { limit } from '../../base/limits.ts'
import type { ApiContext } from '../context.ts'
import { openGroup } from '../group.ts'
import { errorResponse, jsonBody } from '../schemas/base.ts'
import { exactly } from '../schemas/exactly.ts'
import type { RefusedLine, ScoredLine } from '../score-lines.ts'
import type { DecidedLine } from '../ssvc-lines.ts'

const tags = ['scoring']
const lines = z.array(z.string()).max(limit('batchLines'))
const score = z.number().min(0).max(10)

const refusedLine = exactly<RefusedLine>()(
  z.object({ error: z.string().openapi({ description: 'Why the line is refused, with the place.' }) }),
)

const scoredLine = exactly<ScoredLine>()(
  z.object({
    vector: z
      .string()
      .openapi({ example: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N' }),
    version: z.enum(['2.0', '3.0', '3.1', '4.0']),
    score: score.openapi({ description: 'Of everything that the vector says.' }),
    severity: z.enum(['critical', 'high', 'medium', 'low', 'none', 'unknown']),
    base: score,
    temporal: score.nullable().openapi({ description: 'Threat in 4.0.' }),
    environmental: score.nullable(),
    nomenclature: z.string().nullable().openapi({ example: 'CVSS-BTE' }),
    proposed: z
      .array(z.object({ metric: z.string(), reason: z.string() }))
      .readonly()
      .optional()
      .openapi({ description: 'What follows from where the workload is; `env` goes before it.' }),
  }),
)

const decidedLine = exactly<DecidedLine>()(
  z.object({
    vulnerability: z.string().nullable(),
    answers: z.string().openapi({ example: 'E:A/EXP:O/A:Y/HI:VH' }),
    reasons: z.array(z.string()).readonly(),
    decisions: z
      .array(
        z.object({
          table: z.string().openapi({ example: 'deployer' }),
          version: z.string(),
          outcome: z.string().nullable().openapi({ description: 'Absent while answers are missing.' }),
          between: z.array(z.string()).readonly(),
          missing: z.array(z.string()).readonly(),
          dueDays: z.number().nullable(),
        }),
      )
      .readonly(),
  }),
)

const scores = createRoute({
  method: 'post',
  path: '/api/v1/scores',
  tags,
  summary: 'Score CVSS vectors',
  request: {
    body: {
      content: {
        'application/json': {
          schema: z
            .object({
              lines,
              env: z.string().max(limit('cvssVectorCharacters')).optional(),
              workload: z.string().max(1024).optional().openapi({
                description: 'Propose environmental metrics from where it is.',
                example: 'shop-eu/search/query-api',
              }),
            })
            .openapi('CvssVectors'),
        },
      },
      required: true,
    },
  },
  responses: {
    200: jsonBody(
      z.object({ results: z.array(z.union([scoredLine, refusedLine])) }).openapi('CvssScores'),
      'One for each line: its scores, or why it is no vector.',
    ),
    default: errorResponse,
  },
})

const ssvc = createRoute({
  method: 'post',
  path: '/api/v1/ssvc',
  tags,
  summary: 'Decide by SSVC and BOD 26-04',
  request: {
    body: {
      content: {
        'application/json': {
          schema: z
            .object({
              lines,
              facts: z.string().optional(),
              workload: z.string().max(1024).optional().openapi({
                description: 'Answers that follow from where it is; `facts` go before them.',
                example: 'shop-eu/search/query-api',
              }),
            })
            .openapi('SsvcQuestions'),
        },
      },
      required: true,
    },
  },
  responses: {
    200: jsonBody(
      z.object({ results: z.array(z.union([decidedLine, refusedLine])) }).openapi('SsvcDecisions'),
      'One for each line: the decision of each table, or why the line is refused.',
    ),
    default: errorResponse,
  },
})

/** Scores and decisions: functions of their input, and of what the feeds say of a vulnerability. */
export function scoringRoutes(context: ApiContext) {
  const routes = openGroup()
  routes.openapi(scores, async (c) => {
    const { scoreLines } = await import('../score-lines.ts')
    const { lines: vectors, env, workload } = c.req.valid('json')
    const place = workload === undefined ? null : await (await context.knowledge()).placeOf(workload)
    return c.json({ results: scoreLines(vectors, env, place?.propose) }, 200)
  })
  routes.openapi(ssvc, async (c) => {
    const { ssvcLines } = await import('../ssvc-lines.ts')
    const { lines: questions, ...of } = c.req.valid('json')
    return c.json({ results: await ssvcLines(questions, of, () => context.knowledge()) }, 200)
  })
  return routes
}
