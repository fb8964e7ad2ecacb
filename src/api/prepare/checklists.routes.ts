import { createHash } from 'node:crypto'
import { createRoute, z } from '@hono/zod-openapi'
import { limit } from '../../base/limits.ts'
import { printStyle } from '../../core/checklist/pages/print.ts'
import { checklistForms, readPlaybook } from '../../prepare/checklists/index.ts'
import { AllclearError } from '../../base/errors.ts'
import { checkRole } from '../access.ts'
import type { ApiContext, Principal } from '../context.ts'
import { openGroup } from '../group.ts'
import { actorOf } from '../respond/actor.ts'
import { errorResponse, jsonBody } from '../schemas/base.ts'
import {
  checklistAnswer,
  checklistDiff,
  checklistDraft,
  checklistImport,
  checklistList,
  versionRow,
} from '../schemas/checklists.ts'

const tags = ['checklists']
const jsonRequest = <Schema>(schema: Schema) =>
  ({ body: { content: { 'application/json': { schema } }, required: true } }) as const
const id = z.string().min(1).max(60).openapi({ example: 'triage' })
const version = z.string().min(1).max(30).openapi({ example: '1.0.0' })
const text = z.string().max(limit('checklistBytes')).openapi({ description: 'The checklist as YAML.' })
const reason = z.string().trim().min(1).max(1000)
/** Who says it, where nobody signs in. */
const spoken = z.object({
  as: z
    .string()
    .max(200)
    .optional()
    .openapi({ description: 'Who says it, where nobody signs in.', example: '@anna' }),
})

const list = createRoute({
  method: 'get',
  path: '/api/v1/checklists',
  tags,
  summary: 'The checklists in force',
  responses: {
    200: jsonBody(checklistList, 'Each list in the version that is in force.'),
    default: errorResponse,
  },
})

const show = createRoute({
  method: 'get',
  path: '/api/v1/checklists/{id}',
  tags,
  summary: 'One checklist: its items, what the lint says, its versions',
  request: { params: z.object({ id }), query: z.object({ version: version.optional() }) },
  responses: {
    200: jsonBody(checklistAnswer, 'The version asked for, else the one in force.'),
    default: errorResponse,
  },
})

const write = createRoute({
  method: 'get',
  path: '/api/v1/checklists/{id}/text',
  tags,
  summary: 'A checklist for elsewhere: YAML, CACAO 2.0, Markdown, or one page for print',
  request: {
    params: z.object({ id }),
    query: z.object({ version: version.optional(), form: z.enum(checklistForms).default('yaml') }),
  },
  responses: {
    200: {
      description: 'The text.',
      content: {
        'application/yaml': { schema: z.string() },
        'application/json': { schema: z.looseObject({}) },
        'text/markdown': { schema: z.string() },
        'text/html': { schema: z.string() },
      },
    },
    default: errorResponse,
  },
})

const diff = createRoute({
  method: 'get',
  path: '/api/v1/checklists/{id}/diff',
  tags,
  summary: 'What changed between two versions, by item and by meaning',
  request: { params: z.object({ id }), query: z.object({ from: version, to: version.optional() }) },
  responses: {
    200: jsonBody(checklistDiff, 'The changes, and the step that they ask for.'),
    default: errorResponse,
  },
})

const add = createRoute({
  method: 'post',
  path: '/api/v1/checklists/{id}/versions',
  tags,
  summary: 'Store a new version; what loosens something waits for a second person',
  request: {
    params: z.object({ id }),
    query: spoken,
    ...jsonRequest(
      z
        .object({
          text,
          reason,
          base: version.optional().openapi({ description: 'The version that the change began with.' }),
          source: z.enum(['edited', 'imported']).default('edited'),
        })
        .openapi('ChecklistVersionRequest'),
    ),
  },
  responses: { 201: jsonBody(versionRow, 'The version as it is stored.'), default: errorResponse },
})

const decide = createRoute({
  method: 'post',
  path: '/api/v1/checklists/{id}/versions/{version}/decision',
  tags,
  summary: 'Accept or refuse a version that loosens something; its author cannot accept it',
  request: {
    params: z.object({ id, version }),
    query: spoken,
    ...jsonRequest(z.object({ accept: z.boolean(), reason }).openapi('ChecklistDecision')),
  },
  responses: { 200: jsonBody(versionRow, 'The version with the decision.'), default: errorResponse },
})

const draft = createRoute({
  method: 'post',
  path: '/api/v1/checklist-drafts',
  tags,
  summary: 'What a text would be as the next version: lint, changes, step. Nothing is kept',
  request: jsonRequest(z.object({ text }).openapi('ChecklistText')),
  responses: {
    200: jsonBody(checklistDraft, 'A text that is no checklist is an answer too.'),
    default: errorResponse,
  },
})

const importPlaybook = createRoute({
  method: 'post',
  path: '/api/v1/checklist-drafts/cacao',
  tags,
  summary: 'A CACAO 2.0 playbook as a checklist. Nothing is kept, and nothing in it is run',
  request: jsonRequest(z.object({ playbook: z.unknown() }).openapi('CacaoPlaybook')),
  responses: {
    200: jsonBody(checklistImport, 'The text, or what is wrong with the playbook.'),
    default: errorResponse,
  },
})

/** The page for print carries its one style within; nothing else is let in. */
const printPolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(printStyle).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

export function checklistRoutes(context: ApiContext) {
  const routes = openGroup()
  const library = () => {
    if (context.checklists === undefined) throw new Error('this API was opened without checklists')
    return context.checklists()
  }
  routes.openapi(list, async (c) => c.json(await (await library()).list(), 200))
  routes.openapi(show, async (c) =>
    c.json(await (await library()).show(c.req.valid('param').id, c.req.valid('query').version), 200),
  )
  routes.openapi(write, async (c) => {
    const { version: of, form } = c.req.valid('query')
    const {
      mediaType,
      fileName,
      text: written,
    } = await (await library()).export(form, c.req.valid('param').id, of)
    c.header('content-type', `${mediaType}; charset=utf-8`)
    if (form === 'html') c.header('content-security-policy', printPolicy)
    else c.header('content-disposition', `attachment; filename="${fileName}"`)
    // The framework types one media type for a route; this one has four.
    return c.body(written) as never
  })
  routes.openapi(diff, async (c) => {
    const { from, to } = c.req.valid('query')
    return c.json(await (await library()).diff(c.req.valid('param').id, from, to), 200)
  })
  routes.openapi(add, async (c) => {
    const { id: of } = c.req.valid('param')
    const { base, ...version } = c.req.valid('json')
    c.env.audited = { action: 'checklist.version', subject: of }
    const author = actorOf(c.env.principal, c.req.valid('query').as)
    const added = await (
      await library()
    ).add(of, { ...version, author, ...(base === undefined ? {} : { base }) })
    return c.json(added, 201)
  })
  routes.openapi(decide, async (c) => {
    checkSecondPerson(c.env.principal)
    const { id: of, version: number } = c.req.valid('param')
    const { accept, reason: why } = c.req.valid('json')
    c.env.audited = { action: accept ? 'checklist.accept' : 'checklist.refuse', subject: `${of} ${number}` }
    const by = actorOf(c.env.principal, c.req.valid('query').as)
    return c.json(await (await library()).decide(of, number, { accept, by, reason: why }), 200)
  })
  routes.openapi(draft, async (c) => c.json(await (await library()).draft(c.req.valid('json').text), 200))
  routes.openapi(importPlaybook, (c) => c.json(readPlaybook(c.req.valid('json').playbook), 200))
  return routes
}

/** What weakens a list is accepted by a person who commands; a token that acts for nobody is none. */
function checkSecondPerson(principal: Principal): void {
  checkRole(principal, 'commander')
  if (principal.via === 'token' && principal.account === undefined)
    throw new AllclearError('auth.refused', {
      message: `The token ${principal.name} acts for nobody; a second person has to decide.`,
      next: 'Sign in with `allclear login`.',
    })
}
