import type { Problem } from './types.ts'

const examplesMax = 5

/** Gathers what was not understood by its reason, so that a million bad entries are one line and not a million. */
export class Problems {
  readonly #groups = new Map<string, Problem>()

  add(reason: string, example: string, count = 1): void {
    const group = this.#groups.get(reason)
    if (group === undefined) this.#groups.set(reason, { reason, count, examples: [example.slice(0, 200)] })
    else {
      group.count += count
      if (group.examples.length < examplesMax) group.examples.push(example.slice(0, 200))
    }
  }

  addAll(problems: readonly Problem[]): void {
    for (const { reason, count, examples } of problems) {
      const [first = ''] = examples
      this.add(reason, first, count)
      const group = this.#groups.get(reason) as Problem
      for (const example of examples.slice(1))
        if (group.examples.length < examplesMax) group.examples.push(example)
    }
  }

  list(): Problem[] {
    return [...this.#groups.values()].sort((a, b) => b.count - a.count)
  }
}
