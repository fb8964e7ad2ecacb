import { fromCacao } from '../../core/checklist/cacao/from-cacao.ts'
import { toCacao } from '../../core/checklist/cacao/to-cacao.ts'
import { markdownOf } from '../../core/checklist/pages/markdown.ts'
import { printPage } from '../../core/checklist/pages/print.ts'
import { writeChecklist } from '../../core/checklist/write.ts'
import type { ChecklistImport } from './answers.ts'
import type { KnownVersion } from './in-force.ts'

export const checklistForms = ['yaml', 'cacao', 'markdown', 'html'] as const
export type ChecklistForm = (typeof checklistForms)[number]

/** A version in a form for elsewhere. YAML is as it was written, byte for byte. */
export function writeAs(
  form: ChecklistForm,
  { checklist, text, row }: KnownVersion,
  { nowMs, firstAtMs }: { nowMs: number; firstAtMs: number | null },
): { mediaType: string; fileName: string; text: string } {
  const name = `${checklist.id}-${checklist.version}`
  switch (form) {
    case 'yaml':
      return { mediaType: 'application/yaml', fileName: `${name}.yaml`, text }
    case 'cacao': {
      // What comes with the program was made when it was reviewed; the time must not depend on who exports it.
      const madeAtMs = row.storedAtMs ?? Date.parse(checklist.lastReviewed ?? '2026-11-01')
      const playbook = toCacao(checklist, { createdAtMs: firstAtMs ?? madeAtMs, modifiedAtMs: madeAtMs })
      return {
        mediaType: 'application/json',
        fileName: `${name}.cacao.json`,
        text: `${JSON.stringify(playbook, null, 2)}\n`,
      }
    }
    case 'markdown':
      return { mediaType: 'text/markdown', fileName: `${name}.md`, text: markdownOf(checklist) }
    case 'html':
      return { mediaType: 'text/html', fileName: `${name}.html`, text: printPage(checklist, nowMs) }
  }
}

/** A CACAO 2.0 playbook as the text of a checklist. */
export function readPlaybook(playbook: unknown): ChecklistImport {
  const { checklist, problems, notes } = fromCacao(playbook)
  return { text: checklist === null ? null : writeChecklist(checklist), notes, problems }
}
