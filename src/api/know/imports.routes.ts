import { createRoute, z } from '@hono/zod-openapi'
import { AllclearError } from '../../base/errors.ts'
import type { ImportReport } from '../../know/answers.ts'
import type { ImportOptions, Input, Knowledge } from '../../know/knowledge.ts'
import type { ApiContext } from '../context.ts'
import { namesInWords } from '../document-names.ts'
import { refuseExample } from '../example/read-only.ts'
import { openGroup } from '../group.ts'
import { errorResponse, workBody } from '../schemas/base.ts'
import { importReport, syncReport } from '../schemas/know.ts'
import { receiveInputs } from '../uploads.ts'
import { answerWork } from '../work.ts'

const tags = ['imports']
const kinds = ['advisories', 'sbom', 'manifests', 'kev', 'epss', 'ssvc', 'vex'] as const

const importRoute = createRoute({
  method: 'post',
  path: '/api/v1/import/{kind}',
  tags,
  summary: 'Import a file, an archive, or many files as a tar stream',
  description:
    'The body is the file as it is: a document, or an archive (zip, tar, tar.gz, tar.zst, gz, zst) of many. What it is, is told by its content. With `Accept: application/x-ndjson` or `text/event-stream` progress comes first and the report last.',
  request: {
    params: z.object({ kind: z.enum(kinds) }),
    query: z.object({
      source: z
        .string()
        .max(1024)
        .optional()
        .openapi({ description: 'Name of the file, shown in messages.' }),
      cluster: z.string().max(253).optional().openapi({ description: 'manifests: the cluster they are of.' }),
      feed: z.string().max(200).optional().openapi({ description: 'advisories: the feed they count as.' }),
      image: z
        .string()
        .max(1024)
        .optional()
        .openapi({ description: 'sbom: the image they describe, when they do not say.' }),
    }),
    body: { content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } } },
  },
  responses: {
    200: workBody(importReport, 'What was stored, and what was refused and why.'),
    default: errorResponse,
  },
})

const sync = createRoute({
  method: 'post',
  path: '/api/v1/sync',
  tags,
  summary: 'Fetch advisories of the public OSV export',
  request: {
    body: {
      content: {
        'application/json': {
          schema: z
            .object({
              baseUrl: z
                .url({ protocol: /^https?$/ })
                .optional()
                .openapi({ description: 'Another place of the same layout.' }),
              ecosystems: z.array(z.string().max(100)).max(200).optional(),
              all: z
                .boolean()
                .optional()
                .openapi({ description: 'Every ecosystem of the export, not only those of the fleet.' }),
              plan: z
                .boolean()
                .optional()
                .openapi({ description: 'Only say what would be fetched and how large it is.' }),
            })
            .openapi('SyncRequest'),
        },
      },
      required: true,
    },
  },
  responses: { 200: workBody(syncReport, 'What was fetched, feed by feed.'), default: errorResponse },
})

export function importRoutes(context: ApiContext) {
  const routes = openGroup()

  routes.openapi(importRoute, async (c) => {
    refuseExample(context)
    const { kind } = c.req.valid('param')
    const { source, cluster, feed, image } = c.req.valid('query')
    if (kind === 'manifests' && !cluster) {
      throw new AllclearError('usage', {
        message: 'Manifests do not say which cluster they are of.',
        next: 'Name it: `--cluster NAME`, or `?cluster=NAME`.',
        where: 'query: cluster',
      })
    }
    const upload = await receiveInputs(c.req.raw, c.env.local, source ?? 'upload', kind)
    const response = await answerWork(c, context.config, async ({ signal, progress }) => {
      try {
        const knowledge = await context.knowledge()
        const report = await importInto(knowledge, kind, upload.inputs, {
          signal,
          onProgress: progress,
          cluster,
          feed,
          image,
        })
        if (upload.skipped.length === 0) return report
        return {
          ...report,
          notes: [...report.notes, `Not read, by their names: ${namesInWords(upload.skipped)}.`],
        }
      } finally {
        await upload.dispose()
      }
    })
    return response as never
  })

  routes.openapi(sync, async (c) => {
    const request = c.req.valid('json')
    if (!request.plan) refuseExample(context)
    const response = await answerWork(c, context.config, async ({ signal, progress }) => {
      const knowledge = await context.knowledge()
      return knowledge.sync({ baseUrl: context.config.osvUrl, ...request, signal, onProgress: progress })
    })
    return response as never
  })
  return routes
}

function importInto(
  knowledge: Knowledge,
  kind: (typeof kinds)[number],
  inputs: AsyncIterable<Input>,
  { cluster, feed, image, ...options }: ImportOptions & { cluster?: string; feed?: string; image?: string },
): Promise<ImportReport> {
  switch (kind) {
    case 'advisories':
      return knowledge.importAdvisories(inputs, { ...options, feed })
    case 'sbom':
      return knowledge.importSboms(inputs, { ...options, image })
    case 'manifests':
      return knowledge.importManifests(inputs, { ...options, cluster: cluster! })
    default:
      return knowledge.importFacts(kind, inputs, options)
  }
}
