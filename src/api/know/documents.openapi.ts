import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import type { ApiEnv } from '../context.ts'
import { openGroup } from '../group.ts'
import { errorResponse, workBody } from '../schemas/base.ts'
import { sbomDocument } from '../schemas/documents.ts'
import { scanReport } from '../schemas/know.ts'

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

/** What the OpenAPI document says of the routes in documents.routes.ts. */
export function describeDocuments(): OpenAPIHono<ApiEnv> {
  const group = openGroup()
  for (const route of [scan, read]) group.openAPIRegistry.registerPath(route)
  return group
}
