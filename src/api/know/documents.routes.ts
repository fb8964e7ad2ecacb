import { Hono } from 'hono'
import type { Context } from 'hono'
import { AllclearError } from '../../base/errors.ts'
import type { ApiContext, ApiEnv } from '../context.ts'
import { documentWorks, judgeDocuments, type DocumentWork } from '../documents.ts'
import { answerError } from '../errors.ts'
import { receiveInputs } from '../uploads.ts'
import { answerWork } from '../work.ts'

/**
 * Reading and matching documents. A build waits for this in a process of its own, so the schemas that describe these
 * routes (documents.openapi.ts) do not load with them: they are more code than everything that a scan needs.
 */
export function documentRoutes(context: ApiContext): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>()
  routes.onError((error, c) => answerError(error, c))
  for (const [path, work] of Object.entries(documentWorks))
    routes.post(`/api/v1${path}`, async (c) => answerDocuments(c, context, work))
  return routes
}

/** One document is answered with its result and its error's status, many with a stream of results. */
async function answerDocuments(
  c: Context<ApiEnv>,
  context: ApiContext,
  { title, open }: DocumentWork,
): Promise<Response> {
  const judge = await open(context)
  const upload = await receiveInputs(c.req.raw, c.env.local, sourceOf(c), 'sbom')
  if (/x-ndjson|event-stream/.test(c.req.header('accept') ?? '')) {
    return answerWork(c, context.config, async (sink) => {
      try {
        const report = await judgeDocuments(upload.inputs, title, judge, sink)
        return { ...report, skipped: upload.skipped }
      } finally {
        await upload.dispose()
      }
    })
  }
  try {
    let result: object | undefined
    let documents = 0
    for await (const input of upload.inputs) {
      if (++documents > 1) {
        throw new AllclearError('usage', {
          message: 'The upload holds several documents.',
          next: 'Ask for `Accept: application/x-ndjson` to get a line for each.',
        })
      }
      result = await judge(input, { isAlone: true })
    }
    if (result === undefined) {
      throw new AllclearError('sbom.not-understood', {
        message: 'The upload holds no document.',
        next: 'Send an SBOM as the body of the request.',
      })
    }
    return c.json(result, 200)
  } finally {
    await upload.dispose()
  }
}

const sourceCharactersMax = 1024

function sourceOf(c: Context<ApiEnv>): string {
  const source = c.req.query('source') ?? 'upload'
  if (source.length <= sourceCharactersMax) return source
  throw new AllclearError('usage', {
    message: `The name of the file has more than ${sourceCharactersMax} characters.`,
    next: 'Shorten it; it is only shown in messages.',
    where: 'query: source',
  })
}
