import { z } from '@hono/zod-openapi'
import { expectTypeOf, it } from 'vitest'
import { exactly } from './exactly.ts'

interface Shape {
  name: string
  size: number | null
}

it('keeps a schema that describes the type', () => {
  const schema = exactly<Shape>()(z.object({ name: z.string(), size: z.number().nullable() }))
  expectTypeOf<z.output<typeof schema>>().toEqualTypeOf<Shape>()
})

it('does not compile when either drifts', () => {
  // @ts-expect-error a field is missing
  exactly<Shape>()(z.object({ name: z.string() }))
  // @ts-expect-error a field is too much
  exactly<Shape>()(z.object({ name: z.string(), size: z.number().nullable(), more: z.string() }))
  // @ts-expect-error a field may be absent
  exactly<Shape>()(z.object({ name: z.string(), size: z.number().nullable().optional() }))
  // @ts-expect-error null is not allowed for
  exactly<Shape>()(z.object({ name: z.string(), size: z.number() }))
})
