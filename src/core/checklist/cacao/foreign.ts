import type { ChecklistDocument } from '../document.ts'
import type { CacaoPlaybook, CacaoStep } from './playbook.ts'

type Item = ChecklistDocument['items'][number]

const lineCharacters = 400
const fixesMax = 20

/** Somebody else's playbook as a draft: actions become items that people do by hand, branches become conditions. */
export function draftOf(
  playbook: CacaoPlaybook,
  order: readonly string[],
): { document: unknown; notes: string[] } {
  const conditions = conditionsOf(playbook)
  const used = new Set<string>()
  const notes: string[] = []
  const items = order.flatMap((id) => {
    const { type } = playbook.workflow[id]
    if (type !== 'action' && type !== 'playbook-action') return []
    const { item, notes: own } = foreignItem(
      playbook,
      id,
      { pause: 'imported', applies: conditions.get(id) ?? null },
      used,
    )
    notes.push(...own)
    return [item]
  })
  if (conditions.size > 0) notes.push('Branches are read as conditions of their items; loops are read once.')
  const document: ChecklistDocument = {
    apiVersion: 'allclear/v1',
    kind: 'Checklist',
    metadata: {
      id: slugOf(playbook.name),
      title: lineOf(playbook.name) || 'Imported playbook',
      version: '1.0.0',
      status: 'draft',
      phase: 'incident',
      owner: 'role:incident-commander',
      confidentiality: 'internal',
    },
    mode: 'READ-DO',
    pausePoints: [
      {
        id: 'imported',
        when: 'Before this list is used: review what was imported',
        lead: 'incident-commander',
        holdOn: [],
      },
    ],
    items,
  }
  return { document, notes }
}

/** One step as an item. Its commands are kept to be read, and not to be run. */
export function foreignItem(
  playbook: CacaoPlaybook,
  id: string,
  { pause, applies }: { pause: string; applies: string | null },
  used: Set<string>,
): { item: Item; notes: string[] } {
  const step = playbook.workflow[id]
  const notes: string[] = []
  const commands = (step.commands ?? []).flatMap((one) => {
    const text = lineOf(commandText(one))
    if (text === '') return []
    const line = `${one.type}: ${text}`
    if (line.length > lineCharacters)
      notes.push(`A command of “${lineOf(step.name ?? id)}” is cut at ${lineCharacters} characters.`)
    return [line.slice(0, lineCharacters)]
  })
  if (commands.length > fixesMax)
    notes.push(`Of ${commands.length} commands of “${lineOf(step.name ?? id)}”, ${fixesMax} are kept.`)
  const manual = (step.commands ?? []).find(({ type }) => type === 'manual')
  const text =
    lineOf(step.name ?? (manual === undefined ? '' : commandText(manual))) || 'Do the imported step.'
  const why = lineOf(step.description ?? '')
  return {
    item: {
      id: freeId(used),
      tier: 'extended',
      pause,
      text,
      ...(why === '' ? {} : { why }),
      role: roleOf(playbook, step),
      ...(applies === null ? {} : { applies: applies.slice(0, lineCharacters) }),
      probe: { none: 'It was imported; no question to the fleet was chosen yet.' },
      ...(commands.length === 0
        ? {}
        : { fix: commands.slice(0, fixesMax).map((one) => ({ kind: 'manual' as const, text: one })) }),
    },
    notes,
  }
}

function commandText({ command, command_b64 }: { command?: string; command_b64?: string }): string {
  return command ?? Buffer.from(command_b64 ?? '', 'base64').toString('utf8')
}

function roleOf({ agent_definitions: agents }: CacaoPlaybook, { agent }: CacaoStep): string {
  const name = agent === undefined ? undefined : agents?.[agent]?.name
  return typeof name === 'string' && name.trim() !== '' ? slugOf(name) : 'expert'
}

function freeId(used: Set<string>): string {
  for (let number = 1; ; number++) {
    const id = `S${number}`
    if (used.has(id)) continue
    used.add(id)
    return id
  }
}

/** Under which conditions a step is reached: those of the branches that lead to it, outermost first. */
function conditionsOf({ workflow }: CacaoPlaybook): Map<string, string> {
  const conditions = new Map<string, string>()
  const mark = (from: string | undefined, condition: string): void => {
    // A branch ends where steps of another one go on.
    const seen = new Set<string>()
    for (let id = from; id !== undefined && Object.hasOwn(workflow, id) && !seen.has(id);) {
      seen.add(id)
      const step = workflow[id]
      conditions.set(id, conditions.has(id) ? `${conditions.get(id)} and ${condition}` : condition)
      id = step.on_completion ?? step.on_success
    }
  }
  for (const step of Object.values(workflow)) {
    const { type, condition = '' } = step
    if (type === 'if-condition') {
      if (step.on_true !== step.on_false) {
        mark(step.on_true, lineOf(condition))
        mark(step.on_false, `not (${lineOf(condition)})`)
      }
    } else if (type === 'while-condition') mark(step.on_true, `while ${lineOf(condition)}`)
    else if (type === 'switch-condition')
      for (const [value, to] of Object.entries(step.cases ?? {}))
        mark(to, `${lineOf(step.switch ?? '')} is ${lineOf(value)}`)
    mark(step.on_failure, 'the step before failed')
  }
  return conditions
}

function lineOf(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, lineCharacters)
}

function slugOf(text: string): string {
  const slug = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 50)
    .replace(/-+$/, '')
  return slug === '' ? 'imported' : slug
}
