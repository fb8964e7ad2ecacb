import { describeApi } from '../src/api/openapi.ts'
import type { ApiContext } from '../src/api/context.ts'
import { fixedClock } from '../src/base/clock.ts'
import type { CommandSpec } from '../src/cli/spec.ts'
import { commandTree as tree } from '../src/cli/tree.ts'

/** As much of JSON Schema 2020-12 as the document of the API uses. */
interface Schema {
  $ref?: string
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  description?: string
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  prefixItems?: Schema[]
  additionalProperties?: boolean | Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
}

interface Operation {
  operationId: string
  summary: string
  description?: string
  responses: Record<string, { content?: Record<string, { schema?: Schema }> }>
}

interface ApiDocument {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

/** The API's own description; nothing of a data directory is needed for it. */
export async function readApiDocument(): Promise<ApiDocument> {
  const without = () => Promise.reject(new Error('a description asks no data'))
  const context: ApiContext = {
    knowledge: without,
    auth: { mode: 'local', people: without },
    config: { version: '0', example: false, heartbeatMs: 5_000, clock: fixedClock(0) },
  }
  return (await describeApi(context)) as ApiDocument
}

/** What each command gives with `-o json`, and each schema with its fields. */
export function jsonPage(head: string, { components: { schemas } }: ApiDocument): string {
  const linked = (text: string) =>
    text.replace(/\b[A-Z]\w+/g, (name) => (name in schemas ? `[${name}](#${name.toLowerCase()})` : name))
  const commands: string[] = []
  const walk = (specs: readonly CommandSpec[], path: string): void => {
    for (const spec of specs) {
      const name = `${path} ${spec.name}`
      if (spec.outputs?.includes('json')) {
        if (spec.json === undefined)
          throw new Error(`${name} has -o json, but the tree does not say what it gives`)
        commands.push(`| \`${name}\` | ${linked(spec.json).replaceAll('|', '\\|')} |`)
      }
      walk(spec.children ?? [], name)
    }
  }
  walk(tree, 'allclear')
  const sections = Object.keys(schemas)
    .toSorted()
    .map((name) => `## ${name}\n\n${fieldTable(schemas[name], linked)}`)
  return `# JSON

${head}

\`-o json\` and \`-o yaml\` give what the API gives; \`/api/v1/openapi.json\` has the same as JSON Schema. Fields may be added; none is
renamed or removed without a new version of the API. Times end in \`Ms\` and are epoch milliseconds, UTC; sizes end in \`Bytes\`.

| command | gives |
| --- | --- |
${commands.join('\n')}

${sections.join('\n\n')}
`
}

/** Every operation of the API. */
export function apiPage(head: string, { paths }: ApiDocument): string {
  const rows = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { operationId, summary, responses }]) => {
      const [status, answer] = Object.entries(responses).find(([code]) => code.startsWith('2')) ?? ['', {}]
      const schema = Object.values(answer.content ?? {})[0]?.schema
      const type =
        schema === undefined ? '' : typeInWords(schema, (text) => `[${text}](json.md#${text.toLowerCase()})`)
      return `| \`${method.toUpperCase()} ${path}\` | ${summary} | ${status} ${type.replaceAll('|', '\\|')} | \`${operationId}\` |`
    }),
  )
  return `# HTTP API

${head}

The API is described by OpenAPI 3.1 at \`/api/v1/openapi.json\` of every server. The command line and the console are its clients.

- **Sign-in**: none on loopback until there is an account; elsewhere \`Authorization: Bearer ac_…\`, see [people and tokens](../how-to/sign-in.md).
- **Errors** have one shape, see [errors](errors.md). \`x-request-id\` names the request in the log.
- **Lists** take \`q\`, \`sort\`, \`limit\` and \`offset\`, and answer \`{ total, rows }\`.
- **Long work** (imports, scans, sync) answers with its report. With \`Accept: application/x-ndjson\` lines of progress and results come
  first and \`{"report":…}\` or \`{"error":…}\` last; with \`Accept: text/event-stream\` the same as events. A stream has status 200 whatever
  happens later.
- **Changes** come as server-sent events from \`/api/v1/events\`: \`change\` with its \`seq\` as id (\`Last-Event-ID\` resumes after it),
  \`heartbeat\` every five seconds, \`resync\` when too much was missed.

| operation | does | answers | operationId |
| --- | --- | --- | --- |
${rows.join('\n')}
`
}

function fieldTable(schema: Schema, linked: (text: string) => string): string {
  const rows = fieldsOf(schema, '')
  if (rows.length === 0)
    return `${typeInWords(schema, linked)}${schema.description ? `. ${schema.description}` : ''}`
  const lines = rows.map(
    ({ path, type, meaning }) => `| \`${path}\` | ${linked(type).replaceAll('|', '\\|')} | ${meaning} |`,
  )
  return `| field | type | meaning |\n| --- | --- | --- |\n${lines.join('\n')}`
}

interface FieldRow {
  path: string
  type: string
  meaning: string
}

/** Fields of an object, those of nested objects after it; `rows[].name` is of each element. */
function fieldsOf(schema: Schema, prefix: string): FieldRow[] {
  if (schema.$ref !== undefined) return []
  if (schema.items !== undefined) return fieldsOf(schema.items, `${prefix}[]`)
  const parts = schema.allOf ?? schema.anyOf ?? schema.oneOf
  if (parts !== undefined) return parts.flatMap((part) => fieldsOf(part, prefix))
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`
    const optional = schema.required?.includes(name) ? '' : ', may be absent'
    return [
      {
        path,
        type: typeInWords(field, (text) => text) + optional,
        meaning: (field.description ?? '').replaceAll('|', '\\|').replaceAll('\n', ' '),
      },
      ...fieldsOf(field, path),
    ]
  })
}

function typeInWords(schema: Schema, linked: (name: string) => string): string {
  if (schema.$ref !== undefined) return linked(schema.$ref.split('/').at(-1)!)
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(' | ')
  const parts = schema.anyOf ?? schema.oneOf ?? schema.allOf
  if (parts !== undefined) return parts.map((part) => typeInWords(part, linked)).join(' | ')
  if (schema.items !== undefined) return `array of ${typeInWords(schema.items, linked)}`
  if (Array.isArray(schema.type)) return schema.type.join(' | ')
  if (typeof schema.additionalProperties === 'object')
    return `object of ${typeInWords(schema.additionalProperties, linked)}`
  return schema.type ?? 'any'
}
