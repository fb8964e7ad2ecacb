import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import { AllclearError } from '../../base/errors.ts'
import type { Store } from '../../base/store/index.ts'

export type TokenScope = 'admin' | 'read'

export interface TokenRow {
  id: string
  name: string
  scope: TokenScope
  createdAtMs: number
  expiresAtMs: number
  lastUsedAtMs: number | null
}

/** API tokens. The secret is shown once; only its SHA-256 is kept, which is enough for 256 random bits. */
export interface TokenBook {
  create(input: {
    name: string
    scope: TokenScope
    expiresAtMs: number
  }): Promise<TokenRow & { secret: string }>
  list(): Promise<TokenRow[]>
  revoke(id: string): Promise<void>
  /** The token that a secret belongs to; null when unknown, revoked or expired. */
  verify(secret: string): Promise<TokenRow | null>
  hasAdmin(): Promise<boolean>
}

/** `last_used_at` is for people who tidy up; a write for each request would cost more than the answers. */
const lastUsedEveryMs = 60_000
/** A secret is `ac_` and 43 characters; anything much longer is not worth hashing. */
const secretCharactersMax = 128

export function openTokenBook({ db }: Pick<Store, 'db'>, clock: Clock): TokenBook {
  return {
    async create({ name, scope, expiresAtMs }) {
      const secret = `ac_${randomBytes(32).toString('base64url')}`
      const row: TokenRow = {
        id: `tok-${randomBytes(5).toString('hex')}`,
        name,
        scope,
        createdAtMs: clock.nowMs(),
        expiresAtMs,
        lastUsedAtMs: null,
      }
      await db
        .insertInto('token')
        .values({
          id: row.id,
          name,
          hash: hashOf(secret),
          scope,
          created_at: row.createdAtMs,
          expires_at: expiresAtMs,
          last_used_at: null,
        })
        .execute()
      return { ...row, secret }
    },

    async list() {
      const rows = await db.selectFrom('token').selectAll().orderBy('created_at').orderBy('id').execute()
      return rows.map(rowOf)
    },

    async revoke(id) {
      const result = await db.deleteFrom('token').where('id', '=', id).executeTakeFirst()
      if (Number(result.numDeletedRows) > 0) return
      throw new AllclearError('not-found', {
        message: `There is no token \`${id.slice(0, 100)}\`.`,
        next: 'List them with `allclear token list`.',
      })
    },

    async verify(secret) {
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
        await db.updateTable('token').set({ last_used_at: nowMs }).where('id', '=', row.id).execute()
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

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

function rowOf(row: {
  id: string
  name: string
  scope: string
  created_at: number
  expires_at: number
  last_used_at: number | null
}): TokenRow {
  return {
    id: row.id,
    name: row.name,
    scope: row.scope === 'admin' ? 'admin' : 'read',
    createdAtMs: Number(row.created_at),
    expiresAtMs: Number(row.expires_at),
    lastUsedAtMs: row.last_used_at === null ? null : Number(row.last_used_at),
  }
}
