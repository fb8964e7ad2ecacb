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
export function keyOf(question: Question): string {
  let key = keys.get(question)
  if (key === undefined) {
    const { probe, params, tolerance } = question
    key = canonicalJson({ probe, params: params as Json, tolerance: { ...tolerance } })
    keys.set(question, key)
  }
  return key
}

/** A question that is kept is asked a hundred times; it never changes. */
const keys = new WeakMap<Question, string>()
