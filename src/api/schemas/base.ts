import { z } from '@hono/zod-openapi'
import { listErrors } from '../../base/errors.ts'
import { limit } from '../../base/limits.ts'

const codes = listErrors().map((row) => row.code)

const errorBody = z
  .object({
    error: z.object({
      code: z
        .enum(codes as [string, ...string[]])
        .openapi({ description: 'Stable; see the error catalogue.' }),
      message: z.string().openapi({ description: 'What happened, to what.' }),
      next: z.string().openapi({ description: 'What to do about it.' }),
      where: z.string().optional().openapi({ description: 'Place in the input.' }),
      requestId: z
        .string()
        .openapi({ description: 'Quote it when asking for help; also in the header x-request-id.' }),
    }),
  })
  .openapi('Error', {
    example: {
      error: {
        code: 'query.invalid',
        message: 'The range `<2.17.` has no version after its last dot.',
        next: 'Write it like `log4j-core@<2.17.1`.',
        where: 'column 12',
        requestId: '5f0c2d1e9a7b4c66',
      },
    },
  })

/** `400 usage, query.invalid; 401 auth.required; …` */
const statuses = [...Map.groupBy(listErrors(), ({ status }) => status)]
  .toSorted(([a], [b]) => a - b)
  .map(([status, rows]) => `${status} ${rows.map(({ code }) => `\`${code}\``).join(', ')}`)
  .join('; ')

/** Every operation's error answer. */
export const errorResponse = {
  description: `An error, always in this shape; the status follows from the code: ${statuses}.`,
  content: { 'application/json': { schema: errorBody } },
} as const

/** Filter, order and window of a list, as query parameters. */
export const listQuery = z.object({
  q: z.string().optional().openapi({ description: 'Free text filter.' }),
  sort: z
    .string()
    .optional()
    .openapi({ description: 'Column to sort by; a leading `-` sorts downwards.', example: '-pods' }),
  limit: z.coerce
    .number()
    .int()
    .min(0)
    .max(limit('listRows'))
    .optional()
    .openapi({
      description: `Rows in the answer; 50 when absent, at most ${limit('listRows')}.`,
      example: 50,
    }),
  offset: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .openapi({ description: 'Rows to leave out at the start.', example: 0 }),
})

/** `?running=true`: a flag in a query string. */
export const flag = z.enum(['true', 'false']).transform((text) => text === 'true')

export function jsonBody<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { 'application/json': { schema } } } as const
}

/** Long work: its outcome alone as JSON, or with progress and results before it, see `answerWork`. */
export function workBody<Schema extends z.ZodType>(schema: Schema, description: string) {
  return {
    description,
    content: {
      'application/json': { schema },
      'application/x-ndjson': {
        schema: z.string().openapi({
          description:
            'One JSON object a line: `{"progress":{"title","done","total","unit"}}` now and then, `{"result":…}` for each document of several, and at last `{"report":…}` or `{"error":…}`. The status is 200 whatever happens later: the last line tells.',
        }),
      },
      'text/event-stream': {
        schema: z.string().openapi({
          description: 'The same as events named `progress`, `result`, `report` and `error`.',
        }),
      },
    },
  } as const
}
