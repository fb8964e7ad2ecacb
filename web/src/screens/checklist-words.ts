import type { ChecklistRow } from '../api/schema.generated.ts'

/** When a list is used, in the words of the navigation. */
export const phaseTitles: Readonly<Record<ChecklistRow['phase'], string>> = {
  'pre-incident': 'Before the day',
  incident: 'During an incident',
  containment: 'While containing',
  rollout: 'While rolling out',
  content: 'Before content leaves',
  register: 'Of vendors',
  'game-day': 'In an exercise',
}

export const sourceWords: Readonly<Record<ChecklistRow['source'], string>> = {
  'built-in': 'comes with Allclear',
  folder: 'in the folder',
  edited: 'own',
  imported: 'imported',
}

const roles: Readonly<Record<string, string>> = {
  'readiness-owner': 'Readiness owner',
  'first-responder': 'First responder',
  'incident-commander': 'Commander',
  'communications-lead': 'Communications',
  'operations-lead': 'Operations',
  expert: 'Expert',
  'reliability-engineer': 'Reliability',
  'evidence-keeper': 'Evidence',
  'privacy-legal': 'Privacy and legal',
}

export function roleTitle(role: string): string {
  return roles[role] ?? role
}

const minuteMs = 60_000

/** `15 min`, `24 h`, `180 d`: the largest unit that leaves a whole number. */
export function duration(ms: number): string {
  for (const [unit, size] of [
    ['d', 1440 * minuteMs],
    ['h', 60 * minuteMs],
    ['min', minuteMs],
  ] as const)
    if (ms >= size && ms % size === 0 && !(unit === 'd' && ms === size)) return `${ms / size} ${unit}`
  return `${ms / 1000} s`
}
