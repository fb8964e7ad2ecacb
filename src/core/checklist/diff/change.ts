import type { VersionStep } from '../versions.ts'

export type ChangeKind = 'added' | 'removed' | 'tightened' | 'loosened' | 'reworded'

/** One difference, by what it means. */
export interface ChecklistChange {
  kind: ChangeKind
  /** Id of the item; null when it is about a pause point or the list. */
  item: string | null
  pause: string | null
  /** What of it: `probe.freshness`; empty when all of it came or went. */
  field: string
  before: string | null
  after: string | null
  /** The step that this change alone asks for. */
  step: VersionStep
}

/** Collects the changes of one item, pause point or list. */
export class Changes {
  readonly found: ChecklistChange[] = []
  readonly #of: { item: string | null; pause: string | null }

  constructor(of: { item?: string; pause?: string } = {}) {
    this.#of = { item: of.item ?? null, pause: of.pause ?? null }
  }

  say(
    kind: ChangeKind,
    field: string,
    before: string | null,
    after: string | null,
    step: VersionStep = stepOf[kind],
  ): void {
    this.found.push({ kind, ...this.#of, field, before, after, step })
  }

  /** Wording: another value means the same to the gates. */
  reworded(field: string, before: unknown, after: unknown): void {
    if (textOf(before) !== textOf(after)) this.say('reworded', field, textOf(before), textOf(after))
  }

  /** A value with an order: `tighter` says whether the second is the stricter one. Null has its own place in that order. */
  ordered<T>(
    field: string,
    before: T,
    after: T,
    tighter: (before: NonNullable<T>, after: NonNullable<T>) => boolean,
    absent: 'loosest' | 'tightest' = 'loosest',
    show: (value: NonNullable<T>) => string | null = textOf,
  ): void {
    const [left, right] = [shown(before, show), shown(after, show)]
    if (left === right) return
    const gained = before === null || before === undefined
    const lost = after === null || after === undefined
    const isTighter =
      gained || lost
        ? gained === (absent === 'loosest')
        : tighter(before as NonNullable<T>, after as NonNullable<T>)
    this.say(isTighter ? 'tightened' : 'loosened', field, left, right)
  }

  /** Members of a set: each that comes is one kind, each that goes the other. */
  members(
    field: string,
    before: readonly string[],
    after: readonly string[],
    coming: 'tightened' | 'loosened',
  ): void {
    const going = coming === 'tightened' ? 'loosened' : 'tightened'
    for (const one of after) if (!before.includes(one)) this.say(coming, field, null, one)
    for (const one of before) if (!after.includes(one)) this.say(going, field, one, null)
  }
}

const stepOf: Readonly<Record<ChangeKind, VersionStep>> = {
  added: 'minor',
  removed: 'major',
  tightened: 'minor',
  loosened: 'major',
  reworded: 'patch',
}

function shown<T>(value: T, show: (value: NonNullable<T>) => string | null): string | null {
  return value === null || value === undefined ? null : show(value)
}

/** A value as one short text; equal values give equal texts. */
export function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return value
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
