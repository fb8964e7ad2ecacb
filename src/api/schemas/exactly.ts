import type { z } from '@hono/zod-openapi'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Flattens intersections, so that two spellings of one shape compare equal. */
type Flat<T> = T extends readonly (infer Item)[]
  ? Flat<Item>[]
  : T extends object
    ? { [Key in keyof T]: Flat<T[Key]> }
    : T

/**
 * Ties a schema to the type it describes: if either drifts, the file does not compile. `exactly<T>()(schema)` returns
 * the schema unchanged.
 */
export function exactly<Type>() {
  return <Schema extends z.ZodType>(
    schema: Same<Flat<z.output<Schema>>, Flat<Type>> extends true
      ? Schema
      : { drifted: [z.output<Schema>, Type] } & Schema,
  ): Schema => schema
}
