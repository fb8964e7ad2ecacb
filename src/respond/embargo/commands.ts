import { z } from 'zod'
import { AllclearError } from '../../base/errors.ts'
import { limit } from '../../base/limits.ts'
import {
  type Compartment,
  compartments,
  type EmbargoStep,
  takeStep,
  whyNotCleared,
} from '../../core/disclosure/index.ts'
import { checkLead, command, name, needed, text, timeMs } from '../incidents/commands/command.ts'
import { draft, type IncidentDraft } from '../incidents/entries.ts'
import { personOf } from '../incidents/roles.ts'
import type { IncidentState } from '../incidents/state.ts'
import { isEmbargoed } from './record.ts'

/** What members promise where nobody writes other terms. */
const defaultTerms =
  'I tell nobody who is not on the access list of this incident, put nothing of it into other systems, and ask the lead before I do either.'

/** An agreed date should be days away, as distributors ask, and never further than what people keep to. */
const untilDefaultMs = 14 * 24 * 60 * 60 * 1000

const embargo = command({
  do: 'embargo',
  summary: 'propose, agree to, reject, revise or lift an embargo',
  input: z.object({
    action: z.enum(['propose', 'activate', 'reject', 'revise', 'lift']),
    untilMs: timeMs.optional(),
    terms: text.optional(),
    reason: text.optional(),
  }),
  decide(state, { action, untilMs, terms, reason }, { actor, nowMs, freshCodeWord }) {
    const { gate } = state
    const { agreed } = gate.embargo
    if (action === 'propose' || action === 'revise') {
      const endsAtMs = untilMs ?? agreed?.endsAtMs ?? nowMs + untilDefaultMs
      checkEnd(endsAtMs, nowMs)
      const proposed = { endsAtMs, text: terms ?? agreed?.text ?? defaultTerms }
      check(state, { action: 'propose', terms: proposed })
      const codeWord = gate.codeWord ?? freshCodeWord
      const first = !isEmbargoed(gate)
      return [
        draft(actor, 'embargo.proposed', { endsAtMs, terms: proposed.text, codeWord }),
        ...(first ? firstGrants(state, actor) : []),
        // Whoever writes the terms has accepted them.
        ...(first
          ? [draft(actor, 'terms.accepted', { person: actor, version: termsVersion(state, proposed.text) })]
          : []),
      ]
    }
    checkLead(state, actor, `To ${action} an embargo`)
    switch (action) {
      case 'activate':
        check(state, { action: 'accept' })
        checkEnd(gate.embargo.proposal!.endsAtMs, nowMs)
        return [draft(actor, 'embargo.accepted', { reason: reason ?? null })]
      case 'reject':
        check(state, { action: 'reject' })
        return [
          draft(actor, 'embargo.rejected', {
            reason: needed(reason, 'Rejecting a proposal', 'Give it with `--reason`.'),
          }),
        ]
      case 'lift':
        check(state, { action: 'terminate' })
        return [
          draft(actor, 'embargo.terminated', {
            reason: needed(
              reason,
              'Lifting an embargo',
              'Give it with `--reason`: what is public now, or who agreed.',
            ),
            early: agreed === null || nowMs < agreed.endsAtMs,
          }),
        ]
    }
  },
})

const grant = command({
  do: 'grant',
  summary:
    'let somebody in, or into further compartments; also after their sign-in was reset by somebody else',
  input: z.object({
    person: name,
    compartments: z.array(z.enum(compartments)).max(compartments.length).default(['facts']),
    endsAtMs: timeMs.optional(),
  }),
  decide(state, { person, compartments: asked, endsAtMs }, { actor, nowMs }) {
    checkEmbargoed(state)
    checkLead(state, actor, 'Letting somebody in')
    const who = personOf(person)
    if (who === actor)
      throw new AllclearError('auth.refused', {
        message: 'Nobody lets themselves in.',
        next: 'Another lead does it, or two people break the glass.',
      })
    const own = state.gate.access[actor]?.compartments ?? []
    const beyond = asked.find((one) => !own.includes(one))
    if (beyond !== undefined && !byNobody(state, beyond))
      throw new AllclearError('auth.refused', {
        message: `You cannot let somebody into ${beyond}: you are not in it.`,
        next: 'Somebody who is lets them in.',
      })
    const wanted = [...new Set<Compartment>(['facts', ...asked])]
    return [
      draft(actor, 'access.granted', {
        person: who,
        compartments: wanted,
        endsAtMs: endsAtMs ?? null,
        why: 'member',
      }),
      ...(endsAtMs !== undefined && endsAtMs <= nowMs ? [] : joins(state, who, actor)),
    ]
  },
})

const revoke = command({
  do: 'revoke',
  summary: 'let somebody in no more, or leave',
  input: z.object({ person: name, reason: text.optional() }),
  decide(state, { person, reason }, { actor, nowMs }) {
    checkEmbargoed(state)
    const who = personOf(person)
    if (who !== actor) checkLead(state, actor, 'Shutting somebody out')
    if (state.gate.access[who] == null) return []
    const others = Object.values(state.gate.access).filter(
      (access) =>
        access !== null &&
        access.person !== who &&
        whyNotCleared({ ...access, accountResetAtMs: null }, 'facts', {
          nowMs,
          terms: state.gate.terms.version,
        }) === null,
    )
    if (others.length === 0)
      throw new AllclearError('conflict', {
        message: `Without @${who} nobody could see the incident any more.`,
        next: 'Let somebody in first, and wait until they have accepted the terms.',
      })
    return [
      draft(actor, 'access.revoked', {
        person: who,
        reason: needed(reason, 'Shutting somebody out', 'Give it with `--reason`.'),
      }),
    ]
  },
})

const acceptTerms = command({
  do: 'accept-terms',
  summary: 'promise what members promise; facts are shown from then on',
  input: z.object({}),
  decide({ gate }, _input, { actor }) {
    const access = gate.access[actor]
    if (access == null || access.termsAccepted === gate.terms.version) return []
    return [draft(actor, 'terms.accepted', { person: actor, version: gate.terms.version })]
  },
})

/** What opens an incident under embargo: proposed, agreed by who opens, and nobody else is in. */
export function openingEmbargo(
  actor: string,
  { untilMs, terms = defaultTerms }: { untilMs?: number; terms?: string },
  { nowMs, codeWord }: { nowMs: number; codeWord: string },
): IncidentDraft[] {
  const endsAtMs = untilMs ?? nowMs + untilDefaultMs
  checkEnd(endsAtMs, nowMs)
  return [
    draft(actor, 'embargo.proposed', { endsAtMs, terms, codeWord }),
    draft(actor, 'embargo.accepted', { reason: null }),
    grantOf(actor, actor),
    draft(actor, 'terms.accepted', { person: actor, version: 1 }),
  ]
}

export const embargoCommands = [embargo, grant, revoke, acceptTerms]

/** How long outsiders who broke the glass see the facts: a shift, in which a member decides. */
export const glassMs = 24 * 60 * 60 * 1000
/** A second one has to speak within this. */
export const glassWaitMs = 60 * 60 * 1000

/** Who works in it already is a member from the first moment, with the facts; whoever proposes has every compartment. */
function firstGrants(state: IncidentState, actor: string): IncidentDraft[] {
  const people = new Set([
    ...Object.keys(state.members),
    ...state.roles.filter(({ untilMs }) => untilMs === null).map(({ person }) => person),
    actor,
  ])
  return [...people].map((person) => grantOf(person, actor))
}

function grantOf(person: string, actor: string): IncidentDraft {
  const all: Compartment[] = person === actor ? [...compartments] : ['facts']
  return draft(actor, 'access.granted', { person, compartments: all, endsAtMs: null, why: 'member' })
}

/** What the version of these terms will be, see `fold.ts`. */
function termsVersion({ gate }: IncidentState, terms: string): number {
  if (gate.embargo.agreed !== null) return gate.terms.version
  return gate.terms.version === 0 || gate.terms.text !== terms ? gate.terms.version + 1 : gate.terms.version
}

function joins(state: IncidentState, person: string, actor: string): IncidentDraft[] {
  return state.members[person] === undefined ? [draft(actor, 'member.joined', { person })] : []
}

/** A compartment that nobody is in any more is opened by the lead, or it would be lost. */
function byNobody({ gate }: IncidentState, compartment: Compartment): boolean {
  return !Object.values(gate.access).some((access) => access?.compartments.includes(compartment) === true)
}

function check(state: IncidentState, step: EmbargoStep): void {
  const taken = takeStep(state.gate.embargo, step)
  if (taken.ok) return
  throw new AllclearError('embargo.illegal', {
    message: taken.reason,
    next: 'See where it stands with `allclear incident access list`.',
  })
}

function checkEnd(endsAtMs: number, nowMs: number): void {
  if (endsAtMs > nowMs && endsAtMs - nowMs <= limit('embargoMs')) return
  throw new AllclearError('usage', {
    message: `An embargo cannot end ${new Date(endsAtMs).toISOString()}.`,
    next: `Give a time that is to come, and within ${limit('embargoMs') / 86_400_000} days: \`--until 2026-12-01T14:00Z\`, \`--until 14d\`.`,
  })
}

function checkEmbargoed({ gate, id }: IncidentState): void {
  if (isEmbargoed(gate)) return
  throw new AllclearError('embargo.illegal', {
    message: `There is no embargo on ${id}: everybody who may sign in sees it.`,
    next: `Propose one with \`allclear incident embargo propose -i ${id}\`.`,
  })
}
