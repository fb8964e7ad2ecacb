import { OpenAPIHono } from '@hono/zod-openapi'
import type { ApiEnv } from './context.ts'
import { answerError, refuseInvalid } from './errors.ts'

/** An empty group of routes under `/api/v1` with the error handling that all groups share. */
export function openGroup(): OpenAPIHono<ApiEnv> {
  const group = new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      refuseInvalid(result)
    },
  })
  group.onError((error, c) => answerError(error, c))
  return group
}
