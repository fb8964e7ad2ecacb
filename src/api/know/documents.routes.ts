import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { AllclearError } from '../../base/errors.ts'
import type { Input } from '../../know/knowledge.ts'
import type { ApiContext, ApiEnv } from '../context.ts'
import { judgeDocuments } from '../documents.ts'
import { openGroup } from '../group.ts'
import { errorResponse, workBody } from '../schemas/base.ts'
import { sbomDocument } from '../schemas/documents.ts'
import { scanReport } from '../schemas/know.ts'
import { receiveInputs } from '../uploads.ts'
import { answerWork } from '../work.ts'

const tags = ['documents']
const request = {
  query: z.object({
    source: z.string().max(1024).optional().openapi({ description: 'Name of the file, shown in messages.' }),
  }),
  body: { content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } } },
}
const many =
  'With `Accept: application/x-ndjson` the body may be an archive or a tar stream of many: one line `{"result":…}` for each document in their order, a refused one as `{"source":…,"error":…}`, and at last `{"report":{"documents":…,"refused":…,"skipped":[…]}}`.'

const scan = createRoute({
  method: 'post',
  path: '/api/v1/scan',
  tags,
  summary: 'Read and match SBOMs without keeping anything',
  description: many,
  request,
  responses: { 200: workBody(scanReport, 'The report of one document.'), default: errorResponse },
})

const read = createRoute({
  method: 'post',
  path: '/api/v1/sbom/read',
  tags,
  summary: 'What is understood of an SBOM, what is left out, and why',
  description: many,
  request,
  responses: {
    200: workBody(sbomDocument, 'The document in one shape for every format.'),
    default: errorResponse,
  },
})

export function documentRoutes(context: ApiContext) {
  const routes = openGroup()
  routes.openapi(scan, async (c) => {
    const knowledge = await context.knowledge()
    return (await answerDocuments(c, context, 'Scan', (input) => knowledge.scan(input))) as never
  })
  routes.openapi(read, async (c) => {
    const { readSbom } = await import('../../know/sbom/index.ts')
    return (await answerDocuments(c, context, 'Read', async (input) => ({
      source: input.source,
      ...readSbom(await input.read(), { source: input.source }),
    }))) as never
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
  const upload = await receiveInputs(c.req.raw, c.env.local, c.req.query('source') ?? 'upload', 'sbom')
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
