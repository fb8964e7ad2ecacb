import { AllclearError } from '../../base/errors.ts'
import type { Checklist, IncidentStage } from '../../core/checklist/types.ts'
import type { ChecklistLibrary } from '../../prepare/checklists/index.ts'

/** The order of the stages. */
const stages: readonly IncidentStage[] = ['triage', 'communicate', 'fix', 'rollout', 'after']

export interface ListVersion {
  id: string
  version: string
}

/**
 * The checklists that incidents run with, one for each stage. A version never changes, so each is read once; what an
 * incident begins with or goes on with is kept for ever, whatever the program or the folder bring later.
 */
export class StageLists {
  readonly #library: ChecklistLibrary
  readonly #known = new Map<string, Checklist>()

  constructor(library: ChecklistLibrary) {
    this.#library = library
  }

  /** The lists of a new incident, in the order of the stages: an own list of a stage wins over the program's. */
  async begin(): Promise<readonly Checklist[]> {
    const inForce = (await this.#library.inForce()).filter(
      ({ checklist }) => checklist.phase === 'incident' && checklist.status === 'active',
    )
    const lists: Checklist[] = []
    for (const stage of stages) {
      const found = inForce.filter(({ checklist }) => checklist.stage === stage)
      const own = found.find(({ row }) => row.source !== 'built-in') ?? found[0]
      if (own === undefined)
        throw new AllclearError('conflict', {
          message: `No checklist of the stage ${stage} is in force.`,
          next: `\`allclear checklist list\` shows them; store one with \`phase: incident\` and \`stage: ${stage}\`.`,
        })
      lists.push(await this.keep(own.row))
    }
    return lists
  }

  /** A version that an incident goes on with. Throws `not-found`, or `conflict` for one that was never put in force. */
  async keep({ id, version }: ListVersion): Promise<Checklist> {
    const list = await this.#library.pin(id, version)
    this.#known.set(keyOf({ id, version }), list)
    return list
  }

  /** Reads these versions, so that `of` has them. One that is nowhere is read by the list in force: ids keep their meaning. */
  async load(versions: readonly ListVersion[]): Promise<void> {
    for (const one of versions) {
      if (this.#known.has(keyOf(one))) continue
      const found = await this.#library.version(one.id, one.version).catch((error: unknown) => {
        if (error instanceof AllclearError && error.code === 'not-found') return this.#library.version(one.id)
        throw error
      })
      this.#known.set(keyOf(one), found.checklist)
    }
  }

  /** Lists that were loaded, in the order of the stages. */
  of(versions: readonly ListVersion[]): readonly Checklist[] {
    return versions
      .map((one) => {
        const list = this.#known.get(keyOf(one))
        if (list === undefined) throw new Error(`the checklist ${keyOf(one)} was not loaded`)
        return list
      })
      .toSorted((a, b) => stages.indexOf(a.stage!) - stages.indexOf(b.stage!))
  }
}

function keyOf({ id, version }: ListVersion): string {
  return `${id} ${version}`
}
