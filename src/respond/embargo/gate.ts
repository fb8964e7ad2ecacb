import { randomBytes } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import type { Envelopes } from '../../base/envelope/index.ts'
import { AllclearError } from '../../base/errors.ts'
import { limit } from '../../base/limits.ts'
import type { Store } from '../../base/store/index.ts'
import { type Compartment, legalActions, whyNotCleared } from '../../core/disclosure/index.ts'
import type { IncidentSummary } from '../incidents/answers.ts'
import { draft } from '../incidents/entries.ts'
import { type Incidents, noSuchIncident } from '../incidents/incidents.ts'
import { personOf } from '../incidents/roles.ts'
import type { IncidentState } from '../incidents/state.ts'
import type { AccessAnswer, AccessPerson, CompartmentNote, Standing } from './answers.ts'
import { Asks } from './asks.ts'
import { glassMs, glassWaitMs } from './commands.ts'
import { isEmbargoed } from './record.ts'
import { noteReading, readingsOf } from './reads.store.ts'

/** Who wants to see something. */
export interface Reader {
  /** Name of the account; null for whoever has none: such a one is on no access list. */
  person: string | null
  /** Nobody signs in here: whoever reads has the data and its keys. */
  isEverybody: boolean
}

export interface GateOptions {
  incidents: Incidents
  envelopes: Envelopes
  store: Store
  clock: Clock
  accountResetAtMs(name: string): Promise<number | null>
}

/** A reading that lasts is written down this often. */
const readingMs = 15 * 60_000
/** How often it is looked whether somebody who follows an incident still may. */
const lookAgainMs = 15_000

/**
 * Who may see which incident. Without an embargo everybody who may sign in; under one, who is on its access list and has
 * accepted its terms. No role sees more: an administrator is an outsider like any other. For an outsider there is no such
 * incident, in the same bytes and after the same work as for an id that never was.
 */
export class Gate {
  readonly #options: GateOptions
  readonly #asks = new Asks()
  /** Apart: whoever has asked to be let in can still speak for somebody else. */
  readonly #glass = new Asks()
  readonly #notedMs = new Map<string, number>()
  #warm: Promise<void> | null = null
  #later: Promise<unknown> = Promise.resolve()

  constructor(options: GateOptions) {
    this.#options = options
  }

  /** The incident, for somebody who may see its facts. Throws `not-found`, and `embargo.terms` to a member who has not accepted. */
  async enter(id: string, reader: Reader): Promise<IncidentState> {
    const state = await this.#stateOf(id)
    const standing = await this.#standing(state, reader)
    if (standing === 'terms') throw termsNeeded(state)
    if (standing !== 'reads') throw noSuchIncident(id)
    if (isEmbargoed(state.gate)) await this.#noteReading(id, reader.person ?? 'local')
    return state
  }

  /** The list, for one reader: what they may not see is not in it, and nothing counts it. */
  async visible(reader: Reader): Promise<IncidentSummary[]> {
    await this.#warmUp()
    const seen: IncidentSummary[] = []
    for (const { embargoed, ...row } of await this.#options.incidents.list()) {
      if (!embargoed) {
        seen.push({ ...row, codeWord: null })
        continue
      }
      const state = await this.#stateOf(row.id).catch(unlessItsKeyIsGone)
      if (state !== null && (await this.#standing(state, reader)) === 'reads')
        seen.push(await this.#options.incidents.summary(row.id))
    }
    return seen
  }

  /** Ends when somebody who follows an incident may no longer, or `signal` does. */
  async whileIn(id: string, reader: Reader, signal: AbortSignal): Promise<AbortSignal> {
    await this.enter(id, reader)
    const out = new AbortController()
    const look = (): void => {
      this.#stateOf(id)
        .then((state) => this.#standing(state, reader))
        .then((standing) => standing === 'reads' || leave())
        .catch(() => leave())
    }
    const unwatch = this.#options.incidents.watch(id, (entries) => {
      // At once, before anything else that was written is handed on.
      if (entries.some(({ body }) => body.kind === 'access.revoked' && body.data.person === reader.person))
        leave()
      else look()
    })
    const timer = setInterval(look, lookAgainMs)
    timer.unref()
    const leave = (): void => {
      unwatch()
      clearInterval(timer)
      out.abort()
    }
    signal.addEventListener('abort', leave, { once: true })
    return out.signal
  }

  /** Who can see it, for a member; of one who has not accepted the terms, only what they are asked to accept. */
  async access(id: string, reader: Reader): Promise<AccessAnswer> {
    const state = await this.#stateOf(id)
    const standing = await this.#standing(state, reader)
    if (standing !== 'reads' && standing !== 'terms') throw noSuchIncident(id)
    const { gate } = state
    const { embargo } = gate
    const own = reader.person === null ? null : gate.access[reader.person]
    const inside = standing === 'reads'
    return {
      incident: id,
      codeWord: gate.codeWord,
      state: embargo.state,
      endsAtMs: embargo.agreed?.endsAtMs ?? null,
      terms: gate.terms,
      proposal: embargo.proposal,
      legal: wordsOf(state),
      you: { person: reader.person, standing, compartments: [...(own?.compartments ?? [])] },
      people: inside ? await this.#people(state) : [],
      asks: inside ? gate.asks : [],
      glass: inside ? gate.glass.filter(({ atMs }) => atMs + glassWaitMs > this.#options.clock.nowMs()) : [],
    }
  }

  /** A member promises what members promise. */
  async acceptTerms(id: string, reader: Reader): Promise<void> {
    await this.access(id, reader)
    const { person } = reader
    if (person === null) return
    await this.#options.incidents.write(id, ({ gate }) => {
      const access = gate.access[person]
      if (access == null || access.termsAccepted === gate.terms.version) return []
      return [draft(person, 'terms.accepted', { person, version: gate.terms.version })]
    })
  }

  /** Somebody asks to be let in. Says nothing, whatever there is; what follows is done after the answer. */
  ask(id: string, reader: Reader, reason: string | null): void {
    const person = this.#asker(reader, this.#asks)
    this.#afterwards(async () => {
      const state = await this.#stateOf(id)
      if ((await this.#standing(state, reader)) === 'reads' || !isEmbargoed(state.gate)) return
      await this.#options.incidents.write(id, () => [draft(person, 'access.asked', { person, reason })])
    })
  }

  /**
   * Somebody outside who cannot wait for a member: asks for themselves, or speaks as the second one for `other`. Then the
   * first sees the facts for a day, and every member reads it in the timeline. Says nothing, whatever there is.
   */
  breakGlass(id: string, reader: Reader, { other, reason }: { other: string | null; reason: string }): void {
    const second = other === null ? null : personOf(other)
    const person = this.#asker(reader, this.#glass)
    if (second === person)
      throw new AllclearError('usage', {
        message: 'The second person has to be another one.',
        next: 'Ask somebody else to speak for you.',
      })
    this.#afterwards(async () => {
      await this.#stateOf(id)
      const nowMs = this.#options.clock.nowMs()
      await this.#options.incidents.write(id, ({ gate }) => {
        if (!isEmbargoed(gate)) return []
        if (second === null) return [draft(person, 'glass.asked', { person, reason })]
        const asked = gate.glass.find((ask) => ask.person === second && ask.atMs + glassWaitMs > nowMs)
        if (asked === undefined) return []
        return [
          draft(person, 'glass.broken', { person: second, by: person, reason }),
          draft(person, 'access.granted', {
            person: second,
            compartments: ['facts'],
            endsAtMs: nowMs + glassMs,
            why: 'break-glass',
          }),
        ]
      })
    })
  }

  /** Adds a text to a compartment, for those who are in it. */
  async note(id: string, reader: Reader, compartment: Compartment, text: string): Promise<void> {
    const state = await this.#inCompartment(id, reader, compartment)
    if (state.gate.notes.length >= limit('compartmentNotes'))
      throw new AllclearError('input.too-large', {
        message: `${id} has as many notes as are kept.`,
        next: 'Put what belongs together into one; ALLCLEAR_LIMIT_COMPARTMENT_NOTES raises the number.',
      })
    const noteId = randomBytes(8).toString('hex')
    const sealed = (await this.#options.envelopes.sealer(`${id}/${compartment}`))(`note ${noteId}`, text)
    await this.#options.incidents.write(id, () => [
      draft(reader.person ?? 'local', 'compartment.noted', { id: noteId, compartment, sealed }),
    ])
  }

  async notes(id: string, reader: Reader, compartment: Compartment): Promise<CompartmentNote[]> {
    const { gate } = await this.#inCompartment(id, reader, compartment)
    const rows = gate.notes.filter((note) => note.compartment === compartment)
    if (rows.length === 0) return []
    const open = await this.#options.envelopes.opener(`${id}/${compartment}`)
    return rows.map(({ sealed, ...note }) => ({ ...note, text: open(`note ${note.id}`, sealed) }))
  }

  /** When what was begun after an answer is done. */
  async settled(): Promise<void> {
    await this.#later
  }

  async #inCompartment(id: string, reader: Reader, compartment: Compartment): Promise<IncidentState> {
    const state = await this.enter(id, reader)
    if ((await this.#standing(state, reader, compartment)) === 'reads') return state
    throw new AllclearError('auth.refused', {
      message: `You are not in the compartment ${compartment}.`,
      next: 'Somebody who is lets you in: `allclear incident access grant`.',
    })
  }

  #asker({ person }: Reader, asks: Asks): string {
    if (person === null)
      throw new AllclearError('auth.refused', {
        message: 'Only a person can ask, not a token that acts for itself.',
        next: 'Sign in with your name: `allclear login`.',
      })
    asks.begin(person, this.#options.clock.nowMs())
    return person
  }

  /** One after the other; what fails has nobody to tell, for the answer is the same. */
  #afterwards(work: () => Promise<void>): void {
    this.#later = this.#later.then(work).catch(() => {})
  }

  async #standing(
    { gate }: IncidentState,
    { person, isEverybody }: Reader,
    compartment: Compartment = 'facts',
  ): Promise<Standing> {
    if (isEverybody || (!isEmbargoed(gate) && compartment === 'facts')) return 'reads'
    return this.#standingOf(gate, person, compartment)
  }

  async #standingOf(
    gate: IncidentState['gate'],
    person: string | null,
    compartment: Compartment,
  ): Promise<Standing> {
    const grant = person === null ? null : (gate.access[person] ?? null)
    const access =
      grant === null
        ? null
        : { ...grant, accountResetAtMs: await this.#options.accountResetAtMs(grant.person) }
    const now = { nowMs: this.#options.clock.nowMs(), terms: gate.terms.version }
    return whyNotCleared(access, compartment, now) ?? 'reads'
  }

  async #people({ id, gate }: IncidentState): Promise<AccessPerson[]> {
    const readings = new Map((await readingsOf(this.#options.store, id)).map((one) => [one.person, one]))
    const people: AccessPerson[] = []
    for (const grant of Object.values(gate.access)) {
      if (grant === null) continue
      const { person, compartments, grantedAtMs, grantedBy, why, endsAtMs } = grant
      const reading = readings.get(person)
      people.push({
        person,
        compartments: [...compartments],
        standing: await this.#standingOf(gate, person, 'facts'),
        grantedAtMs,
        grantedBy,
        why,
        endsAtMs,
        lastReadAtMs: reading?.lastAtMs ?? null,
        reads: reading?.reads ?? 0,
      })
    }
    return people
  }

  async #noteReading(id: string, person: string): Promise<void> {
    const key = `${id} ${person}`
    const nowMs = this.#options.clock.nowMs()
    if (nowMs - (this.#notedMs.get(key) ?? 0) < readingMs) return
    this.#notedMs.set(key, nowMs)
    await noteReading(this.#options.store, id, person, nowMs)
  }

  async #stateOf(id: string): Promise<IncidentState> {
    await this.#warmUp()
    return this.#options.incidents.state(id)
  }

  /** Reads embargoed incidents before the first question: whoever asks for one must not wait for what is read only then. */
  #warmUp(): Promise<void> {
    this.#warm ??= (async () => {
      for (const { id, embargoed } of await this.#options.incidents.list())
        if (embargoed) await this.#options.incidents.state(id).catch(unlessItsKeyIsGone)
    })()
    return this.#warm
  }
}

function unlessItsKeyIsGone(error: unknown): null {
  if (error instanceof AllclearError && error.code === 'key.missing') return null
  throw error
}

function wordsOf({ gate }: IncidentState): AccessAnswer['legal'] {
  const holds = gate.embargo.state === 'active' || gate.embargo.state === 'revise'
  const words = {
    propose: holds ? 'revise' : 'propose',
    accept: 'activate',
    reject: 'reject',
    terminate: 'lift',
  } as const
  return legalActions(gate.embargo.state).map((action) => words[action])
}

function termsNeeded({ id, gate }: IncidentState): AllclearError {
  return new AllclearError('embargo.terms', {
    message: `${gate.codeWord} is under embargo: its terms come before its facts.`,
    next: `Read them with \`allclear incident access list ${id}\`, and accept them with \`allclear incident access accept ${id}\`.`,
  })
}
