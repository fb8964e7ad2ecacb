import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { AllclearError } from '../../base/errors.ts'
import { limit } from '../../base/limits.ts'
import type { YamlText } from '../../base/yaml.ts'
import type { ChecklistProblem } from '../../core/checklist/problem.ts'
import type { Checklist } from '../../core/checklist/types.ts'
import { readChecklist } from './read.ts'

export interface FolderFile {
  /** Within the folder. */
  file: string
  text: string
  reading:
    | { ok: true; checklist: Checklist; placeOf: YamlText['placeOf'] }
    | { ok: false; problems: ChecklistProblem[] }
}

/** Checklists in a folder, as it is checked out from Git. Files that did not change are not read again. */
export class ChecklistFolder {
  readonly path: string
  #known = new Map<string, { stamp: string; file: FolderFile }>()

  constructor(path: string) {
    this.path = path
  }

  /** All YAML files, by name. Throws `usage` when the folder cannot be read: lists in force must not vanish quietly. */
  async read(): Promise<FolderFile[]> {
    const names = await this.#names()
    const known = new Map<string, { stamp: string; file: FolderFile }>()
    for (const name of names) {
      const path = join(this.path, name)
      const { size, mtimeMs } = await stat(path)
      const stamp = `${size} ${mtimeMs}`
      const before = this.#known.get(name)
      known.set(name, before?.stamp === stamp ? before : { stamp, file: await readFolderFile(path, name, size) })
    }
    this.#known = known
    return [...known.values()].map(({ file }) => file)
  }

  async #names(): Promise<string[]> {
    let entries
    try {
      entries = await readdir(this.path, { recursive: true, withFileTypes: true })
    } catch (error) {
      throw new AllclearError('usage', {
        message: `The folder of checklists cannot be read: ${(error as Error).message}.`,
        next: 'Correct `checklists` of the configuration (ALLCLEAR_CHECKLISTS), or make the folder.',
        where: this.path,
        cause: error,
      })
    }
    const names = entries
      .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
      .map((entry) => relative(this.path, join(entry.parentPath, entry.name)))
      // `.git`, `.github` and the like are of the repository, and no checklists.
      .filter((name) => !/(?:^|[\\/])\./.test(name))
      .toSorted()
    if (names.length > limit('checklistFiles'))
      throw new AllclearError('input.too-large', {
        message: `The folder of checklists has ${names.length} YAML files; at most ${limit('checklistFiles')} are read.`,
        next: 'Name the folder that holds the checklists alone.',
        where: this.path,
      })
    return names
  }
}

async function readFolderFile(path: string, name: string, size: number): Promise<FolderFile> {
  // The reader refuses it by its size; nothing of that size is taken into memory for it.
  const text = size > limit('checklistBytes') ? ' '.repeat(limit('checklistBytes') + 1) : await readFile(path, 'utf8')
  return { file: name, text: size > limit('checklistBytes') ? '' : text, reading: readChecklist(text, name) }
}
