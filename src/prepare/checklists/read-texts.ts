import type { ChecklistVersionRow } from './answers.ts'
import { readChecklist, type ChecklistReading } from './read.ts'
import type { StoredVersion } from './versions.store.ts'

export interface ReadVersion {
  row: ChecklistVersionRow
  text: string
  reading: ChecklistReading
}

/** Stored texts never change, so each is read once. */
export class ReadTexts {
  #known = new Map<string, ChecklistReading>()

  of(stored: readonly StoredVersion[]): ReadVersion[] {
    const known = new Map<string, ChecklistReading>()
    const versions = stored.map(({ text, ...row }) => {
      const key = `${row.id} ${row.version}`
      const reading = this.#known.get(key) ?? readChecklist(text, key)
      known.set(key, reading)
      return { row, text, reading }
    })
    this.#known = known
    return versions
  }
}
