import { canonicalJson, type Json } from '../../core/canonical-json.ts'
import type { ProbeParameters, Tolerance } from '../../core/probe/index.ts'

/** A probe with its parameters, and what decides how its answer is judged. */
export interface Question {
  probe: string
  params: ProbeParameters
  tolerance: Tolerance
  /** Who asks must not be known: the answer is given and not kept. No part of what is asked. */
  secret?: boolean
}

/** One text for one question: who asks the same is given the same answer. */
export function keyOf({ probe, params, tolerance }: Question): string {
  return canonicalJson({ probe, params: params as Json, tolerance: { ...tolerance } })
}
