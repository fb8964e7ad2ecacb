import { z } from 'zod'

/**
 * CACAO 2.0 (OASIS CS01, November 2023), as far as it is read here. Only types are checked: what the specification demands
 * beyond them is the lint's, so that a playbook with one slip is read and told of all its slips.
 */

const text = z.string().max(20_000)
const id = z.string().max(200)
const dictionary = z.record(z.string().max(300), z.looseObject({}))

const command = z.looseObject({
  type: text,
  command: text.optional(),
  command_b64: text.optional(),
  playbook_activity: text.optional(),
})

const stepSchema = z.looseObject({
  type: text,
  name: text.optional(),
  description: text.optional(),
  external_references: z
    .array(z.looseObject({ name: text.optional() }))
    .max(1000)
    .optional(),
  on_completion: id.optional(),
  on_success: id.optional(),
  on_failure: id.optional(),
  on_true: id.optional(),
  on_false: id.optional(),
  next_steps: z.array(id).max(1000).optional(),
  cases: z.record(z.string().max(2000), id).optional(),
  condition: text.optional(),
  switch: text.optional(),
  commands: z.array(command).max(1000).optional(),
  agent: id.optional(),
  targets: z.array(id).max(1000).optional(),
  playbook_id: id.optional(),
  step_variables: dictionary.optional(),
  step_extensions: dictionary.optional(),
})

export const playbookSchema = z.looseObject({
  type: z.literal('playbook'),
  spec_version: text,
  id,
  name: text,
  description: text.optional(),
  playbook_types: z.array(text).max(100).optional(),
  playbook_activities: z.array(text).max(100).optional(),
  created_by: id.optional(),
  created: text.optional(),
  modified: text.optional(),
  revoked: z.boolean().optional(),
  derived_from: z.array(id).max(100).optional(),
  labels: z.array(text).max(1000).optional(),
  external_references: z
    .array(z.looseObject({ name: text.optional() }))
    .max(10_000)
    .optional(),
  markings: z.array(id).max(100).optional(),
  playbook_variables: dictionary.optional(),
  workflow_start: id.optional(),
  workflow_exception: id.optional(),
  workflow: z.record(id, stepSchema),
  playbook_extensions: dictionary.optional(),
  agent_definitions: dictionary.optional(),
  target_definitions: dictionary.optional(),
  extension_definitions: dictionary.optional(),
  data_marking_definitions: dictionary.optional(),
})

export type CacaoPlaybook = z.infer<typeof playbookSchema>
export type CacaoStep = z.infer<typeof stepSchema>

/** Where a step may go on to, with the name of the property that says so. */
export function edgesOf(step: CacaoStep): { property: string; to: string }[] {
  const edges: { property: string; to: string }[] = []
  for (const property of ['on_completion', 'on_success', 'on_failure', 'on_true', 'on_false'] as const) {
    const to = step[property]
    if (to !== undefined) edges.push({ property, to })
  }
  for (const to of step.next_steps ?? []) edges.push({ property: 'next_steps', to })
  for (const to of Object.values(step.cases ?? {})) edges.push({ property: 'cases', to })
  return edges
}
