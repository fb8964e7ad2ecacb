import type { IncidentStage } from '../../core/checklist/types.ts'
import { currentStage, isOpen, itemsOf, type BoardStage } from './board.ts'
import type { AllClear, Condition } from './conditions.ts'
import { commander, firstResponder, neededRoles, titleOfRole } from './roles.ts'
import { holderOf, type IncidentState } from './state.ts'

/** What a step is about, for who offers it as a button; `id` names the item, pause point, role or condition. */
export interface StepSubject {
  kind: 'item' | 'pause' | 'role' | 'condition' | 'exceptions' | 'clock' | 'all-clear' | 'close'
  id: string | null
}

/** The one thing that is to be done next in a role. */
export interface NextStep {
  role: string
  /** Who holds the role; null: nobody does. */
  person: string | null
  text: string
  about: StepSubject
  /** The line that does it. */
  command: string
  why: string
}

interface Situation {
  state: IncidentState
  board: readonly BoardStage[]
  conditions: readonly Condition[]
  allClear: AllClear
  nowMs: number
}

/** One step for each role that somebody holds and for the lead, the lead's first. What nobody's role asks for is the lead's. */
export function nextSteps(situation: Situation): NextStep[] {
  const { state } = situation
  if (state.status === 'closed' || state.status === 'dismissed') return []
  const roles = new Set([
    leadOf(state),
    ...state.roles.filter(({ untilMs }) => untilMs === null).map(({ role }) => role),
  ])
  return [...roles].flatMap((role) => {
    const step = stepFor(role, situation)
    return step === null ? [] : [{ role, person: holderOf(state, role)?.person ?? null, ...step }]
  })
}

/** Who leads: the first responder until somebody commands. */
export function leadOf(state: IncidentState): string {
  return holderOf(state, commander) === null && !state.declared ? firstResponder : commander
}

type Step = Omit<NextStep, 'role' | 'person'>

function stepFor(role: string, situation: Situation): Step | null {
  const leads = role === leadOf(situation.state)
  return (
    handoverStep(role, situation.state) ??
    (leads ? urgentStep(situation) : null) ??
    itemStep((asked) => asked === role || (leads && holderOf(situation.state, asked) === null), situation) ??
    (leads ? leadStep(situation) : null)
  )
}

function handoverStep(role: string, state: IncidentState): Step | null {
  const offer = state.handovers.find((one) => one.role === role)
  if (offer !== undefined)
    return {
      text: `@${offer.to} takes over as ${titleOfRole(role)}, or says no.`,
      about: { kind: 'role', id: role },
      command: `allclear incident role ${role} --accept`,
      why: `@${offer.by} offered it and keeps the role until then.`,
    }
  const held = holderOf(state, role)
  if (held === null || held.acknowledgedAtMs !== null) return null
  return {
    text: `@${held.person} says that they know they are ${titleOfRole(role)}.`,
    about: { kind: 'role', id: role },
    command: `allclear incident role ${role} --accept`,
    why: 'A role that nobody acknowledged is nobody’s.',
  }
}

/** What the lead does before the next item. */
function urgentStep({ state, board, conditions, allClear, nowMs }: Situation): Step | null {
  if (state.status === 'open' && allClear.clear)
    return {
      text: 'Call the all clear.',
      about: { kind: 'all-clear', id: null },
      command: 'allclear incident all-clear',
      why: `${allClear.reads}: every condition holds or is accepted.`,
    }
  const clock = clockStep(state, nowMs)
  if (clock !== null) return clock
  // What took the all clear away goes before a tick that was wrong all along.
  const broken = conditions.find(({ verdict, part }) => verdict === 'contradicted' && part !== 'closed')
  if (state.status === 'open' && state.lap > 1 && broken !== undefined)
    return {
      text: `It was clear and is no longer: ${broken.title}`,
      about: { kind: 'condition', id: broken.probe },
      command: `allclear incident why ${broken.probe}`,
      why: broken.reason,
    }
  const disputed = itemsOf(board).find((one) => one.state === 'disputed')
  if (disputed !== undefined)
    return {
      text: `${disputed.item.id} was ticked, and the fleet says it is not so.`,
      about: { kind: 'item', id: disputed.item.id },
      command: `allclear incident why ${disputed.item.id}`,
      why: disputed.reason ?? '',
    }
  return exceptionStep(state) ?? roleStep(state, currentStage(board).stage) ?? rereadStep(state, board)
}

/** A clock that warns: the one that is due first. */
function clockStep({ clocks }: IncidentState, nowMs: number): Step | null {
  const [clock] = clocks
    .filter(({ stopped, warnAtMs }) => stopped === null && warnAtMs <= nowMs)
    .toSorted((a, b) => a.dueAtMs - b.dueAtMs)
  if (clock === undefined) return null
  const due = `${new Date(clock.dueAtMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`
  return {
    text: `${clock.regime}, ${clock.title}: ${clock.dueAtMs <= nowMs ? 'was due' : 'is due'} ${due}; @${clock.owner} owns it.`,
    about: { kind: 'clock', id: clock.id },
    command: `allclear incident clock stop ${clock.id} --reason '…'`,
    why: `It stops when ${clock.stops} (${clock.source}).`,
  }
}

/** A pause point that comes again, once it was read: its time has passed. */
function rereadStep(state: IncidentState, board: readonly BoardStage[]): Step | null {
  const due = board
    .flatMap(({ pauses }) => pauses)
    .find(
      ({ pause, passed }) =>
        pause.everyMs !== null && passed === null && state.passes[pause.id] !== undefined,
    )
  if (due === undefined) return null
  return {
    text: `Read ${due.pause.id} again: ${due.items.map(({ item }) => item.id).join(', ')}.`,
    about: { kind: 'pause', id: due.pause.id },
    command: `allclear incident pass ${due.pause.id}${due.heldBy.length > 0 ? " --reason '…'" : ''}`,
    why: due.pause.when,
  }
}

function exceptionStep({ exceptions }: IncidentState): Step | null {
  const proposed = exceptions.filter(({ acceptedBy, withdrawn }) => acceptedBy === null && !withdrawn)
  if (proposed.length === 0) return null
  const [{ proposedBy, reason }] = proposed
  const names = [...new Set(proposed.map(({ condition }) => condition))].join(' ')
  return {
    text: `Somebody other than @${proposedBy} agrees to live with ${proposed.length === 1 ? 'one condition' : `${proposed.length} conditions`}, or says no.`,
    about: { kind: 'exceptions', id: null },
    command: `allclear incident accept ${names}`,
    why: reason,
  }
}

/** Who decides alone at the start has time to name the others once it is declared. */
function roleStep(state: IncidentState, stage: IncidentStage): Step | null {
  if (!state.declared || stage === 'triage') return null
  const open = neededRoles.find((role) => holderOf(state, role) === null)
  if (open === undefined) return null
  return {
    text: `Name a ${titleOfRole(open)}.`,
    about: { kind: 'role', id: open },
    command: `allclear incident role ${open} @NAME`,
    why: 'Nobody holds the role.',
  }
}

function itemStep(isOwn: (role: string) => boolean, { board }: Situation): Step | null {
  const open = itemsOf([currentStage(board)]).find(
    ({ item, state, blockedBy }) => isOwn(item.role) && isOpen(state) && blockedBy.length === 0,
  )
  if (open === undefined) return null
  const { item, state, reason } = open
  return {
    text: `${item.id}: ${item.text}`,
    about: { kind: 'item', id: item.id },
    command:
      item.id === 'T9'
        ? "allclear incident decide 'STATEMENT' --declare --reason '…'"
        : `allclear incident check ${item.id}`,
    why: state === 'offered' ? `The fleet says that it is done. ${reason ?? ''}` : (reason ?? item.why),
  }
}

/** When its own items are through, the lead moves the whole on. */
function leadStep({ state, board, conditions, allClear }: Situation): Step {
  if (state.status === 'clear')
    return {
      text: allClear.closed ? 'Close the incident.' : 'Finish what is left before it can be closed.',
      about: { kind: 'close', id: null },
      command: allClear.closed ? "allclear incident close --reason '…'" : 'allclear incident show',
      why: `All clear was called: ${state.allClear?.reads ?? ''}.`,
    }
  const stage = currentStage(board)
  const pause = stage.pauses.find(
    ({ passed, pause: point }) => passed === null && point.everyMs === null && point.uses === null,
  )
  if (pause !== undefined)
    return {
      text: `Pass the pause point ${pause.pause.id}.`,
      about: { kind: 'pause', id: pause.pause.id },
      command: `allclear incident pass ${pause.pause.id}${pause.heldBy.length > 0 ? " --reason '…'" : ''}`,
      why:
        pause.heldBy.length === 0
          ? 'Everything that it asks for is confirmed.'
          : `It is held by ${pause.heldBy.join(', ')}.`,
    }
  const missing = conditions.find(({ probe }) => allClear.missing.includes(probe)) as Condition
  return {
    text: `All clear is missing: ${missing.title}`,
    about: { kind: 'condition', id: missing.probe },
    command: `allclear incident accept ${missing.probe} --reason '…' --expires 30d`,
    why: missing.reason,
  }
}
