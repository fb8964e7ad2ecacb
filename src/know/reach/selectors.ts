import { fieldsAt, listAt, Refused, textAt } from './refusal.ts'
import { limit } from '../../base/limits.ts'

export type Labels = ReadonlyMap<string, string>

interface Requirement {
  key: string
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
  values: ReadonlySet<string>
}

/** A label selector (apimachinery, `LabelSelector`): all requirements hold. Without requirements it selects everything. */
export interface Selector {
  requirements: readonly Requirement[]
  /** Equal selectors have equal keys. */
  key: string
}

export const everything: Selector = { requirements: [], key: '' }

const nameForm =
  /^(?:[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/
const valueForm = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/

/** Reads a selector with the API server's checks; absent and empty select everything. */
export function parseSelector(value: unknown, path: string): Selector {
  const fields = fieldsAt(value, path)
  if (fields === undefined) return everything
  const requirements: Requirement[] = []
  const labels = fieldsAt(fields.matchLabels, `${path}.matchLabels`) ?? {}
  for (const [key, label] of Object.entries(labels)) {
    checkKey(key, `${path}.matchLabels`)
    requirements.push({
      key,
      operator: 'In',
      values: new Set([checkedValue(label, `${path}.matchLabels.${key}`)]),
    })
  }
  for (const [at, entry] of listAt(fields.matchExpressions, `${path}.matchExpressions`).entries())
    requirements.push(parseExpression(entry, `${path}.matchExpressions[${at}]`))
  const values = requirements.reduce((sum, requirement) => sum + requirement.values.size + 1, 0)
  if (values > limit('selectorValues'))
    throw new Refused(path, `has ${values} keys and values; the limit is ${limit('selectorValues')}`)
  const key = requirements
    .map(({ key: name, operator, values: own }) => `${name} ${operator} ${[...own].toSorted().join()}`)
    .toSorted()
    .join(';')
  return { requirements, key }
}

function parseExpression(value: unknown, path: string): Requirement {
  const fields = fieldsAt(value, path) ?? {}
  const key = textAt(fields.key, `${path}.key`)
  checkKey(key, `${path}.key`)
  const { operator } = fields
  const values = listAt(fields.values, `${path}.values`).map((one, at) =>
    checkedValue(one, `${path}.values[${at}]`),
  )
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) throw new Refused(`${path}.values`, `${operator} needs at least one value`)
      break
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) throw new Refused(`${path}.values`, `${operator} takes no values`)
      break
    default:
      throw new Refused(
        `${path}.operator`,
        `${JSON.stringify(operator)?.slice(0, 60)} is none of In, NotIn, Exists, DoesNotExist`,
      )
  }
  return { key, operator, values: new Set(values) }
}

function checkKey(key: string, path: string): void {
  if (!nameForm.test(key) || key.length > 317)
    throw new Refused(path, `${JSON.stringify(key.slice(0, 80))} is no label key`)
}

function checkedValue(value: unknown, path: string): string {
  if (typeof value !== 'string' || !valueForm.test(value))
    throw new Refused(path, `${JSON.stringify(value)?.slice(0, 80)} is no label value`)
  return value
}

export function selects({ requirements }: Selector, labels: Labels): boolean {
  return requirements.every(({ key, operator, values }) => {
    const value = labels.get(key)
    switch (operator) {
      case 'In':
        return value !== undefined && values.has(value)
      case 'NotIn':
        // A label that is not there is not in the list either.
        return value === undefined || !values.has(value)
      case 'Exists':
        return value !== undefined
      default:
        return value === undefined
    }
  })
}

/** A label that everything selected must have, to look candidates up by; `null` when there is no such label. */
export function requiredLabel({
  requirements,
}: Selector): { key: string; values: ReadonlySet<string> } | null {
  const required = requirements.filter(({ operator }) => operator === 'In')
  return required.toSorted((a, b) => a.values.size - b.values.size)[0] ?? null
}

/** Labels of an object; what is no text is left out, as no selector can name it. */
export function labelsOf(value: unknown): Labels {
  const labels = new Map<string, string>()
  if (typeof value === 'object' && value !== null)
    for (const [key, label] of Object.entries(value)) if (typeof label === 'string') labels.set(key, label)
  return labels
}
