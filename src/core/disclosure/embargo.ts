import { type Result, failed, ok } from '../result.ts'

/**
 * The embargo of an incident, as the Vultron protocol has it (CERT/CC, "Embargo Management Process Model"):
 *
 *     none ──propose──▶ proposed ──accept──▶ active ──propose──▶ revise
 *      ▲                  │  ▲ │               ▲  │                │ ▲ │
 *      └─────reject───────┘  └propose          │  │    accept, reject │ └propose
 *                                              └──┼────────────────┘ │
 *                                                 └──terminate──▶ exited ◀──terminate
 *
 * A revision never interrupts: until it is accepted, what was agreed holds, and when it is rejected that goes on. Nothing
 * comes after the end: what has been public stays so. An embargo that has ended by its date is terminated like any other.
 */
export const embargoStates = ['none', 'proposed', 'active', 'revise', 'exited'] as const
export type EmbargoState = (typeof embargoStates)[number]

export const embargoActions = ['propose', 'accept', 'reject', 'terminate'] as const
export type EmbargoAction = (typeof embargoActions)[number]

const transitions: Record<EmbargoState, Partial<Record<EmbargoAction, EmbargoState>>> = {
  none: { propose: 'proposed' },
  proposed: { propose: 'proposed', reject: 'none', accept: 'active' },
  active: { propose: 'revise', terminate: 'exited' },
  revise: { propose: 'revise', accept: 'active', reject: 'active', terminate: 'exited' },
  exited: {},
}

/** Where an action leads; undefined where it is not legal. */
export function nextState(state: EmbargoState, action: EmbargoAction): EmbargoState | undefined {
  return transitions[state][action]
}

/** What may be done now. */
export function legalActions(state: EmbargoState): readonly EmbargoAction[] {
  return embargoActions.filter((action) => nextState(state, action) !== undefined)
}

/** Whether negotiation may rest here: nothing waits for an answer and no embargo holds. */
export function isSettled(state: EmbargoState): boolean {
  return state === 'none' || state === 'exited'
}

/** What two sides agree on. */
export interface EmbargoTerms {
  /** When it ends by itself, epoch milliseconds. */
  endsAtMs: number
  /** What members promise before they see anything. */
  text: string
}

export interface Embargo {
  state: EmbargoState
  /** What holds now; null before the first agreement. After the end, what held last. */
  agreed: EmbargoTerms | null
  /** Counts agreements: whoever accepted an earlier one is asked again. */
  version: number
  /** What waits for an answer; null when nothing does. */
  proposal: EmbargoTerms | null
}

export const noEmbargo: Embargo = { state: 'none', agreed: null, version: 0, proposal: null }

export type EmbargoStep =
  | { action: 'propose'; terms: EmbargoTerms }
  | { action: 'accept' | 'reject' | 'terminate' }

/** The embargo after a step; refuses one that is not legal with a sentence. */
export function takeStep(embargo: Embargo, step: EmbargoStep): Result<Embargo> {
  const state = nextState(embargo.state, step.action)
  if (state === undefined) return failed(whyIllegal(embargo.state, step.action))
  switch (step.action) {
    case 'propose':
      return ok({ ...embargo, state, proposal: step.terms })
    case 'accept':
      return ok({ state, agreed: embargo.proposal, version: embargo.version + 1, proposal: null })
    case 'reject':
      return ok({ ...embargo, state, proposal: null })
    case 'terminate':
      return ok({ ...embargo, state, proposal: null })
  }
}

/**
 * Whether the gate is shut. From the first proposal: who negotiates an embargo has told already, and must not have told
 * everybody. A rejected proposal opens it again.
 */
export function isShut({ state }: Pick<Embargo, 'state'>): boolean {
  return state === 'proposed' || state === 'active' || state === 'revise'
}

const stateWords: Record<EmbargoState, string> = {
  none: 'There is no embargo.',
  proposed: 'An embargo is proposed and not agreed yet.',
  active: 'The embargo holds, and no change of it is proposed.',
  revise: 'The embargo holds, and a change of it waits for an answer.',
  exited: 'The embargo has ended, which cannot be undone.',
}

function whyIllegal(state: EmbargoState, action: EmbargoAction): string {
  const legal = legalActions(state)
  const could = legal.length === 0 ? '' : ` One can ${legal.join(' or ')} now.`
  return `${stateWords[state]} It cannot be ${action === 'propose' ? 'proposed' : `${action}${action.endsWith('e') ? 'd' : 'ed'}`} now.${could}`
}

/** What the world does that bears on an embargo (the case states of the same protocol: public, exploit, attacks). */
export interface WorldFacts {
  /** The vulnerability is known in public. */
  publicAware: boolean
  /** An exploit is public. */
  exploitPublic: boolean
  /** It is being exploited. */
  attacksObserved: boolean
}

/**
 * What the protocol says should become of an embargo (Vultron, "Early Termination"): once the vulnerability or an exploit
 * is public there is nothing left to keep and it must end; with attacks, those who could defend themselves should know.
 */
export function duty(
  { state }: Pick<Embargo, 'state'>,
  facts: WorldFacts,
): 'must-end' | 'should-end' | 'must-not-begin' | null {
  const known = facts.publicAware || facts.exploitPublic
  if (state === 'exited') return null
  if (state === 'none' || state === 'proposed')
    return known || facts.attacksObserved ? 'must-not-begin' : null
  if (known) return 'must-end'
  return facts.attacksObserved ? 'should-end' : null
}
