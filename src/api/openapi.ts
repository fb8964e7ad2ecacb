import { OpenAPIHono } from '@hono/zod-openapi'
import type { ApiContext, ApiEnv } from './context.ts'
import { routeGroups } from './groups.ts'

interface Operation {
  operationId?: string
}

/** The OpenAPI 3.1 document of every group, made from the schemas that the routes check with. */
export async function describeApi(context: ApiContext): Promise<unknown> {
  const all = new OpenAPIHono<ApiEnv>()
  for (const group of routeGroups) {
    const routes = await (group.describe?.() ?? group.load(context))
    all.route('/', routes as OpenAPIHono<ApiEnv>)
  }
  all.openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description: 'A token of `allclear token create`. Not needed on loopback.',
  })
  const document = all.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Allclear',
      version: context.config.version,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      description:
        'Where do we run it? Times are epoch milliseconds, UTC; sizes are bytes. Numbers that know their coverage are `{ value, atLeast }`. Every error has one shape and names the next step.',
    },
    security: [{}, { token: [] }],
    tags: [
      { name: 'answers', description: 'What runs where, and how sure that is.' },
      { name: 'images', description: 'What is in an image, and why it is judged so.' },
      { name: 'advisories', description: 'Records of feeds, and provisional ones typed by hand.' },
      { name: 'imports', description: 'Bring in advisories, SBOMs, manifests and facts.' },
      { name: 'documents', description: 'Read and match SBOMs without keeping them.' },
      { name: 'batches', description: 'Version orders and package URLs, many at once.' },
      { name: 'reach', description: 'Who may connect to whom.' },
      { name: 'privileges', description: 'What identities and workloads may do and can become.' },
      { name: 'scoring', description: 'CVSS scores, SSVC and BOD 26-04 decisions.' },
      { name: 'base', description: 'Health, limits, tokens.' },
    ],
  })
  for (const [path, operations] of Object.entries(document.paths ?? {}))
    for (const [method, operation] of Object.entries(operations as Record<string, Operation>))
      operation.operationId = operationIdOf(method, path)
  return document
}

/** `get /api/v1/images/{id}/sbom` → `getImagesIdSbom`: what generated clients call their methods. */
function operationIdOf(method: string, path: string): string {
  const words = path.replace(/^\/api\/v1\//, '').match(/[a-z]+/gi) ?? []
  return method + words.map((word) => word[0].toUpperCase() + word.slice(1)).join('')
}
