import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AllclearError } from '../../base/errors.ts'
import { packageRoot } from '../../base/package-root.ts'
import type { YamlText } from '../../base/yaml.ts'
import type { Checklist } from '../../core/checklist/types.ts'
import { readChecklist } from './read.ts'

export interface WrittenChecklist {
  checklist: Checklist
  /** The YAML text, byte for byte. */
  text: string
  placeOf: YamlText['placeOf']
}

let read: readonly WrittenChecklist[] | undefined

/** The checklists that come with the program, with their texts. Read once; they change only with the program. */
export function builtInTexts(): readonly WrittenChecklist[] {
  read ??= readBuiltIn(join(packageRoot, 'checklists'))
  return read
}

/** The checklists that come with the program, ordered by id. */
export function builtInChecklists(): readonly Checklist[] {
  return builtInTexts().map(({ checklist }) => checklist)
}

/** The built-in checklist of this id. Throws `not-found`, also for a version that this program does not bring. */
export function checklistOf(id: string, version?: string): Checklist {
  const found = builtInChecklists().find((list) => list.id === id)
  if (found === undefined)
    throw new AllclearError('not-found', {
      message: `There is no checklist “${id.slice(0, 60)}”.`,
      next: '`allclear checklist list` names them.',
    })
  if (version !== undefined && version !== found.version)
    throw new AllclearError('not-found', {
      message: `There is no version ${version.slice(0, 30)} of the checklist ${id}.`,
      next: `This program brings ${found.version}.`,
    })
  return found
}

function readBuiltIn(folder: string): WrittenChecklist[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .toSorted()
    .map((name) => {
      const text = readFileSync(join(folder, name), 'utf8')
      const reading = readChecklist(text, `checklists/${name}`)
      // A test holds all of them against the schema; this is for whoever changed a file of the installed package.
      if (!reading.ok) {
        const [{ message, line }] = reading.problems
        throw new AllclearError('data.damaged', {
          message: `The built-in checklist ${name} cannot be read: ${message}`,
          next: 'Install the package again.',
          where: `checklists/${name}, line ${line ?? 1}`,
        })
      }
      return { checklist: reading.checklist, text, placeOf: reading.placeOf }
    })
}
