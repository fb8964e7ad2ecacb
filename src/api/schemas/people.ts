import { z } from '@hono/zod-openapi'
import { roles } from '../../core/people.ts'
import type { Account } from '../sign-in/accounts.store.ts'
import type { AuditCheck, AuditEntry } from '../sign-in/audit.store.ts'
import type { Session } from '../sign-in/sessions.store.ts'
import { tokenScopes, type TokenRow } from '../sign-in/tokens.store.ts'
import { exactly } from './exactly.ts'

export const roleName = z.enum(roles).openapi('Role')

export const accountRow = exactly<Account>()(
  z
    .object({
      name: z.string(),
      display: z.string(),
      role: roleName,
      signsIn: z.enum(['password', 'oidc', 'neither']),
      createdAtMs: z.number(),
      createdBy: z.string(),
      disabledAtMs: z.number().nullable(),
      resetAtMs: z.number().nullable(),
      lastSignInAtMs: z.number().nullable(),
    })
    .openapi('Account'),
)

export const tokenRow = exactly<TokenRow>()(
  z
    .object({
      id: z.string(),
      name: z.string(),
      scope: z.enum(tokenScopes),
      account: z.string().nullable(),
      createdAtMs: z.number(),
      expiresAtMs: z.number(),
      lastUsedAtMs: z.number().nullable(),
      lastUsedFrom: z.string().nullable(),
    })
    .openapi('Token'),
)

export const sessionRow = exactly<Session>()(
  z
    .object({
      id: z.string(),
      account: z.string().nullable(),
      tokenId: z.string().nullable(),
      method: z.enum(['password', 'oidc', 'token']),
      createdAtMs: z.number(),
      lastSeenAtMs: z.number(),
      endsAtMs: z.number(),
      address: z.string(),
      agent: z.string(),
    })
    .openapi('Session'),
)

export const auditRow = exactly<AuditEntry>()(
  z
    .object({
      actor: z.string(),
      via: z.enum(['local', 'session', 'token', 'nobody']),
      through: z.string().nullable(),
      action: z.string(),
      subject: z.string().nullable(),
      outcome: z.enum(['done', 'refused', 'failed']),
      address: z.string(),
      requestId: z.string(),
      seq: z.number(),
      atMs: z.number(),
      hash: z.string(),
    })
    .openapi('AuditEntry'),
)

export const auditCheck = exactly<AuditCheck>()(
  z
    .object({
      entries: z.number(),
      head: z.object({ seq: z.number(), hash: z.string() }).nullable(),
      break: z
        .object({
          seq: z.number(),
          kind: z.enum(['altered', 'missing', 'reordered', 'doubled', 'unlinked']),
        })
        .nullable(),
    })
    .openapi('AuditCheck'),
)

export const me = z
  .object({
    name: z.string(),
    display: z.string(),
    role: roleName,
    via: z.enum(['local', 'session', 'token', 'nobody']),
    account: z.string().nullable(),
    csrf: z.string().nullable().openapi({
      description: 'Of a session: what each write sends as `x-allclear-csrf`.',
    }),
  })
  .openapi('Me')
