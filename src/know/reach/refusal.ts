/** An object that the API server would not store, and why; caught where the object is read. */
export class Refused extends Error {
  /** Within the object: `spec.ingress[0].from[1].ipBlock.cidr`. */
  readonly path: string

  constructor(path: string, reason: string) {
    super(reason)
    this.name = 'Refused'
    this.path = path
  }
}

type Fields = Record<string, unknown>

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object at a place; absent is `undefined`. */
export function fieldsAt(value: unknown, path: string): Fields | undefined {
  if (value === undefined || value === null) return undefined
  if (!isFields(value)) throw new Refused(path, 'is not an object')
  return value
}

/** The list at a place; absent is an empty one. */
export function listAt(value: unknown, path: string): unknown[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw new Refused(path, 'is not a list')
  return value
}

export function textAt(value: unknown, path: string): string {
  if (typeof value !== 'string') throw new Refused(path, 'is not text')
  return value
}

export function integerAt(value: unknown, path: string, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
    throw new Refused(path, `is not a whole number from ${min} to ${max}`)
  return value
}
