import type { Compartment } from './compartments.ts'

/** What stands wherever a classified value is printed by mistake: in a log line, a template, JSON, a thrown error. */
export const withheld = '[withheld]'

/** The values, which no object carries: nothing finds one by looking, and what is not in here is not classified. */
const values = new WeakMap<object, unknown>()

class ClassifiedValue<out T, out C extends Compartment> {
  declare private readonly brand: T
  /** Which incident it belongs to. */
  readonly incident: string
  readonly compartment: C

  constructor(incident: string, compartment: C) {
    this.incident = incident
    this.compartment = compartment
  }

  toString(): string {
    return withheld
  }
  toJSON(): string {
    return withheld
  }
  [Symbol.toPrimitive](): string {
    return withheld
  }
  /** What console.log and Node's errors print. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return withheld
  }
}

/**
 * A value of an incident that only some people may see. It cannot be made into text, JSON or a log line by accident: all of
 * these say `[withheld]`. The two ways to the value are `read` with a clearance, for a person, and `clear`, for a channel.
 * Only `classify` makes one: a thing of the same shape is none, for the compiler and when it runs.
 */
export type Classified<T, C extends Compartment = Compartment> = ClassifiedValue<T, C>

/** Makes a value classified. */
export function classify<T, C extends Compartment>(
  value: T,
  incident: string,
  compartment: C,
): Classified<T, C> {
  const classified = new ClassifiedValue<T, C>(incident, compartment)
  values.set(classified, value)
  return classified
}

export function isClassified(thing: unknown): thing is Classified<unknown> {
  return typeof thing === 'object' && thing !== null && values.has(thing)
}

/** The value itself: for `clearance.ts` and `clear.ts` alone, which decide who gets it; `index.ts` does not hand it on. */
export function valueOf<T>(classified: Classified<T>): T {
  if (!values.has(classified)) throw new TypeError('this is not a classified value')
  return values.get(classified) as T
}
