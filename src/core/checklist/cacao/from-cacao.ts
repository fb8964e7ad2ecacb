import { z } from 'zod'
import { type ChecklistDocument, documentSchema } from '../document.ts'
import { fromDocument } from '../from-document.ts'
import type { Checklist } from '../types.ts'
import { draftOf, foreignItem } from './foreign.ts'
import { fleetCheckExtension } from './identifiers.ts'
import { lintPlaybook, type CacaoProblem } from './lint.ts'
import { type CacaoPlaybook, edgesOf, playbookSchema } from './playbook.ts'

export interface FromCacao {
  /** Null when the playbook has errors; nothing half-understood is made into a list. */
  checklist: Checklist | null
  problems: CacaoProblem[]
  /** What of somebody else's playbook reads differently now; empty for one of ours. */
  notes: string[]
}

/**
 * A checklist from a CACAO 2.0 playbook. One of ours comes back as it was, with what other tools changed in it; anybody
 * else's becomes a draft whose steps people do by hand: nothing in it is run.
 */
export function fromCacao(value: unknown): FromCacao {
  const parsed = playbookSchema.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const message = `${issue.path.map(String).join('.') || 'The document'}: ${issue.message}.`
    return {
      checklist: null,
      problems: [{ severity: 'error', rule: 'not-a-playbook', step: null, message }],
      notes: [],
    }
  }
  const playbook = parsed.data
  const problems = lintPlaybook(playbook)
  if (problems.some(({ severity }) => severity === 'error')) return { checklist: null, problems, notes: [] }
  const own = ownExtension.safeParse(playbook.playbook_extensions?.[fleetCheckExtension])
  const { document, notes } = own.success
    ? ownDocument(playbook, own.data)
    : draftOf(playbook, stepsInOrder(playbook))
  const read = documentSchema.safeParse(document)
  if (read.success) return { checklist: fromDocument(read.data), problems, notes }
  const [issue] = read.error.issues
  return {
    checklist: null,
    problems: [
      {
        severity: 'error',
        rule: 'not-a-playbook',
        step: null,
        message: `What it carries is no checklist: ${issue.path.map(String).join('.')}: ${issue.message}.`,
      },
      ...problems,
    ],
    notes: [],
  }
}

/** Only as much as is needed to put the document together; the schema of checklists judges the rest. */
const ownExtension = z.looseObject({
  format: z.literal(1),
  document: z.looseObject({ metadata: z.looseObject({}) }),
  pausePoints: z.array(z.looseObject({})),
  order: z.array(z.string()),
})
const ownStep = z.looseObject({ item: z.looseObject({}).optional(), gate: z.string().optional() })

function ownDocument(
  playbook: CacaoPlaybook,
  { document, pausePoints, order }: z.infer<typeof ownExtension>,
): { document: unknown; notes: string[] } {
  const notes: string[] = []
  const place = new Map(order.map((id, at) => [id, at]))
  // Steps that another tool added stand where the workflow has them, behind the last of ours.
  let last = -1
  const steps = stepsInOrder(playbook).map((id, nth) => {
    last = place.get(id) ?? last
    return { id, at: last, nth: place.has(id) ? -1 : nth }
  })
  steps.sort((a, b) => a.at - b.at || a.nth - b.nth)
  const items: unknown[] = []
  const used = new Set<string>()
  let pause = String(pausePoints[0]?.id ?? 'imported')
  for (const { id } of steps) {
    const step = playbook.workflow[id]
    if (step.type !== 'action') continue
    const extension = ownStep.safeParse(step.step_extensions?.[fleetCheckExtension])
    if (extension.success && extension.data.gate !== undefined) continue
    const item = extension.success ? extension.data.item : undefined
    if (item === undefined) {
      const { item: foreign, notes: own } = foreignItem(playbook, id, { pause, applies: null }, used)
      items.push(foreign)
      notes.push(...own)
      continue
    }
    if (typeof item.pause === 'string') pause = item.pause
    if (typeof item.id === 'string') used.add(item.id)
    items.push({
      ...item,
      text: step.name,
      ...(step.description === undefined ? {} : { why: step.description }),
    })
  }
  const whole: Record<keyof ChecklistDocument | string, unknown> = {
    ...document,
    metadata: { ...document.metadata, title: playbook.name },
    pausePoints,
    items,
  }
  return { document: whole, notes }
}

/** Steps as they are met from the start, branches one after another; what is not reached comes last. */
function stepsInOrder({ workflow, workflow_start: start }: CacaoPlaybook): string[] {
  const seen = new Set<string>()
  const open = start === undefined ? [] : [start]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id) || !Object.hasOwn(workflow, id)) continue
    seen.add(id)
    open.push(
      ...edgesOf(workflow[id])
        .map(({ to }) => to)
        .toReversed(),
    )
  }
  return [...seen, ...Object.keys(workflow).filter((id) => !seen.has(id))]
}
