import { Hono } from 'hono'
import type { Context } from 'hono'
import { AllclearError } from '../../base/errors.ts'
import type { Input } from '../../know/knowledge.ts'
import type { ApiContext, ApiEnv } from '../context.ts'
import { judgeDocuments } from '../documents.ts'
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
  routes.post('/api/v1/scan', async (c) => {
    const knowledge = await context.knowledge()
    return answerDocuments(c, context, 'Scan', (input) => knowledge.scan(input))
  })
  routes.post('/api/v1/sbom/read', async (c) => {
    const { readSbom } = await import('../../know/sbom/index.ts')
    return answerDocuments(c, context, 'Read', async (input) => ({
      source: input.source,
      ...readSbom(await input.read(), { source: input.source }),
    }))
  })
  return routes
}

/** One document is answered with its result and its error's status, many with a stream of results. */
async function answerDocuments<T>(
  c: Context<ApiEnv>,
  context: ApiContext,
  title: string,
  judge: (input: Input) => Promise<T>,
): Promise<Response> {
  const upload = await receiveInputs(c.req.raw, c.env.local, sourceOf(c), 'sbom')
  const streams =
    /x-ndjson|event-stream/.test(c.req.header('accept') ?? '') || c.env.local?.onResult !== undefined
  if (streams) {
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
    let result: T | undefined
    let documents = 0
    for await (const input of upload.inputs) {
      if (++documents > 1) {
        throw new AllclearError('usage', {
          message: 'The upload holds several documents.',
          next: 'Ask for `Accept: application/x-ndjson` to get a line for each.',
        })
      }
      result = await judge(input)
    }
    if (result === undefined) {
      throw new AllclearError('sbom.not-understood', {
        message: 'The upload holds no document.',
        next: 'Send an SBOM as the body of the request.',
      })
    }
    return c.json(result as object, 200)
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
