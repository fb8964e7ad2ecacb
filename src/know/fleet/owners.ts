import { defaultConfig, type OwnerKeys } from '../../base/config.ts'

export type { OwnerKeys } from '../../base/config.ts'

export const defaultOwnerKeys: OwnerKeys = defaultConfig.owners

interface Marks {
  labels: Record<string, string>
  annotations: Record<string, string>
}

/** The owner of an object: its annotations, its labels, then those of its namespace; `null` when nobody is named. */
export function ownerOf(own: Marks, namespace: Marks | undefined, keys: OwnerKeys): string | null {
  for (const marks of [own, namespace]) {
    if (!marks) continue
    const owner = firstOf(marks.annotations, keys.annotations) ?? firstOf(marks.labels, keys.labels)
    if (owner !== null) return owner
  }
  return null
}

function firstOf(marks: Record<string, string>, keys: readonly string[]): string | null {
  const named = keys.find((key) => Object.hasOwn(marks, key) && marks[key] !== '')
  return named === undefined ? null : marks[named]
}
