import { failed, ok } from '../../core/result.ts'
import type { Result } from '../../core/result.ts'
import { decisionPoints, pointByKey } from './ssvc-points.ts'
import type { DecisionPoint, PointKey } from './ssvc-points.ts'
import { decisionTables, derivedPoints } from './ssvc-tables.ts'
import type { DecisionTable } from './ssvc-tables.ts'

/** Answers to decision points: the index of each point's value. What is not known is absent. */
export type Answers = ReadonlyMap<PointKey, number>

export interface Decision {
  table: string
  version: string
  /** `null` while answers are missing that could change it. */
  outcome: string | null
  /** What it can still be, from the least to the most urgent; one when it is decided. */
  between: readonly string[]
  /** Points without an answer, by name; only those that could change the outcome. */
  missing: readonly string[]
  /** Days until the fix is due, by BOD 26-04; `null` for the other tables, and where it has no date. */
  dueDays: number | null
}

/** The decisions of every table. An answer that is missing leaves open what depends on it, and only that. */
export function decideAll(answers: Answers): Decision[] {
  const known = withDerived(answers)
  return decisionTables.map((table) => decide(table, known))
}

function decide(table: DecisionTable, answers: Answers): Decision {
  const possible = outcomesOf(table, answers)
  const between = [...possible].toSorted((a, b) => a - b).map((outcome) => table.outcomes[outcome])
  const missing = possible.size === 1 ? [] : table.points.filter((key) => !answers.has(key))
  const outcome = between.length === 1 ? between[0] : null
  return {
    table: table.id,
    version: table.version,
    outcome,
    between,
    missing: missing.map((key) => pointByKey(key).name),
    dueDays: outcome === null ? null : (dueDays.get(outcome) ?? null),
  }
}

const dueDays = new Map([
  ['60 days', 60],
  ['14 days', 14],
  ['3 days', 3],
  ['3 days & forensic investigation', 3],
])

/** Outcomes of all combinations that the answers leave possible. */
function outcomesOf(table: Pick<DecisionTable, 'points' | 'rows'>, answers: Answers): Set<number> {
  const cells = table.rows.replaceAll(' ', '')
  let indexes = [0]
  for (const key of table.points) {
    const { values } = pointByKey(key)
    const answer = answers.get(key)
    const options = answer === undefined ? values.map((_, index) => index) : [answer]
    indexes = indexes.flatMap((index) => options.map((option) => index * values.length + option))
  }
  return new Set(indexes.map((index) => Number(cells[index])))
}

function withDerived(answers: Answers): Answers {
  const known = new Map(answers)
  for (const derived of derivedPoints) {
    if (known.has(derived.id)) continue
    const possible = outcomesOf(derived, known)
    if (possible.size === 1) known.set(derived.id, [...possible][0])
  }
  return known
}

/**
 * Answers as people and tools write them: `E:A/EXP:O/A:Y/HI:VH`, also with names (`exploitation=active,
 * system exposure=open`), with the prefix `SSVCv2/`, and as a line of JSON. Letters' case does not matter; `-` and `_` are
 * blanks in names. Of CISA's vectors `T` is technical impact and `M` mission and well-being impact; the decision and the
 * time at their end are left aside, since the tables decide.
 */
export function parseAnswers(text: string): Result<Map<PointKey, number>> {
  const answers = new Map<PointKey, number>()
  const pairs = pairsOf(text.trim())
  if (!pairs.ok) return pairs
  for (const [name, value] of pairs.value) {
    const decision = pointsByName.get(plain(name))
    if (decision === undefined) return failed(`there is no decision point ${quote(name)}`)
    const key = decision.key as PointKey
    const index = decision.values.findIndex(
      (known) => plain(known.key) === plain(value) || plain(known.name) === plain(value),
    )
    if (index < 0) {
      const known = decision.values.map((one) => `${one.key} (${one.name})`).join(', ')
      return failed(`${decision.name} has no value ${quote(value)}; it is one of ${known}`)
    }
    if (answers.has(key)) return failed(`${decision.name} is answered twice`)
    answers.set(key, index)
  }
  return answers.size === 0 ? failed('there is no answer to a decision point in it') : ok(answers)
}

function pairsOf(text: string): Result<[string, string][]> {
  if (text.startsWith('{')) {
    let json: unknown
    try {
      json = JSON.parse(text)
    } catch {
      return failed('the line is not valid JSON')
    }
    const pairs: [string, string][] = []
    for (const [name, value] of Object.entries(json as Record<string, unknown>)) {
      if (value === null) continue
      if (typeof value === 'boolean') pairs.push([name, value ? 'yes' : 'no'])
      else if (typeof value === 'string') pairs.push([name, value])
      else return failed(`${quote(name)} is neither text nor yes or no`)
    }
    return ok(pairs)
  }
  const cisa = /^ssvcv[12]\//i.test(text)
  const pairs: [string, string][] = []
  for (const part of text.replace(/^ssvcv[12]\//i, '').split(/[/,;]/)) {
    if (part.trim() === '') continue
    if (cisa && (/^D:/i.test(part) || /^\d{4}-\d\d-\d\dT/.test(part))) continue
    const pair = /^([^:=]+)[:=](.*)$/s.exec(part)
    if (pair === null) return failed(`${quote(part)} is no answer; write it as E:A or exploitation=active`)
    pairs.push([pair[1], pair[2]])
  }
  return ok(pairs)
}

const pointsByName = new Map<string, DecisionPoint>([
  ...decisionPoints.flatMap((decision): [string, DecisionPoint][] => [
    [plain(decision.key), decision],
    [plain(decision.name), decision],
  ]),
  ['t', pointByKey('TI')],
  ['m', pointByKey('MWI')],
  ['exposure', pointByKey('EXP')],
])

function plain(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/[-_\s]+/g, ' ')
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}

/** The answers as a vector, in the order of the decision points. */
export function formatAnswers(answers: Answers): string {
  return decisionPoints
    .filter(({ key }) => answers.has(key as PointKey))
    .map(({ key, values }) => `${key}:${values[answers.get(key as PointKey)!].key}`)
    .join('/')
}

/** What feeds know of a vulnerability, as far as SSVC asks. */
export interface ExploitationFacts {
  /** In CISA's catalogue of known exploited vulnerabilities; `null` while no catalogue was imported. */
  kev: boolean | null
  /** CISA's own answers (Vulnrichment). */
  ssvc: { exploitation: string; automatable: string; technicalImpact: string } | null
}

/** Answers that follow from the feeds, each with the reason. What is not known stays open. */
export function answersOfFacts({ kev, ssvc }: ExploitationFacts): {
  answers: Map<PointKey, number>
  reasons: string[]
} {
  const answers = new Map<PointKey, number>()
  const reasons: string[] = []
  const take = (key: PointKey, word: string): void => {
    const index = pointByKey(key).values.findIndex(({ name }) => name === plain(word))
    if (index < 0) return
    answers.set(key, index)
    reasons.push(`${pointByKey(key).name} is ${plain(word)}: CISA's Vulnrichment says so`)
  }
  if (ssvc !== null) {
    take('E', ssvc.exploitation === 'poc' ? 'public poc' : ssvc.exploitation)
    take('A', ssvc.automatable)
    take('TI', ssvc.technicalImpact)
  }
  if (kev !== null) {
    answers.set('KEV', kev ? 1 : 0)
    reasons.push(
      kev
        ? 'in KEV: CISA lists it as exploited'
        : 'not in KEV: the catalogue that was imported does not list it',
    )
  }
  if (kev === true && answers.get('E') !== 2) {
    // KEV lists what has reliable evidence of exploitation, which is SSVC's "active".
    answers.set('E', 2)
    reasons.push('exploitation is active: it is in KEV')
  }
  return { answers, reasons }
}

/** The outcomes of a table by its id, from the least to the most urgent. */
export function outcomesOfTable(id: string): readonly string[] {
  return decisionTables.find((table) => table.id === id)!.outcomes
}

/** The index of a point's value by its key: `EXP`, `O`. */
export function pointIndex(point: PointKey, value: string): number {
  return pointByKey(point).values.findIndex(({ key }) => key === value)
}
