import { asOf, type InputName, type ProbeRegistry, type ProbeResult } from '../../core/probe/index.ts'
import type { Clock } from '../clock.ts'
import { AllclearError } from '../errors.ts'
import { limit } from '../limits.ts'
import type { Store } from '../store/index.ts'
import {
  answerAt,
  answersOf,
  forgetAnswers,
  keepAnswers,
  type AnswerToKeep,
  type KeptAnswer,
} from './answers.store.ts'
import { keyOf, type Question } from './question.ts'
import { runProbe } from './run-probe.ts'

export interface RunnerOptions {
  registry: ProbeRegistry
  store: Store
  clock: Clock
  /** Keep answers; false where the store is only read. */
  keeps: boolean
}

interface Known {
  question: Question
  inputs: ReadonlySet<InputName>
  /** Whether it is asked again with each change of the fleet. */
  follows: boolean
  result: ProbeResult | null
  /** When this same answer was given first. */
  firstAtMs: number
  keptAtMs: number
  /** What had changed when the newest answer was begun. */
  changes: number
  /** Increases when an input changes. */
  wanted: number
  running: Promise<ProbeResult> | null
  /** Somebody asked who may be known. */
  kept: boolean
}

/** The same answer is written again this often, so that its interval is known to last. */
const keepEveryMs = 60_000

/**
 * Asks probes, each question once however many want to know: who asks while it is being asked waits for that answer. An
 * answer stands until one of the probe's inputs changes or it is too old. Answers are kept as intervals, so that what was
 * known at any time can be shown later.
 */
export class ProbeRunner {
  readonly #options: RunnerOptions
  readonly #known = new Map<string, Known>()
  #unkept: AnswerToKeep[] = []
  #running = 0
  readonly #waiting: (() => void)[] = []

  constructor(options: RunnerOptions) {
    this.#options = options
  }

  /** The answer as it is now. `again` asks even when nothing changed. */
  async ask(question: Question, { again = false }: { again?: boolean } = {}): Promise<ProbeResult> {
    const { clock } = this.#options
    const known = this.#knownOf(question)
    if (known === null) return this.#notConnected(question)
    const { result } = known
    if (!again && result !== null && known.changes === known.wanted) {
      if (asOf(result, clock.nowMs()).verdict !== 'stale') return result
    }
    if (again) known.wanted++
    return this.#run(known)
  }

  /** Answers to many, the same question asked once. One that cannot be asked is unknown, and the others are answered. */
  async askAll(questions: readonly Question[]): Promise<ProbeResult[]> {
    const answers = await Promise.all(
      questions.map((question) =>
        this.ask(question).catch((error: unknown) => {
          if (!(error instanceof AllclearError)) throw error
          return this.#unknown(question, error.message)
        }),
      ),
    )
    await this.flush()
    return answers
  }

  /** Something that probes look at has changed. `incident`: only that one. */
  changed(input: InputName, incident?: string): void {
    for (const known of this.#known.values()) {
      if (!known.inputs.has(input)) continue
      if (incident !== undefined && known.question.params.incident !== incident) continue
      // What is asked on demand follows what people do, and the fleet only as far as it becomes too old.
      if (!known.follows && input !== 'incident' && input !== 'clock') continue
      known.wanted++
    }
  }

  /** What was answered at a time, stale where it was too old then; null when nobody had asked yet. */
  async answerAt(question: Question, atMs: number): Promise<ProbeResult | null> {
    const kept = await answerAt(this.#options.store, keyOf(question), atMs)
    return kept === null ? null : asOf(kept.result, atMs)
  }

  /** The answers there were, newest first. */
  history(question: Question): Promise<KeptAnswer[]> {
    return answersOf(this.#options.store, keyOf(question), limit('probeHistoryRows'))
  }

  /** Writes what was answered since the last time. */
  async flush(): Promise<void> {
    const answers = this.#unkept
    if (!this.#options.keeps || answers.length === 0) return
    this.#unkept = []
    await keepAnswers(this.#options.store, answers)
  }

  /** Forgets answers that were given last before a time. */
  compact(beforeMs: number): Promise<void> {
    return forgetAnswers(this.#options.store, beforeMs)
  }

  async #run(known: Known): Promise<ProbeResult> {
    // What is being asked may have begun before the change; then it is asked once more.
    if (known.running !== null) {
      const begunWith = known.changes
      const result = await known.running
      if (known.wanted <= begunWith) return result
      return known.running ?? this.#run(known)
    }
    known.changes = known.wanted
    known.running = this.#bounded(known).finally(() => {
      known.running = null
    })
    return known.running
  }

  async #bounded(known: Known): Promise<ProbeResult> {
    const { registry, clock } = this.#options
    if (this.#running >= limit('probesAtOnce'))
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve)
      })
    this.#running++
    try {
      const found = registry.find(known.question.probe)
      if (found?.connected !== true) throw new Error(`${known.question.probe} lost its handler`)
      const result = await runProbe(found.probe, known.question, {
        clock,
        timeoutMs: limit('probeTimeoutMs'),
      })
      this.#take(known, result)
      return result
    } finally {
      this.#running--
      this.#waiting.shift()?.()
    }
  }

  #take(known: Known, result: ProbeResult): void {
    const before = known.result
    const same = before !== null && isSame(before, result)
    known.result = result
    // Answers that turn within one millisecond keep their order.
    if (!same) known.firstAtMs = Math.max(result.atMs, known.firstAtMs + 1)
    if (same && result.atMs - known.keptAtMs < keepEveryMs) return
    known.keptAtMs = result.atMs
    if (this.#options.keeps && known.kept)
      this.#unkept.push({ key: keyOf(known.question), result, firstAtMs: known.firstAtMs })
  }

  #knownOf(question: Question): Known | null {
    const key = keyOf(question)
    const known = this.#known.get(key)
    if (known !== undefined) {
      known.kept ||= question.secret !== true
      return known
    }
    const found = this.#options.registry.find(question.probe)
    if (found === undefined) throw noSuchProbe(question.probe)
    if (!found.connected) return null
    const made: Known = {
      question: { ...question, params: parametersOf(found.probe, question) },
      inputs: new Set(found.probe.inputs),
      follows: found.probe.cost === 'continuous',
      result: null,
      firstAtMs: 0,
      keptAtMs: 0,
      changes: 0,
      wanted: 0,
      running: null,
      kept: question.secret !== true,
    }
    // Whoever asks ever new questions pushes out the oldest ones.
    if (this.#known.size >= limit('probeQuestions'))
      for (const [other, { running }] of this.#known)
        if (running === null) {
          this.#known.delete(other)
          break
        }
    this.#known.set(key, made)
    return made
  }

  #notConnected(question: Question): ProbeResult {
    const found = this.#options.registry.find(question.probe)
    return this.#unknown(question, `Not connected: ${found?.connected === false ? found.needs : ''}.`)
  }

  #unknown({ probe, params, tolerance }: Question, reason: string): ProbeResult {
    const atMs = this.#options.clock.nowMs()
    return {
      probe,
      params,
      verdict: 'unknown',
      reason,
      atMs,
      freshUntilMs: atMs + tolerance.freshnessMs,
      evidence: null,
    }
  }
}

function parametersOf(
  { id, parameters }: { id: string; parameters: { safeParse(value: unknown): ParsedParameters } },
  { params }: Question,
): Question['params'] {
  const parsed = parameters.safeParse(params)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new AllclearError('usage', {
    message: `${id} cannot be asked so: ${issue.path.join('.') || 'parameters'}: ${issue.message}.`,
    next: `See \`allclear probe show ${id}\`.`,
  })
}

type ParsedParameters =
  | { success: true; data: Record<string, unknown> }
  | { success: false; error: { issues: { path: PropertyKey[]; message: string }[] } }

function noSuchProbe(id: string): AllclearError {
  return new AllclearError('not-found', {
    message: `There is no probe \`${id.slice(0, 100)}\`.`,
    next: '`allclear probe list` names them.',
  })
}

/** Whether an answer says what the one before it said. */
function isSame(a: ProbeResult, b: ProbeResult): boolean {
  return (
    a.verdict === b.verdict &&
    a.reason === b.reason &&
    a.evidence?.counterexamples.total === b.evidence?.counterexamples.total
  )
}
