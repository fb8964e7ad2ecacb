import { randomBytes, randomInt } from 'node:crypto'
import type { Clock as WallClock } from '../../base/clock.ts'
import { AllclearError } from '../../base/errors.ts'
import type { ProbeRunner, Question } from '../../base/probes/index.ts'
import type { Store } from '../../base/store/index.ts'
import type { KeyRing, Timelines } from '../../base/timeline/index.ts'
import type { Checklist } from '../../core/checklist/types.ts'
import { drawCodeWord } from '../../core/disclosure/index.ts'
import type { ProbeResult } from '../../core/probe/index.ts'
import { verifyTimeline, type TimelineEntry } from '../../core/timeline/index.ts'
import type { Knowledge } from '../../know/knowledge.ts'
import type {
  IncidentAnswer,
  IncidentExport,
  IncidentSummary,
  IncidentVerification,
  TimelineRow,
  VerdictAnswer,
} from './answers.ts'
import { openingEmbargo } from '../embargo/commands.ts'
import { isEmbargoed } from '../embargo/record.ts'
import { boardOf, currentStage } from './board.ts'
import { firstHypotheses, incidentCommands } from './commands/index.ts'
import { allClearOf, conditionProbes, conditionsOf } from './conditions.ts'
import { draft, itself, type IncidentDraft } from './entries.ts'
import { rowOf } from './entry-text.ts'
import { foldEntries } from './fold.ts'
import { codeWords, listIncidents, saveSummary, takeCodeWord, type IncidentRow } from './incidents.store.ts'
import { nextSteps } from './next-steps.ts'
import { noticed } from './noticed.ts'
import { questionName, questionOfCondition, questionOfItem, type Answers } from './questions.ts'
import { firstResponder } from './roles.ts'
import type { StageLists } from './lists.ts'
import { isLive, type IncidentState } from './state.ts'
import { toAnswer, type Situation } from './to-answer.ts'

export interface IncidentsOptions {
  store: Store
  clock: WallClock
  knowledge: Knowledge
  runner: ProbeRunner
  timelines: Timelines
  keys: KeyRing
  lists: StageLists
}

export interface OpenRequest {
  advisory: string
  title?: string
  source?: string
  /** Under embargo from the first entry on. */
  embargo?: { untilMs?: number; terms?: string }
}

/** Two writers of one incident: each new loser knows more than before, so a few rounds always end it. */
const appendRounds = 20

/**
 * Incidents. What people say and what the program notices is decided on the state, sealed into the timeline, and only
 * then true. Nothing else is kept: the state is the fold of the entries.
 */
export class Incidents {
  readonly #options: IncidentsOptions
  readonly #states = new Map<string, IncidentState>()
  /** A state is never changed: what it asks is made once. */
  readonly #questionsOf = new WeakMap<IncidentState, ReadonlyMap<string, Question>>()
  readonly #listeners = new Map<string, Set<(entries: readonly TimelineEntry[]) => void>>()

  constructor(options: IncidentsOptions) {
    this.#options = options
  }

  /** All of them, as the store has them; who may see which is decided in `embargo/gate.ts`. */
  list(): Promise<IncidentRow[]> {
    return listIncidents(this.#options.store)
  }

  /**
   * Opens an incident for a vulnerability. Throws `conflict` when one of `visible`, which are those that the actor may see,
   * is open for it already.
   */
  async open(
    { advisory, title, source, embargo }: OpenRequest,
    actor: string,
    visible: readonly IncidentSummary[],
  ): Promise<IncidentAnswer> {
    const fleet = await this.#options.knowledge.fleetState(advisory)
    const known = visible.find((row) => row.advisory === fleet.id && isLive(row))
    if (known !== undefined)
      throw new AllclearError('conflict', {
        message: `${known.id} is open for ${fleet.id} already.`,
        next: `See \`allclear incident show ${known.id}\`.`,
      })
    const id = `inc-${randomBytes(4).toString('hex')}`
    const lists = await this.#options.lists.begin()
    const drafts = [
      draft(actor, 'incident.opened', {
        advisory: fleet.id,
        title: title ?? (await this.#titleOf(fleet.id)),
        source: source ?? null,
        lists: lists.map((list) => ({ stage: list.stage!, id: list.id, version: list.version })),
      }),
      // Whoever opens has taken the lead until somebody else does.
      draft(actor, 'role.assigned', { role: firstResponder, person: actor, from: null }),
      ...firstHypotheses(itself, fleet.id),
      ...(embargo === undefined
        ? []
        : openingEmbargo(actor, embargo, {
            nowMs: this.#options.clock.nowMs(),
            codeWord: await this.#freshCodeWord(),
          })),
    ]
    await this.#append(id, null, drafts)
    await this.notice(id)
    return this.show(id, actor)
  }

  async show(id: string, reader: string): Promise<IncidentAnswer> {
    return toAnswer(await this.#situation(id), reader)
  }

  /** The state as its timeline tells it. Throws `not-found`. */
  async state(id: string): Promise<IncidentState> {
    const before = this.#states.get(id) ?? null
    const entries = await this.#options.timelines.read(id, before?.head.seq ?? 0)
    if (entries.length === 0) {
      if (before === null) throw noSuchIncident(id)
      return before
    }
    const state = foldEntries(before, entries)
    await this.#options.lists.load(Object.values(state.lists))
    this.#states.set(id, state)
    return state
  }

  /** Somebody says something. Decided anew when somebody else was first; sent twice it is said once. */
  async say(
    id: string,
    { do: word, ...input }: { do: string } & Record<string, unknown>,
    { actor, command }: { actor: string; command?: string },
  ): Promise<IncidentAnswer> {
    const found = incidentCommands.find((one) => one.do === word)
    if (found === undefined)
      throw new AllclearError('usage', {
        message: `Nothing is called \`${String(word).slice(0, 60)}\`.`,
        next: `There are ${incidentCommands.map((one) => one.do).join(', ')}.`,
      })
    for (let round = 0; ; round++) {
      const situation = await this.#situation(id)
      const { state } = situation
      if (!isLive(state) && found.whenOver !== true)
        throw new AllclearError('incident.over', {
          message: `${id} is ${state.status}.`,
          next: `Open it again with \`allclear incident reopen ${id} --because '…'\`.`,
        })
      const lists = this.#listsOf(state)
      const moment = { ...situation, actor, lists, freshCodeWord: await this.#freshCodeWord() }
      const drafts = found.decide(state, found.input.parse(input), moment)
      if (drafts.length === 0) break
      // A version that nobody put in force is refused before it stands in the timeline.
      for (const one of drafts) if (one.kind === 'list.adopted') await this.#options.lists.keep(one.data)
      const written = await this.#append(id, state, drafts, command)
      if (written) break
      if (round === appendRounds)
        throw new AllclearError('server.busy', {
          message: `Too many write to ${id} at this moment.`,
          next: 'Say it again.',
        })
    }
    await this.notice(id)
    return this.show(id, actor)
  }

  /** Writes what is decided on the newest state, without asking the fleet: who may see the incident does not hang on it. */
  async write(
    id: string,
    decide: (state: IncidentState) => readonly IncidentDraft[],
  ): Promise<IncidentState> {
    for (let round = 0; round <= appendRounds; round++) {
      const state = await this.state(id)
      const drafts = decide(state)
      if (drafts.length === 0) return state
      if (await this.#append(id, state, drafts)) return this.state(id)
    }
    throw new AllclearError('server.busy', {
      message: 'Too many write at this moment.',
      next: 'Say it again.',
    })
  }

  /** Writes down what the fleet says by itself: verdicts that turned, coverage, an all clear that no longer stands. */
  async notice(id: string): Promise<void> {
    for (let round = 0; round <= appendRounds; round++) {
      const situation = await this.#situation(id)
      const drafts = noticed(situation)
      if (drafts.length === 0 || (await this.#append(id, situation.state, drafts))) return
    }
  }

  /** Of every incident; `live`: only of those that people work on, or that are clear. */
  async noticeAll(which: 'all' | 'live' = 'all'): Promise<void> {
    const rows = await this.list()
    for (const row of which === 'all' ? rows : rows.filter(isLive))
      // One whose key is not there stays as it is, and keeps no other from being looked at.
      await this.notice(row.id).catch((error: unknown) => {
        if (!(error instanceof AllclearError) || error.code !== 'key.missing') throw error
      })
  }

  async rows(id: string, afterSeq = 0): Promise<TimelineRow[]> {
    await this.state(id)
    return (await this.#options.timelines.read(id, afterSeq)).map(rowOf)
  }

  async export(id: string): Promise<IncidentExport> {
    const entries = await this.#options.timelines.read(id)
    const last = entries.at(-1)
    if (last === undefined) throw noSuchIncident(id)
    return {
      format: 'allclear-incident/1',
      incident: id,
      exportedAtMs: this.#options.clock.nowMs(),
      entries,
      head: this.#options.timelines.headOf(last),
    }
  }

  /** Proves the timeline that is kept here, and that keys of this installation signed it. */
  async verify(id: string): Promise<IncidentVerification> {
    const { entries, head } = await this.export(id)
    const verified = verifyTimeline(entries, { head, trusted: this.#options.keys.ids() })
    const ours = verified.keys.every((key) => this.#options.keys.find(key.id) !== null)
    return { incident: id, ...verified, ours }
  }

  /** One question of an incident: the answer now, or at a time, and what it was before. */
  async verdict(id: string, name: string, atMs?: number): Promise<VerdictAnswer> {
    const state = await this.state(id)
    const question = this.#questions(state).get(name)
    if (question === undefined)
      throw new AllclearError('not-found', {
        message: `${id} does not ask \`${name.slice(0, 100)}\`.`,
        next: 'Ask with the name that `allclear incident show -o json` gives as `question`, or a condition.',
      })
    const { runner } = this.#options
    const now = atMs === undefined ? await runner.ask(question) : await runner.answerAt(question, atMs)
    if (now === null)
      throw new AllclearError('not-found', {
        message: `Nobody had asked \`${name}\` by then.`,
        next: `The incident was opened ${new Date(state.openedAtMs).toISOString()}.`,
      })
    const history = await runner.history(question)
    return {
      question: name,
      result: now,
      history: history.map(({ result, firstAtMs, lastAtMs }) => ({
        verdict: result.verdict,
        reason: result.reason,
        fromMs: firstAtMs,
        untilMs: lastAtMs,
      })),
    }
  }

  /** Called with entries as they are written. Returns the way to stop. */
  watch(id: string, listener: (entries: readonly TimelineEntry[]) => void): () => void {
    const listeners = this.#listeners.get(id) ?? new Set()
    this.#listeners.set(id, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0) this.#listeners.delete(id)
    }
  }

  async #situation(id: string): Promise<Situation> {
    const { clock, knowledge } = this.#options
    const state = await this.state(id)
    const lists = this.#listsOf(state)
    const [answers, fleet] = await Promise.all([this.#answers(state), knowledge.fleetState(state.advisory)])
    const nowMs = clock.nowMs()
    const board = boardOf(state, lists, answers, nowMs)
    const conditions = conditionsOf(state, answers, nowMs)
    const allClear = allClearOf(conditions)
    const next = nextSteps({ state, board, conditions, allClear, nowMs })
    return { state, answers, fleet, board, conditions, allClear, next, nowMs }
  }

  async #answers(state: IncidentState): Promise<Answers> {
    const questions = [...this.#questions(state)]
    const secret = isEmbargoed(state.gate)
    const results = await this.#options.runner.askAll(
      questions.map(([, question]) => ({ ...question, secret })),
    )
    return new Map(questions.map(([name], at): [string, ProbeResult] => [name, results[at]]))
  }

  /** What an incident asks, by name. The conditions of the all clear are asked as strictly as their definition says. */
  #questions(state: IncidentState): ReadonlyMap<string, Question> {
    let questions = this.#questionsOf.get(state)
    if (questions === undefined) this.#questionsOf.set(state, (questions = this.#makeQuestions(state)))
    return questions
  }

  #makeQuestions(state: IncidentState): Map<string, Question> {
    const questions = new Map<string, Question>()
    for (const list of this.#listsOf(state))
      for (const item of list.items) {
        const question = questionOfItem(state, item)
        if (question !== null) questions.set(questionName(question.probe, item.probe?.params), question)
      }
    const probes = [
      ...conditionProbes,
      ...state.hypotheses.flatMap(({ predictions }) => predictions.map(({ probe }) => probe)),
      ...(state.watch === null ? [] : [state.watch]),
    ]
    for (const probe of probes) questions.set(probe, questionOfCondition(state, probe))
    return questions
  }

  #listsOf(state: IncidentState): readonly Checklist[] {
    return this.#options.lists.of(Object.values(state.lists))
  }

  async #append(
    id: string,
    before: IncidentState | null,
    drafts: readonly IncidentDraft[],
    command?: string,
  ): Promise<boolean> {
    const { timelines, runner } = this.#options
    let state = before
    const codeWord = drafts.find((one) => one.kind === 'embargo.proposed')?.data.codeWord
    const appended = await timelines.append({
      timeline: id,
      last: before === null ? null : await this.#lastOf(id, before),
      drafts: drafts as unknown as Parameters<Timelines['append']>[0]['drafts'],
      command,
      // The entry that ends an embargo is the last of those that were kept under it.
      sealed: codeWord !== undefined || (before !== null && isEmbargoed(before.gate)),
      also: async (transaction, entries, sealer) => {
        state = foldEntries(before, entries)
        const shut = isEmbargoed(state.gate)
        await saveSummary(transaction, this.#summaryOf(state), state.head.seq, shut ? sealer : null)
        if (codeWord !== undefined && !(await takeCodeWord(transaction, codeWord, id))) throw codeWordTaken()
      },
    })
    if (appended.outcome === 'moved') return false
    if (appended.outcome === 'repeated') return true
    this.#states.set(id, state as IncidentState)
    runner.changed('incident', id)
    for (const listener of this.#listeners.get(id) ?? []) listener(appended.entries)
    return true
  }

  async #lastOf(id: string, { head }: IncidentState): Promise<TimelineEntry> {
    const [last] = await this.#options.timelines.read(id, head.seq - 1)
    return last
  }

  #summaryOf(state: IncidentState): IncidentSummary {
    const { id, advisory, title, status, openedAtMs, changedAtMs, gate } = state
    const { stage } = currentStage(
      boardOf(state, this.#listsOf(state), new Map(), this.#options.clock.nowMs()),
    )
    const codeWord = isEmbargoed(gate) ? gate.codeWord : null
    return { id, advisory, title, status, stage, openedAtMs, changedAtMs, codeWord }
  }

  /** A row of the list, from the state. */
  async summary(id: string): Promise<IncidentSummary> {
    return this.#summaryOf(await this.state(id))
  }

  async #freshCodeWord(): Promise<string> {
    return drawCodeWord(await codeWords(this.#options.store), (max) => randomInt(max))
  }

  async #titleOf(id: string): Promise<string> {
    const answer = await this.#options.knowledge.cve(id, { limit: 0 })
    return 'known' in answer ? '' : answer.title
  }
}

function codeWordTaken(): AllclearError {
  return new AllclearError('conflict', {
    message: 'Somebody else has just been given the same code word.',
    next: 'Say it again: another is drawn.',
  })
}

/** The one answer for an incident that is not there and for one that must not be known. */
export function noSuchIncident(id: string): AllclearError {
  return new AllclearError('not-found', {
    message: `There is no incident \`${id.slice(0, 60)}\`.`,
    next: '`allclear incident list` names them.',
  })
}
