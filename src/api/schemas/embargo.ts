import { z } from '@hono/zod-openapi'
import { compartments } from '../../core/disclosure/index.ts'
import type { AccessAnswer, CompartmentNote } from '../../respond/embargo/answers.ts'
import { exactly } from './exactly.ts'

export const compartment = z.enum(compartments).openapi('Compartment')
const standing = z
  .enum(['reads', 'not-a-member', 'terms', 'ended', 'account-reset', 'compartment'])
  .openapi('AccessStanding', {
    description:
      '`reads`, or why not. `account-reset`: somebody else gave that account a new way to sign in, and a member has to let it in anew.',
  })
const time = z.number()

export const accessAnswer = exactly<AccessAnswer>()(
  z
    .object({
      incident: z.string(),
      codeWord: z.string().nullable(),
      state: z.enum(['none', 'proposed', 'active', 'revise', 'exited']),
      endsAtMs: time.nullable(),
      terms: z.object({ version: z.number(), text: z.string() }),
      proposal: z.object({ endsAtMs: time, text: z.string() }).nullable(),
      legal: z.array(z.enum(['propose', 'activate', 'reject', 'revise', 'lift'])),
      you: z.object({ person: z.string().nullable(), standing, compartments: z.array(compartment) }),
      people: z.array(
        z.object({
          person: z.string(),
          compartments: z.array(compartment),
          standing,
          grantedAtMs: time,
          grantedBy: z.string(),
          why: z.enum(['member', 'break-glass']),
          endsAtMs: time.nullable(),
          lastReadAtMs: time.nullable(),
          reads: z.number(),
        }),
      ),
      asks: z.array(z.object({ person: z.string(), reason: z.string().nullable(), atMs: time })),
      glass: z.array(z.object({ person: z.string(), reason: z.string(), atMs: time })),
    })
    .openapi('IncidentAccess'),
)

export const compartmentNote = exactly<CompartmentNote>()(
  z
    .object({ id: z.string(), compartment, by: z.string(), atMs: time, text: z.string() })
    .openapi('CompartmentNote'),
)
