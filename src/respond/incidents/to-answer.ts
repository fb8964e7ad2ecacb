import type { FleetState } from '../../know/answers.ts'
import { isEmbargoed } from '../embargo/record.ts'
import { regimes } from '../clocks/regimes.ts'
import type {
  IncidentAnswer,
  IncidentClock,
  IncidentException,
  IncidentHypothesis,
  IncidentRole,
  IncidentStageAnswer,
} from './answers.ts'
import { currentStage, type BoardItem, type BoardStage } from './board.ts'
import type { AllClear, Condition } from './conditions.ts'
import type { NextStep } from './next-steps.ts'
import { nameOfItem, type Answers } from './questions.ts'
import { allRoles, neededRoles, titleOfRole } from './roles.ts'
import { holderOf, rolesOf, type Clock, type ExceptionState, type IncidentState } from './state.ts'

/** All that is known of an incident at one moment. */
export interface Situation {
  state: IncidentState
  answers: Answers
  fleet: FleetState
  board: readonly BoardStage[]
  conditions: readonly Condition[]
  allClear: AllClear
  next: readonly NextStep[]
  nowMs: number
}

/** The answer for one reader. */
export function toAnswer(situation: Situation, reader: string): IncidentAnswer {
  const { state, fleet, board, conditions, allClear, next, nowMs, answers } = situation
  return {
    id: state.id,
    advisory: state.advisory,
    title: state.title,
    status: state.status,
    stage: currentStage(board).stage,
    openedAtMs: state.openedAtMs,
    changedAtMs: state.changedAtMs,
    codeWord: isEmbargoed(state.gate) ? state.gate.codeWord : null,
    atMs: nowMs,
    sentence: sentenceOf(situation),
    lap: state.lap,
    source: state.source,
    openedBy: state.openedBy,
    declared: state.declared,
    members: Object.entries(state.members).map(([person, { joinedAtMs }]) => ({
      person,
      joinedAtMs,
      roles: rolesOf(state, person),
    })),
    nextForYou:
      next.find(({ person }) => person === reader) ?? next.find(({ person }) => person === null) ?? null,
    next: [...next],
    stages: board.map(stageOf),
    allClear: {
      fixed: allClear.fixed,
      clear: allClear.clear,
      closed: allClear.closed,
      reads: allClear.reads,
      holds: allClear.holds,
      of: allClear.of,
      conditions: conditions.map((condition) => ({
        ...condition,
        exception: condition.exception === null ? null : exceptionOf(condition.exception, nowMs),
      })),
      called: state.allClear,
    },
    fleet: fleetOf(fleet),
    coverage: state.coverage,
    roles: rolesOfAnswer(state),
    decisions: state.decisions,
    hypotheses: hypothesesOf(state, answers),
    score: state.score,
    clocks: state.clocks.map((clock) => clockOf(clock, nowMs)),
    regimes: regimes
      .filter(({ id }) => !state.clocks.some(({ regime }) => regime === id))
      .map(({ id, title, applies }) => ({ id, title, applies, ruledOut: state.ruledOut[id] ?? null })),
    exceptions: state.exceptions.map((exception) => exceptionOf(exception, nowMs)),
    followUps: state.followUps,
    reopenings: state.reopenings,
    head: state.head,
  }
}

/** `Fix 7 of 12 affected workloads (58.3 %), 1 unknown; 4 of 12 conditions of the all clear hold.` */
function sentenceOf({ state, fleet, allClear, board }: Situation): string {
  const { affected, fixed, unknown } = fleet
  const share = affected === 0 ? '' : ` (${shareOf(fixed.total, affected)} %)`
  const how =
    affected === 0
      ? 'Nothing in the fleet has or had it'
      : `${fixed.total} of ${affected} affected workloads run the fix${share}${unknown.total > 0 ? `, ${unknown.total} unknown` : ''}`
  if (state.status === 'dismissed') return `Dismissed; ${state.watch} watches. ${how}.`
  if (state.status === 'closed') return `Closed. ${how}.`
  if (state.status === 'clear') return `All clear: ${state.allClear?.reads ?? ''}. ${how}.`
  const reopened = state.lap > 1 ? `Lap ${state.lap}, reopened. ` : ''
  return `${reopened}${capital(currentStage(board).stage)}: ${lower(how)}; ${allClear.holds} of ${allClear.of} conditions of the all clear hold.`
}

function stageOf({ stage, list, pauses, done }: BoardStage): IncidentStageAnswer {
  return {
    stage,
    list: list.id,
    title: list.title,
    version: list.version,
    mode: list.mode,
    done,
    pauses: pauses.map(({ pause, items, passed, proposed, heldBy }) => ({
      id: pause.id,
      when: pause.when,
      lead: pause.lead,
      everyMs: pause.everyMs,
      passed,
      proposed,
      heldBy,
      items: items.map(itemOf),
    })),
  }
}

function itemOf({ item, ...board }: BoardItem): IncidentStageAnswer['pauses'][number]['items'][number] {
  const { id, tier, text, why, role } = item
  const claim = board.claim
  return {
    id,
    tier,
    text,
    why,
    role,
    question: nameOfItem(item),
    ...board,
    claim: claim === null ? null : { by: claim.by, atMs: claim.atMs, note: claim.note, value: claim.value },
  }
}

function fleetOf(fleet: FleetState): IncidentAnswer['fleet'] {
  const { vulnerable, dormant, unknown } = fleet
  const placed = (state: 'vulnerable' | 'dormant' | 'unknown', { rows }: FleetState['vulnerable']) =>
    rows.map((row) => ({ ...row, state }))
  return {
    affected: fleet.affected,
    fixed: fleet.fixed.total,
    vulnerable: vulnerable.total,
    dormant: dormant.total,
    unknown: unknown.total,
    unseen: fleet.unseen,
    gone: fleet.gone,
    pods: fleet.pods,
    clusters: fleet.clusters,
    places: [
      ...placed('vulnerable', vulnerable),
      ...placed('dormant', dormant),
      ...placed('unknown', unknown),
    ].slice(0, 200),
  }
}

function rolesOfAnswer(state: IncidentState): IncidentRole[] {
  return allRoles.flatMap((role) => {
    const held = holderOf(state, role)
    const needed = held === null && neededRoles.includes(role)
    if (held === null && !needed) return []
    return [
      {
        role,
        title: titleOfRole(role),
        person: held?.person ?? null,
        fromMs: held?.fromMs ?? null,
        acknowledgedAtMs: held?.acknowledgedAtMs ?? null,
        offeredTo: state.handovers.find((offer) => offer.role === role)?.to ?? null,
        needed,
      },
    ]
  })
}

/** The least inconsistent first: what has the fewest pieces of evidence against it. What an attacker could have made weighs nothing. */
function hypothesesOf(state: IncidentState, answers: Answers): IncidentHypothesis[] {
  return state.hypotheses
    .map((hypothesis) => {
      const against = hypothesis.tests.filter(({ result, forgeable }) => result === 'refuted' && !forgeable)
      return {
        ...hypothesis,
        predictions: hypothesis.predictions.map((prediction) => ({
          ...prediction,
          verdict: answers.get(prediction.probe)?.verdict ?? ('unknown' as const),
        })),
        state: against.length > 0 ? ('refuted' as const) : ('not yet refuted' as const),
        against: against.length,
      }
    })
    .toSorted((a, b) => a.against - b.against || a.id.localeCompare(b.id))
}

function clockOf({ stopped, ...clock }: Clock, nowMs: number): IncidentClock {
  const running = nowMs >= clock.dueAtMs ? 'past' : nowMs >= clock.warnAtMs ? 'warning' : 'running'
  return {
    ...clock,
    state: stopped?.outcome ?? running,
    stopped: stopped === null ? null : { by: stopped.by, atMs: stopped.atMs, reason: stopped.reason },
  }
}

function exceptionOf(exception: ExceptionState, nowMs: number): IncidentException {
  const { id, condition, targets, reason, expiresAtMs, proposedBy, acceptedBy, withdrawn } = exception
  const live = !withdrawn && expiresAtMs > nowMs
  return { id, condition, targets, reason, expiresAtMs, proposedBy, acceptedBy, live }
}

/** Rounded down, so that 100 means all. */
function shareOf(part: number, whole: number): string {
  return part === whole ? '100' : (Math.floor((part / whole) * 1000) / 10).toFixed(1)
}

function capital(text: string): string {
  return text[0].toUpperCase() + text.slice(1)
}

function lower(text: string): string {
  return text[0].toLowerCase() + text.slice(1)
}
