import type { ChecklistDocument } from '../document.ts'
import { checklistRoles } from '../roles.ts'
import { toDocument } from '../to-document.ts'
import type { Checklist, ChecklistItem, PausePoint } from '../types.ts'
import { fleetCheckExtension, identifierOf } from './identifiers.ts'
import type { CacaoPlaybook, CacaoStep } from './playbook.ts'
import { markingAuthor, markings, markingsMadeAt, purposeOf } from './vocabulary.ts'

export interface ToCacaoOptions {
  /** When the first version was made, and when this one was. */
  createdAtMs: number
  modifiedAtMs: number
}

/** What of a list CACAO has no place for. Title and texts are not in it: they are the names of playbook and steps. */
export interface PlaybookExtension {
  format: 1
  document: Omit<ChecklistDocument, 'items' | 'pausePoints'>
  pausePoints: ChecklistDocument['pausePoints']
  /** Steps of the items, in the order of the list. */
  order: string[]
}

/** The item without its text and reason, which are name and description of the step. */
export type StepExtension =
  | { item: Omit<ChecklistDocument['items'][number], 'text' | 'why'> }
  | { gate: string }

/**
 * A checklist as a CACAO 2.0 playbook that people can read and other tools can run through: items one after another, each
 * pause point a condition. Exceptions travel with their items; verdicts and history do not.
 */
export function toCacao(checklist: Checklist, { createdAtMs, modifiedAtMs }: ToCacaoOptions): CacaoPlaybook {
  return new PlaybookWriter(checklist).write(createdAtMs, modifiedAtMs)
}

class PlaybookWriter {
  readonly #list: Checklist
  readonly #document: ChecklistDocument
  readonly #workflow: Record<string, CacaoStep> = {}
  readonly #agents: Record<string, { type: string; name: string }> = {}
  readonly #variables: Record<string, Record<string, unknown>> = {}
  readonly #names = new Map<string, number>()
  readonly #order: string[]
  readonly #end: string

  constructor(list: Checklist) {
    this.#list = list
    this.#document = toDocument(list)
    this.#order = list.items.map(({ id }) => this.#id('action', 'item', id))
    this.#end = this.#id('end', 'end')
  }

  write(createdAtMs: number, modifiedAtMs: number): CacaoPlaybook {
    const { id, title, derivedFrom, confidentiality, phase, stage, status, version } = this.#list
    const { items: _, pausePoints, ...document } = this.#document
    const start = this.#id('start', 'start')
    this.#workflow[start] = { type: 'start', name: 'Begin', on_completion: this.#writeSteps() }
    this.#workflow[this.#end] = { type: 'end', name: 'Done' }
    const { type, activity } = purposeOf(this.#list)
    const marking = markings[confidentiality]
    const references = this.#list.items.flatMap(referencesOf)
    const extension: PlaybookExtension = { format: 1, document, pausePoints, order: this.#order }
    return {
      type: 'playbook',
      spec_version: 'cacao-2.0',
      id: identifierOf('playbook', id),
      name: title,
      description: `Checklist ${id} ${version}`,
      playbook_types: [type],
      playbook_activities: [activity],
      playbook_processing_summary: {
        manual_playbook: true,
        if_logic: pausePoints.length > 0,
        external_playbooks: pausePoints.some(({ uses }) => uses !== undefined),
        data_markings: true,
        extensions: true,
      },
      created_by: author,
      created: new Date(Math.min(createdAtMs, modifiedAtMs)).toISOString(),
      modified: new Date(modifiedAtMs).toISOString(),
      revoked: status === 'retired',
      ...(derivedFrom === null ? {} : { derived_from: [identifierOf('playbook', derivedFrom.id)] }),
      labels: [`phase:${phase}`, ...(stage === null ? [] : [`stage:${stage}`]), `version:${version}`],
      ...(references.length === 0 ? {} : { external_references: unique(references) }),
      markings: [marking.id],
      playbook_variables: this.#variables,
      workflow_start: start,
      workflow: this.#stepsInOrder(start),
      playbook_extensions: { [fleetCheckExtension]: { ...extension } },
      agent_definitions: this.#agents,
      extension_definitions: { [fleetCheckExtension]: extensionDefinition },
      data_marking_definitions: {
        [marking.id]: {
          type: 'marking-tlp',
          id: marking.id,
          created_by: markingAuthor,
          created: markingsMadeAt,
          tlpv2_level: marking.level,
        },
      },
    }
  }

  /** Writes the steps from the last to the first, since each names the one that follows. The id of the first is returned. */
  #writeSteps(): string {
    const { items, pausePoints } = this.#list
    const known = new Set(pausePoints.map(({ id }) => id))
    // Items of no pause point are wrong, but must not be lost on the way.
    let next = this.#writeItems((item) => !known.has(item.pause), this.#end)
    const seen = new Set<string>()
    for (const pause of pausePoints.toReversed()) {
      next = this.#writeGate(pause, next)
      if (pause.uses !== null) next = this.#writeUse(pause, pause.uses, next)
      if (seen.has(pause.id)) continue
      seen.add(pause.id)
      next = this.#writeItems((item) => item.pause === pause.id, next)
    }
    return items.length === 0 && pausePoints.length === 0 ? this.#end : next
  }

  /** As they are walked through; they were written from the end. */
  #stepsInOrder(start: string): Record<string, CacaoStep> {
    const { [start]: first, [this.#end]: last, ...steps } = this.#workflow
    return {
      [start]: first,
      ...Object.fromEntries(Object.entries(steps).toReversed()),
      [this.#end]: last,
    }
  }

  #writeItems(belongs: (item: ChecklistItem) => boolean, after: string): string {
    let next = after
    for (let at = this.#list.items.length - 1; at >= 0; at--) {
      const item = this.#list.items[at]
      if (!belongs(item)) continue
      const step = this.#order[at]
      this.#workflow[step] = this.#itemStep(item, this.#document.items[at], next)
      next = step
    }
    return next
  }

  #itemStep(item: ChecklistItem, document: ChecklistDocument['items'][number], next: string): CacaoStep {
    const { activity } = purposeOf(this.#list)
    const { text, why, ...rest } = document
    const references = referencesOf(item)
    const extension: StepExtension = { item: rest }
    return {
      type: 'action',
      name: text,
      ...(why === undefined ? {} : { description: why }),
      ...(references.length === 0 ? {} : { external_references: references }),
      on_completion: next,
      commands: [
        { type: 'manual', command: text, playbook_activity: activity },
        ...(item.probe === null ? [] : [probeCommand(item.probe.id, item.probe.params, activity)]),
      ],
      agent: this.#agent(item.role),
      step_extensions: { [fleetCheckExtension]: { ...extension } },
    }
  }

  /** The pause point: on to what follows when it is confirmed, else whoever may pass it decides. */
  #writeGate({ id, when, lead, passAnyway }: PausePoint, next: string): string {
    const gate = this.#id('if-condition', 'pause', id)
    const hold = this.#id('action', 'hold', id)
    const variable = `__pause_${id}__`
    const extension: StepExtension = { gate: id }
    this.#variables[variable] = {
      type: 'string',
      description: `Whether everything at the pause point is confirmed: ${when}`,
      value: 'unknown',
      constant: false,
      external: true,
    }
    this.#workflow[gate] = {
      type: 'if-condition',
      name: when,
      condition: `${variable}:value = 'confirmed'`,
      on_true: next,
      on_false: hold,
      step_extensions: { [fleetCheckExtension]: { ...extension } },
    }
    this.#workflow[hold] = {
      type: 'action',
      name: `Hold: ${when}`,
      on_completion: passAnyway === null ? this.#end : next,
      commands: [
        {
          type: 'manual',
          command:
            passAnyway === null
              ? 'Stop here: something is not confirmed, and nobody may pass.'
              : `Pass only with: ${[...passAnyway.needs, passAnyway.role].join(', ')}.`,
          playbook_activity: purposeOf(this.#list).activity,
        },
      ],
      agent: this.#agent(passAnyway?.role ?? lead),
      step_extensions: { [fleetCheckExtension]: { ...extension } },
    }
    return gate
  }

  #writeUse(pause: PausePoint, uses: string, next: string): string {
    const step = this.#id('playbook-action', 'uses', pause.id)
    const extension: StepExtension = { gate: pause.id }
    this.#workflow[step] = {
      type: 'playbook-action',
      name: `Checklist ${uses}`,
      playbook_id: identifierOf('playbook', uses),
      on_completion: next,
      step_extensions: { [fleetCheckExtension]: { ...extension } },
    }
    return step
  }

  #agent(role: string): string {
    const id = identifierOf('group', role)
    this.#agents[id] = { type: 'group', name: checklistRoles[role]?.title ?? role }
    return id
  }

  /** Ids follow from what they name; of two things of one name, the second gets a number. */
  #id(type: string, ...name: string[]): string {
    const key = [type, ...name].join('\0')
    const count = this.#names.get(key) ?? 0
    this.#names.set(key, count + 1)
    return identifierOf(type, this.#list.id, ...name, ...(count === 0 ? [] : [String(count)]))
  }
}

const author = identifierOf('identity', 'allclear')

const extensionDefinition = {
  type: 'extension-definition',
  name: 'fleet-check',
  description: 'What an item asks of the live fleet, and what a pause point holds on.',
  created_by: author,
  schema: 'The fields of the Allclear checklist format 1, as its reference page describes them.',
  version: '1.0.0',
}

/** The question to the fleet, as a call that anybody can make. */
function probeCommand(probe: string, params: object, activity: string) {
  return {
    type: 'http-api',
    command: `POST /api/v1/probes/${probe}/runs HTTP/1.1`,
    headers: { 'Content-Type': ['application/json'] },
    content_b64: Buffer.from(JSON.stringify({ params })).toString('base64'),
    playbook_activity: activity,
  }
}

function referencesOf({ refs }: ChecklistItem): { name: string; external_id: string }[] {
  return Object.entries(refs).flatMap(([name, ids]) => ids.map((id) => ({ name, external_id: id })))
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()]
}
