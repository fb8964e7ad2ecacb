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

/** The checklists that come with the program, by id. Read once; they change only with the program. */
export function builtInTexts(): readonly WrittenChecklist[] {
  read ??= readBuiltIn(join(packageRoot, 'checklists'))
  return read
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
