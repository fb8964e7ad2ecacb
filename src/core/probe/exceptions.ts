import type { Counterexample } from './types.ts'

/** Leave for some targets to speak against it: owned, with reason and end. */
export interface ProbeException {
  id: string
  /** Whether the exception is meant for this target. */
  covers(target: string): boolean
  expiresAtMs: number
}

export interface Excepted {
  /** What still counts. */
  counterexamples: Counterexample[]
  /** What a live exception covers. */
  excepted: Counterexample[]
  /** Exceptions that cover nothing of what was examined, or more of it than an exception should. */
  flagged: { id: string; why: 'covers nothing' | 'covers too much' }[]
}

/** An exception that covers more of the targets loosens the rule instead of bending it. */
const broadShare = 0.05

/** Rule 5: a live exception moves a counterexample to `excepted`; expired, it counts again. */
export function applyExceptions(
  found: readonly Counterexample[],
  exceptions: readonly ProbeException[],
  { examined, nowMs }: { examined: number; nowMs: number },
): Excepted {
  const live = exceptions.filter(({ expiresAtMs }) => expiresAtMs > nowMs)
  const uses = new Map<string, number>(live.map(({ id }) => [id, 0]))
  const counterexamples: Counterexample[] = []
  const excepted: Counterexample[] = []
  for (const example of found) {
    const covering = live.filter((exception) => exception.covers(example.target))
    for (const { id } of covering) uses.set(id, (uses.get(id) ?? 0) + 1)
    if (covering.length > 0) excepted.push(example)
    else counterexamples.push(example)
  }
  const flagged: Excepted['flagged'] = []
  for (const [id, used] of uses)
    if (used === 0) flagged.push({ id, why: 'covers nothing' })
    else if (used > examined * broadShare) flagged.push({ id, why: 'covers too much' })
  return { counterexamples, excepted, flagged }
}
