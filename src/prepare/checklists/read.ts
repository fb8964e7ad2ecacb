import { AllclearError } from '../../base/errors.ts'
import { limit } from '../../base/limits.ts'
import { readYaml, type YamlText } from '../../base/yaml.ts'
import { documentSchema } from '../../core/checklist/document.ts'
import { fromDocument } from '../../core/checklist/from-document.ts'
import type { ChecklistProblem } from '../../core/checklist/problem.ts'
import type { Checklist } from '../../core/checklist/types.ts'

export type ChecklistReading =
  | { ok: true; checklist: Checklist; placeOf: YamlText['placeOf'] }
  | { ok: false; problems: ChecklistProblem[] }

/**
 * A checklist from its YAML text. Everything that keeps it from being one is named with its place: somebody else's YAML
 * is corrected in one go, not by one error after another. Throws nothing that the text could cause.
 */
export function readChecklist(text: string, source: string): ChecklistReading {
  let yaml: YamlText
  try {
    yaml = readYaml(text, source, limit('checklistBytes'))
  } catch (error) {
    if (!(error instanceof AllclearError)) throw error
    const [line, column] = (/^line (\d+), column (\d+)$/.exec(error.where ?? '') ?? []).slice(1).map(Number)
    return refused([problemOf('syntax', error.message, [], line === undefined ? null : { line, column })])
  }
  const tooMany = itemCount(yaml.value)
  if (tooMany > limit('checklistItems'))
    return refused([
      problemOf(
        'too-many-items',
        `It has ${tooMany} items; a checklist has at most ${limit('checklistItems')}.`,
        ['items'],
        yaml.placeOf(['items']),
      ),
    ])
  const parsed = documentSchema.safeParse(yaml.value)
  if (parsed.success) return { ok: true, checklist: fromDocument(parsed.data), placeOf: yaml.placeOf }
  const items = itemIds(yaml.value)
  return refused(
    parsed.error.issues.slice(0, problemsMax).flatMap((issue) => {
      const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)))
      const item = path[0] === 'items' && typeof path[1] === 'number' ? (items[path[1]] ?? null) : null
      if (issue.code === 'unrecognized_keys')
        return issue.keys.map((key) => {
          const place = [...path, key]
          return {
            ...problemOf(
              'unknown-field',
              `Nobody reads the field “${key.slice(0, 60)}”.`,
              place,
              yaml.placeOf(place),
            ),
            item,
          }
        })
      const name = path.at(-1) ?? 'the document'
      return [{ ...problemOf('field', `${String(name)}: ${issue.message}.`, path, yaml.placeOf(path)), item }]
    }),
  )
}

/** More than this many at once help nobody. */
const problemsMax = 100

function refused(problems: ChecklistProblem[]): ChecklistReading {
  return { ok: false, problems }
}

function problemOf(
  rule: string,
  message: string,
  path: (string | number)[],
  place: { line: number; column: number } | null,
): ChecklistProblem {
  return {
    severity: 'error',
    rule,
    item: null,
    message,
    path,
    line: place?.line ?? null,
    column: place?.column ?? null,
  }
}

function itemsOf(value: unknown): unknown[] {
  const items = typeof value === 'object' && value !== null ? (value as { items?: unknown }).items : null
  return Array.isArray(items) ? items : []
}

function itemCount(value: unknown): number {
  return itemsOf(value).length
}

function itemIds(value: unknown): (string | null)[] {
  return itemsOf(value).map((item) => {
    const id = typeof item === 'object' && item !== null ? (item as { id?: unknown }).id : null
    return typeof id === 'string' ? id.slice(0, 60) : null
  })
}
