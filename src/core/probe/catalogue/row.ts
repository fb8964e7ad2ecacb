import { z } from 'zod'
import type { InputName } from '../inputs.ts'
import type { BoundParameter, ProbeCost, ProbeDescription, ProbeWing } from '../types.ts'

interface Row {
  inputs: readonly InputName[]
  cost: ProbeCost
  parameters?: z.ZodRawShape
  binds?: readonly BoundParameter[]
}

/** Rows of one wing: probes that look at the same things share a line of facts. */
export function describe(
  wing: ProbeWing,
  { inputs, cost, parameters = {}, binds = [] }: Row,
  probes: Readonly<Record<string, readonly [title: string, rule: string]>>,
): ProbeDescription[] {
  return Object.entries(probes).map(([id, [title, rule]]) => ({
    id,
    wing,
    title,
    rule,
    parameters: z.strictObject({ ...bound(binds), ...parameters }),
    binds,
    inputs,
    cost,
  }))
}

function bound(binds: readonly BoundParameter[]): z.ZodRawShape {
  return Object.fromEntries(binds.map((name) => [name, z.string().min(1).max(300).optional()]))
}
