import { limit } from '../../base/limits.ts'
import { failed, ok } from '../../core/result.ts'
import type { Result } from '../../core/result.ts'
import { vectorForms } from './metrics.ts'
import type { VectorForm } from './metrics.ts'
import type { CvssVector, CvssVersion, VectorProblem } from './types.ts'

const slash = 0x2f
const colon = 0x3a

/**
 * A CVSS vector of version 2.0, 3.0, 3.1 or 4.0, exactly as its specification writes it: the version's prefix, known metrics
 * with known values in their case, none twice, every base metric, and in 2.0 and 4.0 the fixed order. In 2.0 a temporal or
 * environmental metric that is left out counts as ND, as in FIRST's JSON schema.
 */
export function parseVector(text: string): Result<CvssVector, VectorProblem> {
  if (text.length > limit('cvssVectorCharacters')) {
    return problem(
      `the text has ${text.length} characters; no vector has more than ${limit('cvssVectorCharacters')}`,
      0,
    )
  }
  const form = formOf(text)
  if (typeof form === 'string') return problem(form, 0)
  return readMetrics(text, form)
}

/** The form that the text begins like, or why there is none. */
function formOf(text: string): VectorForm | string {
  if (text.startsWith('CVSS:')) {
    const version = text.slice(5, 8)
    if (text[8] === '/' && (version === '3.1' || version === '4.0' || version === '3.0'))
      return vectorForms[version]
    return version === '2.0'
      ? 'a vector of version 2.0 has no prefix'
      : 'the prefix is not CVSS:3.0/, CVSS:3.1/ or CVSS:4.0/'
  }
  if (/^cvss:/i.test(text)) return 'the prefix is not written in capital letters'
  if (text.startsWith('(')) return 'a vector is written without parentheses'
  return text === '' ? 'the text is empty' : vectorForms['2.0']
}

/** Names and values packed into numbers, seven bits a character: looking up a number costs less than cutting text. */
interface PackedForm {
  nameAt: ReadonlyMap<number, number>
  valuesAt: readonly ReadonlyMap<number, number>[]
}

const packedForms = new Map<VectorForm, PackedForm>(
  Object.values(vectorForms).map((form) => [
    form,
    {
      nameAt: new Map(form.metrics.map(({ name }, index) => [pack(name), index])),
      valuesAt: form.metrics.map(({ values }) => new Map(values.map((value, index) => [pack(value), index]))),
    },
  ]),
)

function pack(text: string): number {
  let packed = 0
  for (let at = 0; at < text.length; at++) packed = packed * 128 + text.charCodeAt(at)
  return packed
}

function readMetrics(text: string, form: VectorForm): Result<CvssVector, VectorProblem> {
  const { nameAt, valuesAt } = packedForms.get(form)!
  const values = new Int8Array(form.metrics.length).fill(-1)
  const length = text.length
  let at = form.prefix.length
  let last = -1
  for (;;) {
    const start = at
    let name = 0
    let code = 0
    while (at < length && (code = text.charCodeAt(at)) !== colon && code !== slash) {
      // Above seven bits nothing is a name; a number that no name packs to says so.
      name = code < 128 && at - start < 4 ? name * 128 + code : -1
      at++
    }
    const metric = nameAt.get(name)
    if (metric === undefined || code !== colon || at === length)
      return problem(whyNoMetric(text.slice(start, endOf(text, start)), form), start)
    at++
    const valueStart = at
    let value = 0
    while (at < length && (code = text.charCodeAt(at)) !== slash) {
      value = code < 128 && at - valueStart < 6 ? value * 128 + code : -1
      at++
    }
    const index = valuesAt[metric].get(value)
    if (index === undefined) return problem(whyNoValue(text.slice(valueStart, at), form, metric), valueStart)
    if (values[metric] >= 0) return problem(`${form.metrics[metric].name} is written twice`, start)
    if (form.ordered && metric < last) {
      return problem(
        `${form.metrics[metric].name} stands after ${form.metrics[last].name}; version ${form.version} fixes the order`,
        start,
      )
    }
    values[metric] = index
    last = metric
    if (at === length) break
    at++
  }
  const { metrics } = form
  for (let metric = 0; metric < metrics.length && metrics[metric].undefinedValue === null; metric++) {
    if (values[metric] < 0) return problem(`the base metric ${metrics[metric].name} is missing`, text.length)
  }
  return ok({ version: form.version, values })
}

function endOf(text: string, start: number): number {
  const end = text.indexOf('/', start)
  return end < 0 ? text.length : end
}

function whyNoMetric(part: string, form: VectorForm): string {
  if (part === '') return 'a metric is expected here'
  const end = part.indexOf(':')
  if (end < 0) return `${quote(part)} is not a metric with a value`
  const name = part.slice(0, end)
  const similar = form.metrics.find((metric) => metric.name.toLowerCase() === name.toLowerCase())
  return similar
    ? `the metric is written ${similar.name}, not ${quote(name)}`
    : `version ${form.version} has no metric ${quote(name)}`
}

function whyNoValue(value: string, form: VectorForm, metric: number): string {
  const { name, values } = form.metrics[metric]
  return `${name} has no value ${quote(value)}; it is one of ${values.join(', ')}`
}

function quote(text: string): string {
  return JSON.stringify(text.length > 20 ? `${text.slice(0, 20)}…` : text)
}

function problem(reason: string, at: number): { ok: false; reason: VectorProblem } {
  return failed({ reason, position: at + 1 })
}

/** The vector with its metrics in the specification's order. */
export function formatVector({ version, values }: CvssVector): string {
  const { prefix, metrics } = vectorForms[version]
  const parts: string[] = []
  metrics.forEach(({ name, values: known }, index) => {
    if (values[index] >= 0) parts.push(`${name}:${known[values[index]]}`)
  })
  return prefix + parts.join('/')
}

/**
 * Metrics to lay over vectors, as `E:P/CR:H/MAV:L` in any order. Base metrics are the vulnerability's own and cannot be
 * laid over; say Modified Base Metrics instead.
 */
export function parseOverlay(text: string, version: CvssVersion): Result<Int8Array, VectorProblem> {
  const form = vectorForms[version]
  const overlay = new Int8Array(form.metrics.length).fill(-1)
  let at = 0
  for (const part of text.split('/')) {
    const end = part.indexOf(':')
    const metric = end < 0 ? undefined : form.indexOf.get(part.slice(0, end))
    if (metric === undefined) return problem(whyNoMetric(part, form), at)
    const value = form.metrics[metric].values.indexOf(part.slice(end + 1))
    if (value < 0) return problem(whyNoValue(part.slice(end + 1), form, metric), at + end + 1)
    if (form.metrics[metric].undefinedValue === null)
      return problem(`${form.metrics[metric].name} is a base metric, which the environment cannot change`, at)
    if (overlay[metric] >= 0) return problem(`${form.metrics[metric].name} is written twice`, at)
    overlay[metric] = value
    at += part.length + 1
  }
  return ok(overlay)
}

/** The vector with the overlay's metrics in place of its own. */
export function overlaid({ version, values }: CvssVector, overlay: Int8Array): CvssVector {
  return { version, values: values.map((value, index) => (overlay[index] >= 0 ? overlay[index] : value)) }
}
