import { z } from 'zod'
import { AllclearError } from '../../../base/errors.ts'
import { limit } from '../../../base/limits.ts'
import type { Checklist } from '../../../core/checklist/types.ts'
import type { FleetState } from '../../../know/answers.ts'
import type { BoardStage } from '../board.ts'
import type { Condition } from '../conditions.ts'
import type { IncidentDraft } from '../entries.ts'
import { leadOf } from '../next-steps.ts'
import type { Answers } from '../questions.ts'
import { titleOfRole } from '../roles.ts'
import { holderOf, type IncidentState } from '../state.ts'

/** What is known at the moment of a decision. */
export interface Moment {
  /** Who says it. */
  actor: string
  nowMs: number
  lists: readonly Checklist[]
  board: readonly BoardStage[]
  conditions: readonly Condition[]
  answers: Answers
  fleet: FleetState
  /** A code word that nobody has. */
  freshCodeWord: string
}

/**
 * One thing that people can say to an incident. `decide` is a function of what was written before and of the moment; it
 * gives the entries that follow, none where all is said already, and throws where it may not be said.
 */
export interface Command<Input extends z.ZodObject = z.ZodObject> {
  do: string
  summary: string
  input: Input
  /** May be said of an incident that is closed or dismissed. */
  whenOver?: boolean
  decide(state: IncidentState, input: z.output<Input>, moment: Moment): IncidentDraft[]
}

export function command<Input extends z.ZodObject>(definition: Command<Input>): Command {
  return definition as unknown as Command
}

export const text = z.string().trim().min(1).max(limit('incidentText'))
export const name = z.string().trim().min(1).max(120)
export const flag = z.boolean().default(false)
export const timeMs = z.number().int().min(0)

/** A reason that has to be given. */
export function needed(value: string | undefined, what: string, next: string): string {
  if (value !== undefined) return value
  throw new AllclearError('usage', { message: `${what} needs a reason.`, next })
}

/** Whoever leads says this: the commander, or the first responder while nobody commands. */
export function checkLead(state: IncidentState, actor: string, what: string): void {
  const lead = leadOf(state)
  const held = holderOf(state, lead)
  if (held?.person === actor) return
  throw new AllclearError('incident.role-needed', {
    message:
      held === null
        ? `${what} needs the ${titleOfRole(lead)}, and nobody is.`
        : `${what} is for the ${titleOfRole(lead)}, @${held.person}, to say.`,
    next:
      held === null
        ? `Take the role with \`allclear incident role ${lead} @${actor}\`.`
        : `Ask @${held.person}, or for a hand-over: \`allclear incident handover ${lead} @${actor}\`.`,
  })
}

/** `D` and 3 decisions → `D4`. */
export function nextId(letter: string, rows: readonly unknown[]): string {
  return `${letter}${rows.length + 1}`
}

export function notFound(what: string, id: string, known: readonly string[]): AllclearError {
  return new AllclearError('not-found', {
    message: `There is no ${what} \`${id.slice(0, 60)}\` in this incident.`,
    next: known.length === 0 ? `There is none yet.` : `There are ${known.slice(0, 40).join(', ')}.`,
  })
}
