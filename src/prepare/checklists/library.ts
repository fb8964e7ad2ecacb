import type { Clock } from '../../base/clock.ts'
import { AllclearError } from '../../base/errors.ts'
import type { Store } from '../../base/store/index.ts'
import { diffChecklists } from '../../core/checklist/diff/index.ts'
import type { ChecklistProblem } from '../../core/checklist/problem.ts'
import type { Checklist } from '../../core/checklist/types.ts'
import { compareVersions, nextVersion } from '../../core/checklist/versions.ts'
import { findProbe } from '../../core/probe/index.ts'
import type {
  ChecklistAnswer,
  ChecklistDiffAnswer,
  ChecklistDraft,
  ChecklistList,
  ChecklistRow,
  ChecklistVersionRow,
} from './answers.ts'
import { builtInTexts } from './built-in.ts'
import { checkRead, checkText } from './check.ts'
import { type ChecklistForm, writeAs } from './forms.ts'
import { ChecklistFolder } from './folder.ts'
import { bookOf, type KnownVersion, type VersionBook } from './in-force.ts'
import { ReadTexts } from './read-texts.ts'
import { addVersion, decideVersion, listStored, type StoredVersion } from './versions.store.ts'

export interface LibraryOptions {
  store: Store
  clock: Clock
  /** Folder with checklists of one's own; null for none. */
  folder: string | null
}

export interface NewVersion {
  text: string
  reason: string
  author: string
  source: 'edited' | 'imported'
  /** The version that the author began with; absent when there was none. */
  base?: string
}

/** The checklists of this installation: those of the program, those of the folder, and those that people stored. */
export class ChecklistLibrary {
  readonly #store: Store
  readonly #clock: Clock
  readonly #folder: ChecklistFolder | null
  readonly #texts = new ReadTexts()

  constructor({ store, clock, folder }: LibraryOptions) {
    this.#store = store
    this.#clock = clock
    this.#folder = folder === null ? null : new ChecklistFolder(folder)
  }

  async list(): Promise<ChecklistList> {
    const book = await this.#book()
    // A list that only waits has nothing in force yet; it is shown all the same.
    const shown = [...book.versions].map(([id, [newest]]) => book.inForce.get(id) ?? newest)
    const rows = shown.map((known) => this.#row(book, known, this.#problems(book, known)))
    return {
      total: rows.length,
      rows: rows.toSorted((a, b) => order(a) - order(b) || (a.id < b.id ? -1 : 1)),
      folder: this.#folder === null ? null : { path: this.#folder.path, problems: [...book.problems] },
    }
  }

  /** One version with everything that is known of it; without a version, the one in force. Throws `not-found`. */
  async show(id: string, version?: string): Promise<ChecklistAnswer> {
    const book = await this.#book()
    const known = find(book, id, version)
    const problems = this.#problems(book, known)
    const asked = new Set(known.checklist.items.flatMap(({ probe }) => (probe === null ? [] : [probe.id])))
    return {
      row: this.#row(book, known, problems),
      made: known.row,
      inForce: book.inForce.get(id) === known,
      checklist: known.checklist,
      text: known.text,
      problems,
      probes: [...asked].flatMap((probe) => {
        const found = findProbe(probe)
        if (found === undefined) return []
        const { title, rule, cost } = found
        return [{ id: probe, title, rule, cost }]
      }),
      versions: (book.versions.get(id) ?? []).map(({ row }) => row),
    }
  }

  /** One version with its text. */
  async version(id: string, version?: string): Promise<KnownVersion> {
    return find(await this.#book(), id, version)
  }

  /** A version in a form for elsewhere. */
  async export(form: ChecklistForm, id: string, version?: string): Promise<ReturnType<typeof writeAs>> {
    const book = await this.#book()
    const stored = (book.versions.get(id) ?? []).flatMap(({ row }) => row.storedAtMs ?? [])
    return writeAs(form, find(book, id, version), {
      nowMs: this.#clock.nowMs(),
      firstAtMs: stored.length === 0 ? null : Math.min(...stored),
    })
  }

  /** The lists in force. */
  async inForce(): Promise<KnownVersion[]> {
    return [...(await this.#book()).inForce.values()]
  }

  /**
   * A version, else the one in force, kept for ever: whoever runs a list rests on what it said at the beginning, also when
   * the program or the folder bring another one. Throws `not-found`, or `conflict` for a version that was never accepted.
   */
  async pin(id: string, version?: string): Promise<Checklist> {
    const { row, checklist, text } = find(await this.#book(), id, version)
    if (row.state !== 'stored')
      throw new AllclearError('conflict', {
        message: `${id} ${row.version} ${row.state === 'waiting' ? 'waits for a second person' : 'was refused'}.`,
        next: `\`allclear checklist show ${id}\` shows the versions that can be used.`,
      })
    if (row.storedAtMs === null)
      await addVersion(this.#store, async (stored) =>
        stored.some((one) => one.id === id && one.version === row.version)
          ? null
          : { ...row, text, storedAtMs: this.#clock.nowMs() },
      )
    return checklist
  }

  async diff(id: string, from: string, to?: string): Promise<ChecklistDiffAnswer> {
    const book = await this.#book()
    const [before, after] = [find(book, id, from), find(book, id, to)]
    return {
      id,
      from: before.row.version,
      to: after.row.version,
      ...diffChecklists(before.checklist, after.checklist),
    }
  }

  /** What a text would be as the next version of its list. Keeps nothing; a text that is none is an answer too. */
  async draft(text: string): Promise<ChecklistDraft> {
    return this.#draft(await this.#book(), text)
  }

  /**
   * Stores a new version. It is in force at once, unless it loosens something: then it waits for somebody else. Throws
   * `checklist.invalid` with the first error, `conflict` when the list has moved on since `base`.
   */
  async add(id: string, { text, reason, author, source, base }: NewVersion): Promise<ChecklistVersionRow> {
    const files = (await this.#folder?.read()) ?? []
    let added: StoredVersion | null = null
    await addVersion(this.#store, async (stored) => {
      const book = bookOf(builtInTexts(), this.#texts.of(stored), files, this.#today())
      const draft = this.#draft(book, text)
      const { checklist, problems } = draft
      if (checklist === null) throw refused(problems, draft.errors)
      if (checklist.id !== id)
        throw new AllclearError('usage', {
          message: `The text is the checklist ${checklist.id}, and not ${id}.`,
          next: 'Store it under its own id, or correct `metadata.id`.',
        })
      if (base !== undefined && draft.follows !== null && base !== draft.follows)
        throw new AllclearError('conflict', {
          message: `${id} is at version ${draft.follows} meanwhile; this change began with ${base}.`,
          next: `Look at \`allclear checklist diff ${id} ${base} ${draft.follows}\`, and make the change on top of it.`,
        })
      const same = book.versions.get(id)?.find(({ row }) => row.version === checklist.version)
      if (same !== undefined)
        throw new AllclearError('conflict', {
          message: `There is a version ${checklist.version} of ${id} already; versions never change.`,
          next: `Give it the next number${draft.nextVersion === null ? '' : `: ${draft.nextVersion}`}.`,
        })
      if (draft.errors > 0) throw refused(problems, draft.errors)
      added = {
        id,
        version: checklist.version,
        text,
        source,
        state: draft.needsSecondPerson ? 'waiting' : 'stored',
        author,
        reason,
        storedAtMs: this.#clock.nowMs(),
        decision: null,
      }
      return added
    })
    return rowOf(added as unknown as StoredVersion)
  }

  /** The word of a second person on a version that loosens something. Throws `auth.refused` for its author. */
  async decide(
    id: string,
    version: string,
    { accept, by, reason }: { accept: boolean; by: string; reason: string },
  ): Promise<ChecklistVersionRow> {
    const found = (await listStored(this.#store)).find((one) => one.id === id && one.version === version)
    if (found?.state !== 'waiting') throw notWaiting(id, version)
    if (found.author === by && accept)
      throw new AllclearError('auth.refused', {
        message: `${id} ${version} was made by ${by}; what loosens a list is accepted by somebody else.`,
        next: 'Ask another person, who signs in as themselves; where nobody signs in, they add `--as @NAME`.',
      })
    const atMs = this.#clock.nowMs()
    const decided = { state: accept ? ('stored' as const) : ('refused' as const), by, reason, atMs }
    if (!(await decideVersion(this.#store, { id, version }, decided))) throw notWaiting(id, version)
    return { ...rowOf(found), state: decided.state, decision: { by, reason, atMs } }
  }

  async #book(): Promise<VersionBook> {
    const [stored, files] = await Promise.all([listStored(this.#store), this.#folder?.read() ?? []])
    return bookOf(builtInTexts(), this.#texts.of(stored), files, this.#today())
  }

  #draft(book: VersionBook, text: string): ChecklistDraft {
    const first = checkText(text, this.#against(book, null))
    if (first.checklist === null) return { ...emptyDraft, ...counted(first.problems) }
    const previous = book.inForce.get(first.checklist.id)?.checklist ?? null
    const { checklist, problems } = checkText(text, this.#against(book, previous))
    if (checklist === null || previous === null) return { ...emptyDraft, checklist, ...counted(problems) }
    const { changes, step } = diffChecklists(previous, checklist)
    return {
      checklist,
      ...counted(problems),
      follows: previous.version,
      changes,
      step,
      nextVersion: step === null ? null : nextVersion(previous.version, step),
      needsSecondPerson: step === 'major',
    }
  }

  #problems(book: VersionBook, { checklist, placeOf }: KnownVersion): ChecklistProblem[] {
    return checkRead(checklist, placeOf, this.#against(book, null))
  }

  #against(book: VersionBook, previous: Checklist | null) {
    const lists = new Set(book.versions.keys())
    return { source: 'the text', today: this.#today(), lists, previous, classified: [] }
  }

  #today(): string {
    return new Date(this.#clock.nowMs()).toISOString().slice(0, 10)
  }

  #row(book: VersionBook, { row, checklist }: KnownVersion, problems: readonly ChecklistProblem[]): ChecklistRow {
    const { id, items, derivedFrom } = checklist
    const builtIn = book.builtIn.get(id)?.row.version ?? null
    const own = row.source !== 'built-in'
    return {
      id,
      title: checklist.title,
      version: checklist.version,
      source: row.source,
      status: checklist.status,
      phase: checklist.phase,
      stage: checklist.stage,
      mode: checklist.mode,
      owner: checklist.owner,
      items: items.length,
      killers: items.filter(({ tier }) => tier === 'killer').length,
      probes: items.filter(({ probe }) => probe !== null).length,
      errors: problems.filter(({ severity }) => severity === 'error').length,
      warnings: problems.filter(({ severity }) => severity === 'warning').length,
      waiting: (book.versions.get(id) ?? []).filter((one) => one.row.state === 'waiting').length,
      builtIn:
        own && builtIn !== null && compareVersions(builtIn, derivedFrom?.version ?? row.version) > 0
          ? builtIn
          : null,
      lastReviewed: checklist.lastReviewed,
      lastDrilled: checklist.lastDrilled,
    }
  }
}

const emptyDraft: ChecklistDraft = {
  checklist: null,
  errors: 0,
  warnings: 0,
  problems: [],
  follows: null,
  changes: [],
  step: null,
  nextVersion: null,
  needsSecondPerson: false,
}

/** The order in which lists are met: before the day, during the incident, and what is done in it. */
const phases: readonly ChecklistRow['phase'][] = [
  'pre-incident',
  'incident',
  'containment',
  'rollout',
  'content',
  'register',
  'game-day',
]
const stages: readonly ChecklistRow['stage'][] = ['triage', 'communicate', 'fix', 'rollout', 'after', null]

function order({ phase, stage }: ChecklistRow): number {
  return phases.indexOf(phase) * stages.length + stages.indexOf(stage)
}

function counted(problems: ChecklistProblem[]) {
  const errors = problems.filter(({ severity }) => severity === 'error').length
  return { problems, errors, warnings: problems.length - errors }
}

function find(book: VersionBook, id: string, version?: string): KnownVersion {
  const versions = book.versions.get(id) ?? []
  const found =
    version === undefined
      ? (book.inForce.get(id) ?? versions[0])
      : versions.find(({ row }) => row.version === version)
  if (found !== undefined) return found
  throw new AllclearError('not-found', {
    message:
      versions.length === 0
        ? `There is no checklist “${id.slice(0, 60)}”.`
        : `There is no version ${(version ?? '').slice(0, 30)} of the checklist ${id}.`,
    next:
      versions.length === 0
        ? '`allclear checklist list` names them.'
        : `There are: ${versions
            .slice(0, 10)
            .map(({ row }) => row.version)
            .join(', ')}.`,
  })
}

function refused(problems: readonly ChecklistProblem[], errors: number): AllclearError {
  const [first] = problems
  const rest = errors > 1 ? ` (${errors} errors in all)` : ''
  return new AllclearError('checklist.invalid', {
    message: `The checklist was not stored: ${first.message}${rest}`,
    next: '`allclear checklist lint` names everything that is wrong with it.',
    where: first.line === null ? first.path.join('.') : `line ${first.line}, column ${first.column}`,
  })
}

function notWaiting(id: string, version: string): AllclearError {
  return new AllclearError('not-found', {
    message: `No version ${version.slice(0, 30)} of ${id.slice(0, 60)} waits for a second person.`,
    next: `\`allclear checklist show ${id.slice(0, 60)}\` shows its versions.`,
  })
}

function rowOf({ text: _text, ...row }: StoredVersion): ChecklistVersionRow {
  return row
}
