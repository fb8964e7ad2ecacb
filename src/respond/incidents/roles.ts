import { AllclearError } from '../../base/errors.ts'
import { accountName } from '../../core/people.ts'

/** Roles of an incident, with the words under which people know them. */
const roleNames: Readonly<Record<string, { title: string; words: readonly string[] }>> = {
  'incident-commander': { title: 'commander', words: ['commander', 'ic', 'lead'] },
  'communications-lead': { title: 'communications lead', words: ['communications', 'comms', 'cl'] },
  expert: { title: 'expert', words: ['sme', 'subject-matter-expert'] },
  'operations-lead': { title: 'operations lead', words: ['operations', 'ops', 'ol'] },
  'first-responder': { title: 'first responder', words: ['responder', 'fr'] },
  'reliability-engineer': { title: 'reliability engineer', words: ['sre', 'reliability'] },
  'evidence-keeper': { title: 'evidence keeper', words: ['evidence', 'ev'] },
  'privacy-legal': { title: 'privacy and legal', words: ['privacy', 'legal', 'pl'] },
}

export const commander = 'incident-commander'
export const firstResponder = 'first-responder'
export const operationsLead = 'operations-lead'
/** Without these nobody decides, nobody tells the others, and nobody knows. */
export const neededRoles: readonly string[] = [commander, 'communications-lead', 'expert']

export const allRoles: readonly string[] = Object.keys(roleNames)

/** `commander` → `incident-commander`; throws `usage` for a word that names no role. */
export function roleOf(word: string): string {
  const asked = word
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, '-')
  for (const [role, { words }] of Object.entries(roleNames))
    if (role === asked || words.includes(asked)) return role
  throw new AllclearError('usage', {
    message: `There is no role \`${word.slice(0, 60)}\`.`,
    next: `Roles are ${Object.values(roleNames)
      .map(({ words, title }) => words[0] ?? title)
      .join(', ')}.`,
  })
}

export function titleOfRole(role: string): string {
  return roleNames[role]?.title ?? role
}

/** `@anna` and `anna` are one person. Throws `usage` for what is no name of an account. */
export function personOf(text: string): string {
  const name = accountName(text)
  if (name.ok) return name.value
  throw new AllclearError('usage', {
    message: `\`${text.slice(0, 60)}\` is no name of a person: ${name.reason}.`,
    next: 'Write @NAME, as in `allclear user list`.',
  })
}
