import { createRoute, z } from '@hono/zod-openapi'
import { AllclearError } from '../../base/errors.ts'
import { parsePlatform } from '../../base/oci/index.ts'
import type { ApiContext, Local } from '../context.ts'
import { refuseExample } from '../example/read-only.ts'
import { openGroup } from '../group.ts'
import { receiveImage } from '../image-upload.ts'
import { errorResponse, flag, jsonBody, listQuery } from '../schemas/base.ts'
import {
  imageAdded,
  imageContents,
  imageDiff,
  imageLayers,
  pullRequest,
  runningRead,
  runningRequest,
  unreadRows,
} from '../schemas/images.ts'
import { explainAnswer, findingPage, imageAnswer, imagePage, packagePage, severity } from '../schemas/know.ts'
import { answerWork } from '../work.ts'

const tags = ['images']
const imageId = z.string().openapi({
  description: 'Digest, `name:…` or reference, URL-encoded.',
  example: 'sha256:7173b809ca12ec5dee4506cd86be934c4596dd234ee82c0662eac04a8c2c71dc',
})

const list = createRoute({
  method: 'get',
  path: '/api/v1/images',
  tags,
  summary: 'Images, those that run first',
  request: {
    query: listQuery.extend({ running: flag.optional().openapi({ description: 'Only what runs now.' }) }),
  },
  responses: { 200: jsonBody(imagePage, 'A window of the list.'), default: errorResponse },
})

const show = createRoute({
  method: 'get',
  path: '/api/v1/images/{id}',
  tags,
  summary: 'What is in an image, what is wrong with it, where it runs',
  request: { params: z.object({ id: imageId }), query: listQuery },
  responses: { 200: jsonBody(imageAnswer, 'The image.'), default: errorResponse },
})

const findings = createRoute({
  method: 'get',
  path: '/api/v1/images/{id}/findings',
  tags,
  summary: 'A window of the findings of an image',
  description: 'Worst first, or by `severity`, `vulnerability`, `package`, `fix` or `exploited`.',
  request: {
    params: z.object({ id: imageId }),
    query: listQuery.extend({ severity: severity.optional() }),
  },
  responses: { 200: jsonBody(findingPage, 'A window of the list.'), default: errorResponse },
})

const packages = createRoute({
  method: 'get',
  path: '/api/v1/images/{id}/packages',
  tags,
  summary: 'A window of the packages of an image, by name',
  request: { params: z.object({ id: imageId }), query: listQuery },
  responses: { 200: jsonBody(packagePage, 'A window of the list.'), default: errorResponse },
})

const explain = createRoute({
  method: 'get',
  path: '/api/v1/images/{id}/explain/{vulnerability}',
  tags,
  summary: 'Why this verdict, or why not',
  request: {
    params: z.object({ id: imageId, vulnerability: z.string().openapi({ example: 'CVE-2021-44228' }) }),
  },
  responses: { 200: jsonBody(explainAnswer, 'Every step that was taken.'), default: errorResponse },
})

const sbom = createRoute({
  method: 'get',
  path: '/api/v1/images/{id}/sbom',
  tags,
  summary: 'The contents of an image as an SBOM',
  request: {
    params: z.object({ id: imageId }),
    query: z.object({ format: z.enum(['cyclonedx-1.6', 'spdx-2.3']).default('cyclonedx-1.6') }),
  },
  responses: {
    200: {
      description: 'The document.',
      content: {
        'application/vnd.cyclonedx+json': { schema: z.string() },
        'application/spdx+json': { schema: z.string() },
      },
    },
    default: errorResponse,
  },
})

const contents = createRoute({
  method: 'get',
  path: '/api/v1/images/{id}/packages-of-layers',
  tags,
  summary: 'What was read of an image from its layers: layers, packages with their evidence',
  request: { params: z.object({ id: imageId }) },
  responses: { 200: jsonBody(imageContents, 'The contents.'), default: errorResponse },
})

const layers = createRoute({
  method: 'get',
  path: '/api/v1/images/{id}/layers',
  tags,
  summary: 'How an image is put together, and which known images it is built on',
  request: { params: z.object({ id: imageId }) },
  responses: { 200: jsonBody(imageLayers, 'The layers, the lowest first.'), default: errorResponse },
})

const diff = createRoute({
  method: 'get',
  path: '/api/v1/images/{id}/diff/{other}',
  tags,
  summary: 'What differs between two images whose layers were read',
  request: { params: z.object({ id: imageId, other: imageId }) },
  responses: { 200: jsonBody(imageDiff, 'From the first to the second.'), default: errorResponse },
})

const add = createRoute({
  method: 'post',
  path: '/api/v1/images',
  tags,
  summary: 'Read an image archive from its layers and keep what it contains',
  description: 'The body is an image archive, as for `/api/v1/catalogue`.',
  request: {
    query: z.object({
      source: z.string().max(1024).optional(),
      platform: z.string().max(100).optional().openapi({ example: 'linux/arm64' }),
      reference: z
        .string()
        .max(1024)
        .optional()
        .openapi({ description: 'What the image is called, when the archive does not say.' }),
    }),
    body: { content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } } },
  },
  responses: { 200: jsonBody(imageAdded, 'What was read and stored.'), default: errorResponse },
})

const pull = createRoute({
  method: 'post',
  path: '/api/v1/images/pull',
  tags,
  summary: 'Read an image from its registry and keep what it contains',
  request: { body: { content: { 'application/json': { schema: pullRequest } }, required: true } },
  responses: { 200: jsonBody(imageAdded, 'What was read and stored.'), default: errorResponse },
})

const running = createRoute({
  method: 'post',
  path: '/api/v1/images/running',
  tags,
  summary: 'Read the running images that nobody read, the most used first',
  request: { body: { content: { 'application/json': { schema: runningRequest } }, required: true } },
  responses: {
    200: jsonBody(runningRead, 'What was read, and what was not and why.'),
    default: errorResponse,
  },
})

const unread = createRoute({
  method: 'get',
  path: '/api/v1/images-unread',
  tags,
  summary: 'Running images that could not be read, and why',
  responses: { 200: jsonBody(unreadRows, 'The last attempt of each.'), default: errorResponse },
})

const catalogue = createRoute({
  method: 'post',
  path: '/api/v1/catalogue',
  tags,
  summary: 'Read an image from its layers without keeping anything',
  description:
    'The body is an archive as `docker save`, `podman save`, `skopeo copy … oci-archive:` or `ctr images export` writes it, packed or not. With `Accept: application/x-ndjson` progress comes first and the report last.',
  request: {
    query: z.object({
      source: z
        .string()
        .max(1024)
        .optional()
        .openapi({ description: 'Name of the file, shown in messages.' }),
      platform: z
        .string()
        .max(100)
        .optional()
        .openapi({ description: 'Which image of several.', example: 'linux/arm64' }),
    }),
    body: { content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } } },
  },
  responses: {
    200: jsonBody(imageContents, 'Layers, and packages with their evidence.'),
    default: errorResponse,
  },
})

const mediaTypes = {
  'cyclonedx-1.6': 'application/vnd.cyclonedx+json; version=1.6',
  'spdx-2.3': 'application/spdx+json',
}

export function imageRoutes(context: ApiContext) {
  const routes = openGroup()
  routes.openapi(list, async (c) =>
    c.json(await (await context.knowledge()).images(c.req.valid('query')), 200),
  )
  routes.openapi(show, async (c) => {
    const knowledge = await context.knowledge()
    return c.json(await knowledge.image(c.req.valid('param').id, c.req.valid('query')), 200)
  })
  routes.openapi(findings, async (c) => {
    const knowledge = await context.knowledge()
    return c.json(await knowledge.imageFindings(c.req.valid('param').id, c.req.valid('query')), 200)
  })
  routes.openapi(packages, async (c) => {
    const knowledge = await context.knowledge()
    return c.json(await knowledge.imagePackages(c.req.valid('param').id, c.req.valid('query')), 200)
  })
  routes.openapi(explain, async (c) => {
    const { id, vulnerability } = c.req.valid('param')
    return c.json(await (await context.knowledge()).explain(id, vulnerability), 200)
  })
  routes.openapi(sbom, async (c) => {
    const { format } = c.req.valid('query')
    const bytes = await (await context.knowledge()).writeSbom(c.req.valid('param').id, format)
    // The media types end in +json, so that the route's type asks for an object; these are bytes as written.
    return new Response(bytes as Uint8Array<ArrayBuffer>, {
      headers: { 'content-type': mediaTypes[format] },
    }) as never
  })
  routes.openapi(contents, async (c) =>
    c.json(await (await context.knowledge()).imageContents(c.req.valid('param').id), 200),
  )
  routes.openapi(layers, async (c) =>
    c.json(await (await context.knowledge()).imageLayers(c.req.valid('param').id), 200),
  )
  routes.openapi(diff, async (c) => {
    const { id, other } = c.req.valid('param')
    return c.json(await (await context.knowledge()).diffImages(id, other), 200)
  })
  routes.openapi(add, async (c) => {
    refuseExample(context)
    const { source, platform, reference } = c.req.valid('query')
    const wanted = platformOf(platform)
    const response = await answerWork(c, context.config, async ({ signal, progress }) => {
      const received = await receiveImage(c.req.raw, c.env.local)
      try {
        const knowledge = await context.knowledge()
        return await knowledge.addImage(received.path, {
          source: sourceOf(source, c.env.local),
          platform: wanted,
          reference,
          signal,
          onProgress: progress,
        })
      } finally {
        await received.dispose()
      }
    })
    return response as never
  })
  routes.openapi(pull, async (c) => {
    refuseExample(context)
    const { image, platform, reference } = c.req.valid('json')
    const wanted = platformOf(platform)
    const response = await answerWork(c, context.config, async ({ signal, progress }) => {
      const knowledge = await context.knowledge()
      return knowledge.addImage(
        { scheme: 'registry', path: image },
        { source: image, platform: wanted, reference, signal, onProgress: progress },
      )
    })
    return response as never
  })
  routes.openapi(running, async (c) => {
    refuseExample(context)
    const { limit } = c.req.valid('json')
    const response = await answerWork(c, context.config, async ({ signal, progress }) => {
      const knowledge = await context.knowledge()
      return knowledge.addRunningImages({ limit, signal, onProgress: progress })
    })
    return response as never
  })
  routes.openapi(unread, async (c) => c.json({ rows: await (await context.knowledge()).unreadImages() }, 200))
  routes.openapi(catalogue, async (c) => {
    const { source, platform } = c.req.valid('query')
    const wanted = platformOf(platform)
    const response = await answerWork(c, context.config, async ({ signal, progress }) => {
      const { readImageAt } = await import('../../know/catalog/index.ts')
      const received = await receiveImage(c.req.raw, c.env.local)
      try {
        return await readImageAt(received.path, {
          source: sourceOf(source, c.env.local),
          platform: wanted,
          signal,
          onLayer: (done, total) => progress({ title: 'Reading layers', done, total, unit: 'layers' }),
        })
      } finally {
        await received.dispose()
      }
    })
    return response as never
  })
  return routes
}

function sourceOf(source: string | undefined, local: Local | undefined): string {
  return source ?? local?.image?.path ?? 'upload'
}

function platformOf(text: string | undefined) {
  if (text === undefined) return undefined
  const platform = parsePlatform(text)
  if (platform !== null) return platform
  throw new AllclearError('usage', {
    message: `"${text}" is no platform.`,
    next: 'Write it like linux/arm64 or linux/arm/v7.',
    where: 'query: platform',
  })
}
