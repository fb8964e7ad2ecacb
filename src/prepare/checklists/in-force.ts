import type { YamlText } from '../../base/yaml.ts'
import type { ChecklistProblem } from '../../core/checklist/problem.ts'
import type { Checklist } from '../../core/checklist/types.ts'
import { compareVersions } from '../../core/checklist/versions.ts'
import type { ChecklistVersionRow, FolderProblem } from './answers.ts'
import type { WrittenChecklist } from './built-in.ts'
import type { FolderFile } from './folder.ts'
import { checkRead } from './check.ts'
import type { ReadVersion } from './read-texts.ts'

/** A version with what it says. */
export interface KnownVersion {
  row: ChecklistVersionRow
  checklist: Checklist
  text: string
  placeOf: YamlText['placeOf']
}

/** All versions of all lists, from every source, and which of them is in force. */
export interface VersionBook {
  /** By id, each newest first. */
  versions: ReadonlyMap<string, readonly KnownVersion[]>
  inForce: ReadonlyMap<string, KnownVersion>
  builtIn: ReadonlyMap<string, KnownVersion>
  problems: readonly FolderProblem[]
}

/**
 * Own versions win over what the program brings, and among them the highest number wins, whether people wrote it in the
 * folder or through the API. Drafts, and versions that wait for a second person, are never in force; a file of the folder
 * with an error is not either, and the version before it stays.
 */
export function bookOf(
  builtIn: readonly WrittenChecklist[],
  stored: readonly ReadVersion[],
  folder: readonly FolderFile[],
  today: string,
): VersionBook {
  const book = new Book(builtIn, stored)
  book.addFolder(folder, today)
  return book.done()
}

class Book {
  readonly #versions = new Map<string, KnownVersion[]>()
  readonly #builtIn = new Map<string, KnownVersion>()
  readonly #problems: FolderProblem[] = []

  constructor(builtIn: readonly WrittenChecklist[], stored: readonly ReadVersion[]) {
    for (const { row, text, reading } of stored) {
      // It was valid when it was stored. A later program that reads less still has to show that it is there.
      if (reading.ok) this.#add({ row, text, checklist: reading.checklist, placeOf: reading.placeOf })
      else for (const problem of reading.problems) this.#problems.push({ file: `${row.id} ${row.version}`, id: row.id, problem })
    }
    for (const { checklist, text, placeOf } of builtIn) {
const row = outsideRow(checklist, 'built-in', 'Allclear', 'It comes with the program.')
      const known = { row, checklist, text, placeOf }
      this.#builtIn.set(checklist.id, known)
      if (this.#find(checklist.id, checklist.version) === undefined) this.#add(known)
    }
  }

  /** Files are held against the version before them, in the order of their versions. */
  addFolder(files: readonly FolderFile[], today: string): void {
    const readable: { file: string; text: string; reading: Extract<FolderFile['reading'], { ok: true }> }[] = []
    for (const { file, text, reading } of files)
      if (reading.ok) readable.push({ file, text, reading })
      else for (const problem of reading.problems) this.#problems.push({ file, id: null, problem })
    readable.sort((a, b) => compareVersions(a.reading.checklist.version, b.reading.checklist.version))
    const lists = new Set([...this.#versions.keys(), ...readable.map(({ reading }) => reading.checklist.id)])
    for (const { file, text, reading } of readable) {
      const { checklist, placeOf } = reading
      const { id, version } = checklist
      const same = this.#find(id, version)
      if (same !== undefined && same.text === text) continue
      const previous = this.#inForce(id)?.checklist ?? null
      const problems =
        same !== undefined
          ? [{ ...changedInPlace(checklist, same.row.source), ...placeOf(['metadata', 'version']) }]
          : checkRead(checklist, placeOf, { today, lists, previous, classified: [] }).filter(
              ({ severity }) => severity === 'error',
            )
      for (const problem of problems) this.#problems.push({ file, id, problem })
      if (problems.length === 0)
        this.#add({ row: outsideRow(checklist, 'folder', 'folder', `It is in ${file}.`), checklist, text, placeOf })
    }
  }

  done(): VersionBook {
    const inForce = new Map<string, KnownVersion>()
    for (const [id, known] of this.#versions) {
      known.sort((a, b) => compareVersions(b.row.version, a.row.version))
      const version = this.#inForce(id)
      if (version !== undefined) inForce.set(id, version)
    }
    return { versions: this.#versions, inForce, builtIn: this.#builtIn, problems: this.#problems }
  }

  #add(version: KnownVersion): void {
    const { id } = version.row
    const known = this.#versions.get(id)
    if (known === undefined) this.#versions.set(id, [version])
    else known.push(version)
  }

  #find(id: string, version: string): KnownVersion | undefined {
    return this.#versions.get(id)?.find(({ row }) => row.version === version)
  }

  #inForce(id: string): KnownVersion | undefined {
    const usable = (this.#versions.get(id) ?? []).filter(
      ({ row, checklist }) => row.state === 'stored' && checklist.status !== 'draft',
    )
    const own = usable.filter(({ row }) => row.source !== 'built-in')
    const newest = (of: readonly KnownVersion[]): KnownVersion | undefined =>
      of.toSorted((a, b) => compareVersions(b.row.version, a.row.version))[0]
    // A copy of an older built-in list is kept for what rests on it; the program's own is the one in force.
    return newest(own) ?? this.#builtIn.get(id)
  }
}

function outsideRow(
  { id, version }: Checklist,
  source: 'built-in' | 'folder',
  author: string,
  reason: string,
): ChecklistVersionRow {
  return { id, version, source, state: 'stored', author, reason, storedAtMs: null, decision: null }
}

function changedInPlace({ id, version }: Checklist, source: string): ChecklistProblem {
  return {
    severity: 'error',
    rule: 'version-step',
    item: null,
    message: `Version ${version} of ${id} is known already (${source}) and says something else; give the change a new version.`,
    path: ['metadata', 'version'],
    line: null,
    column: null,
  }
}
