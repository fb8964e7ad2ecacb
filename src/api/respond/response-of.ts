import type { ApiContext } from '../context.ts'
import type { Response } from '../../respond/index.ts'

/** The respond wing; a context without it describes routes and answers none of these. */
export function responseOf(context: ApiContext): Promise<Response> {
  if (context.response === undefined) throw new Error('this context has no incidents')
  return context.response()
}
