import { createHash, randomBytes } from 'node:crypto'
import type { Role } from '../../core/people.ts'
import type { Clock } from '../../base/clock.ts'
import { AllclearError } from '../../base/errors.ts'
import type { Store } from '../../base/store/index.ts'

/** What a token may do, as the role that it gives at most. */
export const scopeRoles = {
  read: 'viewer',
  respond: 'responder',
  command: 'commander',
  admin: 'administrator',
} as const satisfies Record<string, Role>
export type TokenScope = keyof typeof scopeRoles
export const tokenScopes = Object.keys(scopeRoles) as [TokenScope, ...TokenScope[]]

/** The widest scope that a role can use. */
export function scopeOf(role: Role): TokenScope {
  return tokenScopes.find((scope) => scopeRoles[scope] === role)!
}

export interface TokenRow {
  id: string
  name: string
  scope: TokenScope
  /** Whom it acts for: it may never do more than that account, and nothing when that is disabled. Null: made on the machine. */
  account: string | null
  createdAtMs: number
  expiresAtMs: number
  lastUsedAtMs: number | null
  lastUsedFrom: string | null
}

/** API tokens. The secret is shown once; only its SHA-256 is kept, which is enough for 256 random bits. */
export interface TokenBook {
  create(input: {
    name: string
    scope: TokenScope
    account: string | null
    expiresAtMs: number
  }): Promise<TokenRow & { secret: string }>
  /** Of one account, or all. */
  list(account?: string): Promise<TokenRow[]>
  find(id: string): Promise<TokenRow | null>
  /** Throws `not-found`. */
  revoke(id: string): Promise<void>
  /** The token that a secret belongs to; null when unknown, revoked or expired. */
  verify(secret: string, from: string): Promise<TokenRow | null>
  hasAdmin(): Promise<boolean>
}

/** `last_used_at` is for people who tidy up; a write for each request would cost more than the answers. */
const lastUsedEveryMs = 60_000
/** A secret is `ac_` and 43 characters; anything much longer is not worth hashing. */
const secretCharactersMax = 128

export function openTokenBook({ db }: Pick<Store, 'db'>, clock: Clock): TokenBook {
  return {
    async create({ name, scope, account, expiresAtMs }) {
      const secret = `ac_${randomBytes(32).toString('base64url')}`
      const row: TokenRow = {
        id: `tok-${randomBytes(5).toString('hex')}`,
        name,
        scope,
        account,
        createdAtMs: clock.nowMs(),
        expiresAtMs,
        lastUsedAtMs: null,
        lastUsedFrom: null,
      }
      await db
        .insertInto('token')
        .values({
          id: row.id,
          name,
          hash: hashOf(secret),
          scope,
          account,
          created_at: row.createdAtMs,
          expires_at: expiresAtMs,
          last_used_at: null,
          last_used_from: null,
        })
        .execute()
      return { ...row, secret }
    },

    async list(account) {
      let query = db.selectFrom('token').selectAll()
      if (account !== undefined) query = query.where('account', '=', account)
      return (await query.orderBy('created_at').orderBy('id').execute()).map(rowOf)
    },

    async find(id) {
      const found = await db.selectFrom('token').selectAll().where('id', '=', id).executeTakeFirst()
      return found === undefined ? null : rowOf(found)
    },

    async revoke(id) {
      const result = await db.deleteFrom('token').where('id', '=', id).executeTakeFirst()
      if (Number(result.numDeletedRows) === 0) throw noSuchToken(id)
    },

    async verify(secret, from) {
      if (secret === '' || secret.length > secretCharactersMax) return null
      const found = await db
        .selectFrom('token')
        .selectAll()
        .where('hash', '=', hashOf(secret))
        .executeTakeFirst()
      if (found === undefined) return null
      const row = rowOf(found)
      const nowMs = clock.nowMs()
      if (row.expiresAtMs <= nowMs) return null
      if (row.lastUsedAtMs === null || nowMs - row.lastUsedAtMs >= lastUsedEveryMs) {
        await db
          .updateTable('token')
          .set({ last_used_at: nowMs, last_used_from: from })
          .where('id', '=', row.id)
          .execute()
      }
      return row
    },

    async hasAdmin() {
      const found = await db
        .selectFrom('token')
        .select('id')
        .where('scope', '=', 'admin')
        .where('expires_at', '>', clock.nowMs())
        .executeTakeFirst()
      return found !== undefined
    },
  }
}

export function noSuchToken(id: string): AllclearError {
  return new AllclearError('not-found', {
    message: `There is no token \`${id.slice(0, 100)}\`.`,
    next: 'List them with `allclear token list`.',
  })
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

function rowOf(row: {
  id: string
  name: string
  scope: string
  account: string | null
  created_at: number
  expires_at: number
  last_used_at: number | null
  last_used_from: string | null
}): TokenRow {
  return {
    id: row.id,
    name: row.name,
    scope: Object.hasOwn(scopeRoles, row.scope) ? (row.scope as TokenScope) : 'read',
    account: row.account,
    createdAtMs: Number(row.created_at),
    expiresAtMs: Number(row.expires_at),
    lastUsedAtMs: row.last_used_at === null ? null : Number(row.last_used_at),
    lastUsedFrom: row.last_used_from,
  }
}
