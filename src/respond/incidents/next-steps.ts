import { currentStage, isOpen, itemsOf, type BoardStage } from './board.ts'
import type { AllClear, Condition } from './conditions.ts'
import { commander, firstResponder, neededRoles, titleOfRole } from './roles.ts'
import { holderOf, type IncidentState } from './state.ts'

/** The one thing that is to be done next in a role. */
export interface NextStep {
  role: string
  /** Who holds the role; null: nobody does. */
  person: string | null
  text: string
  /** The line that does it. */
  command: string
  why: string
}

interface Situation {
  state: IncidentState
  board: readonly BoardStage[]
  conditions: readonly Condition[]
  allClear: AllClear
}

/** One step for each role that has something to do, the commander's first. */
export function nextSteps(situation: Situation): NextStep[] {
  const { state, board } = situation
  if (state.status === 'closed' || state.status === 'dismissed') return []
  const roles = new Set([
    leadOf(state),
    ...state.roles.filter(({ untilMs }) => untilMs === null).map(({ role }) => role),
    ...itemsOf([currentStage(board)]).map(({ item }) => item.role),
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
  const { state, board } = situation
  return (
    handoverStep(role, state) ??
    (role === leadOf(state) ? urgentStep(situation) : null) ??
    itemStep(role, board) ??
    (role === leadOf(state) ? leadStep(situation) : null)
  )
}

function handoverStep(role: string, state: IncidentState): Step | null {
  const offer = state.handovers.find((one) => one.role === role)
  if (offer !== undefined)
    return {
      text: `@${offer.to} takes over as ${titleOfRole(role)}, or says no.`,
      command: `allclear incident role ${role} --accept`,
      why: `@${offer.by} offered it and keeps the role until then.`,
    }
  const held = holderOf(state, role)
  if (held === null || held.acknowledgedAtMs !== null) return null
  return {
    text: `@${held.person} says that they know they are ${titleOfRole(role)}.`,
    command: `allclear incident role ${role} --accept`,
    why: 'A role that nobody acknowledged is nobody’s.',
  }
}

/** What the lead does before the next item. */
function urgentStep({ state, board }: Situation): Step | null {
  const disputed = itemsOf(board).find((one) => one.state === 'disputed')
  if (disputed !== undefined)
    return {
      text: `${disputed.item.id} was ticked, and the fleet says it is not so.`,
      command: `allclear incident check ${disputed.item.id} --undo --reason '…'`,
      why: disputed.reason ?? '',
    }
  const proposed = state.exceptions.find(({ acceptedBy, withdrawn }) => acceptedBy === null && !withdrawn)
  if (proposed !== undefined)
    return {
      text: `Somebody other than @${proposed.proposedBy} accepts ${proposed.condition}, or withdraws it.`,
      command: `allclear incident accept ${proposed.condition}`,
      why: proposed.reason,
    }
  if (!state.declared) return null
  const open = neededRoles.find((needed) => holderOf(state, needed) === null)
  if (open === undefined) return null
  return {
    text: `Name a ${titleOfRole(open)}.`,
    command: `allclear incident role ${open} @NAME`,
    why: 'Nobody holds the role.',
  }
}

function itemStep(role: string, board: readonly BoardStage[]): Step | null {
  const open = itemsOf([currentStage(board)]).find(
    ({ item, state, blockedBy }) => item.role === role && isOpen(state) && blockedBy.length === 0,
  )
  if (open === undefined) return null
  const { item, state, reason } = open
  return {
    text: `${item.id}: ${item.text}`,
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
      command: allClear.closed ? "allclear incident close --reason '…'" : 'allclear incident show',
      why: `All clear was called: ${state.allClear?.reads ?? ''}.`,
    }
  if (allClear.clear)
    return {
      text: 'Call the all clear.',
      command: 'allclear incident all-clear',
      why: `${allClear.reads}: every condition holds or is accepted.`,
    }
  const stage = currentStage(board)
  const pause = stage.pauses.find(
    ({ passed, pause: point }) => passed === null && point.everyMs === null && point.uses === null,
  )
  if (pause !== undefined)
    return {
      text: `Pass the pause point ${pause.pause.id}.`,
      command: `allclear incident pass ${pause.pause.id}${pause.heldBy.length > 0 ? " --reason '…'" : ''}`,
      why:
        pause.heldBy.length === 0
          ? 'Everything that it asks for is confirmed.'
          : `It is held by ${pause.heldBy.join(', ')}.`,
    }
  const missing = conditions.find(({ probe }) => allClear.missing.includes(probe)) as Condition
  return {
    text: `All clear is missing: ${missing.title}`,
    command: `allclear incident accept ${missing.probe} --reason '…' --expires 30d`,
    why: missing.reason,
  }
}
