import { AllclearError } from '../base/errors.ts'
import type { Knowledge } from '../know/knowledge.ts'
import { answersOfFacts, decideAll, formatAnswers, parseAnswers } from '../know/scoring/index.ts'
import type { Decision, PointKey } from '../know/scoring/index.ts'
import type { RefusedLine } from './score-lines.ts'

export interface DecidedLine {
  /** The vulnerability, when the line is an id. */
  vulnerability: string | null
  /** The answers as a vector: `E:A/EXP:O/A:Y/HI:VH`. */
  answers: string
  /** Why the feeds' answers are what they are. */
  reasons: readonly string[]
  decisions: readonly Decision[]
}

/**
 * One result for each line: answers to decision points, or the id of a vulnerability whose answers come from KEV and
 * Vulnrichment. `workload` names one whose place answers for every line; `facts` holds answers that go before both.
 */
export async function ssvcLines(
  lines: readonly string[],
  { facts, workload }: { facts?: string; workload?: string },
  knowledge: () => Promise<Knowledge>,
): Promise<(DecidedLine | RefusedLine)[]> {
  const place = workload === undefined ? null : await (await knowledge()).placeOf(workload)
  const stated = new Map([
    ...(place?.answers ?? []),
    ...(facts === undefined ? new Map<PointKey, number>() : statedFacts(facts)),
  ])
  const results: (DecidedLine | RefusedLine)[] = []
  for (const line of lines) {
    const id = /^\s*(CVE-\d{4}-\d{4,})\s*$/i.exec(line)?.[1].toUpperCase()
    if (id === undefined) {
      const parsed = parseAnswers(line)
      results.push(
        parsed.ok ? decided(null, parsed.value, place?.reasons ?? [], stated) : { error: parsed.reason },
      )
    } else {
      const { answers, reasons } = answersOfFacts(await (await knowledge()).exploitation(id))
      results.push(decided(id, answers, [...reasons, ...(place?.reasons ?? [])], stated))
    }
  }
  return results
}

function decided(
  vulnerability: string | null,
  known: Map<PointKey, number>,
  reasons: readonly string[],
  stated: ReadonlyMap<PointKey, number>,
): DecidedLine {
  const answers = new Map([...known, ...stated])
  return { vulnerability, answers: formatAnswers(answers), reasons, decisions: decideAll(answers) }
}

function statedFacts(facts: string): Map<PointKey, number> {
  const parsed = parseAnswers(facts)
  if (parsed.ok) return parsed.value
  throw new AllclearError('usage', {
    message: `The facts ${JSON.stringify(facts.slice(0, 200))} cannot be read: ${parsed.reason}.`,
    next: 'Write them as `--facts EXP:O/HI:H`, or `system exposure=open`.',
  })
}
