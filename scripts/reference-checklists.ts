import { cacaoRules } from '../src/core/checklist/cacao/lint.ts'
import { documentSchema } from '../src/core/checklist/document.ts'
import { generalDefaults } from '../src/core/checklist/from-document.ts'
import { durationText } from '../src/core/checklist/duration-text.ts'
import { lintRules } from '../src/core/checklist/lint/index.ts'
import { checklistRoles } from '../src/core/checklist/roles.ts'
import { z } from 'zod'

/** What JSON Schema says of a field, as far as the page shows it. */
interface Shape {
  type?: string
  description?: string
  const?: unknown
  enum?: unknown[]
  pattern?: string
  format?: string
  maxLength?: number
  minimum?: number
  maximum?: number
  maxItems?: number
  properties?: Record<string, Shape>
  required?: string[]
  items?: Shape
  additionalProperties?: Shape | boolean
  anyOf?: Shape[]
  oneOf?: Shape[]
}

type Table = (titles: readonly string[], rows: readonly (readonly string[])[]) => string

/** The reference page of the checklist format, from the schema and the rules that the program applies. */
export function checklistFormatPage(head: string, table: Table): string {
  const schema = z.toJSONSchema(documentSchema) as Shape
  const defaults = [
    ['freshness', durationText(generalDefaults.freshnessMs)],
    ['minCoverage', String(generalDefaults.minCoverage)],
    ['claim', generalDefaults.claim],
    ['minGrade', generalDefaults.minGrade],
  ]
  return `# Checklist format

${head}

A checklist is one YAML document of at most 256 KiB, without anchors, aliases, tags and keys given twice. A field that is not here is an error.
Durations are whole numbers with \`s\`, \`m\`, \`h\` or \`d\`; days are written \`2026-11-01\`.

## Fields

${table(['field', 'needed', 'value', 'meaning'], rowsOf(schema, ''))}

## Defaults

What holds where neither the item nor the list says it.

${table(['field', 'value'], defaults)}

## Roles

${table(
  ['role', 'short', 'title'],
  Object.entries(checklistRoles).map(([role, { short, title }]) => [`\`${role}\``, short, title]),
)}

## Lint

An error keeps a version from being stored; a warning does not.

${table(
  ['rule', 'severity', 'asks for'],
  Object.entries(lintRules).map(([rule, { severity, asks }]) => [`\`${rule}\``, severity, asks]),
)}

## Playbooks

What is asked of a CACAO 2.0 playbook before it is read as a checklist. Numbers are sections of the specification.

${table(
  ['rule', 'severity', 'asks for'],
  Object.entries(cacaoRules).map(([rule, { severity, asks }]) => [`\`${rule}\``, severity, asks]),
)}
`
}

function rowsOf(shape: Shape, prefix: string): string[][] {
  return Object.entries(shape.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`
    const needed = shape.required?.includes(name) === true ? 'yes' : ''
    const inner = innerOf(field)
    return [
      [`\`${path}\``, needed, valueOf(field), field.description ?? ''],
      ...inner.flatMap((one) => rowsOf(one, `${path}${field.type === 'array' ? '[]' : ''}.`)),
    ]
  })
}

/** Objects within a field: itself, the members of a list, each of several forms. */
function innerOf(field: Shape): Shape[] {
  if (field.properties !== undefined) return [field]
  if (field.items !== undefined) return innerOf(field.items)
  return (field.oneOf ?? field.anyOf ?? []).filter(({ properties }) => properties !== undefined)
}

function valueOf(field: Shape): string {
  const { type, format, pattern, minimum, maximum, maxLength, maxItems, items } = field
  if (field.const !== undefined) return `\`${String(field.const)}\``
  if (field.enum !== undefined) return field.enum.map((value) => `\`${String(value)}\``).join(', ')
  const forms = field.oneOf ?? field.anyOf
  if (forms !== undefined) return [...new Set(forms.map(valueOf))].join(' or ')
  if (type === 'array')
    return `list of ${items === undefined ? 'values' : valueOf(items)}${maxItems === undefined ? '' : `, at most ${maxItems}`}`
  if (type === 'object') return field.properties === undefined ? 'map' : 'object'
  if (type === 'number' || type === 'integer')
    return minimum === 0 && maximum === 1 ? 'share, 0 to 1' : type === 'integer' ? 'whole number' : 'number'
  if (format === 'date') return 'day'
  if (pattern?.includes('(?:s|m|h|d)') === true) return 'duration'
  if (type === 'string') return maxLength === undefined ? 'text' : `text, at most ${maxLength} characters`
  return type ?? 'value'
}
