import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import { limit } from '../../base/limits.ts'
import type { Store } from '../../base/store/index.ts'

export type SignInMethod = 'password' | 'oidc' | 'token'

/** Somebody who is signed in with a browser. */
export interface Session {
  id: string
  /** Whose; null when it was begun with a token. */
  account: string | null
  tokenId: string | null
  method: SignInMethod
  createdAtMs: number
  lastSeenAtMs: number
  endsAtMs: number
  address: string
  agent: string
}

export interface LiveSession extends Session {
  /** What a page has to send with each write, which a page of somebody else cannot know. */
  csrf: string
  /** A new secret for the cookie, when it is time for one. */
  renewed: string | null
}

/**
 * Sessions of browsers. The secret is 256 random bits that say nothing; only its SHA-256 is kept. It is replaced every
 * hour: the old one holds until the new one has been used, and a minute longer for requests that were on their way. One
 * that comes after that was copied, and the session ends.
 */
export interface SessionBook {
  begin(input: {
    account: string | null
    tokenId: string | null
    method: SignInMethod
    address: string
    agent: string
  }): Promise<{ secret: string; session: Session; csrf: string }>
  /** Null when unknown, ended or idle for too long. `stolen`: a secret that had been replaced came again. */
  find(secret: string, address: string): Promise<LiveSession | 'stolen' | null>
  list(account: string): Promise<Session[]>
  end(id: string): Promise<void>
  /** All of an account but one: after a new password, and when it is disabled. */
  endAllOf(account: string, except?: string): Promise<void>
  endAllOfToken(tokenId: string): Promise<void>
}

/** A write for each request would cost more than the answers. */
const seenEveryMs = 60_000
/** Requests that were on their way when the cookie changed. */
const earlierMs = 60_000
const secretCharactersMax = 64
const agentCharactersMax = 200

export function openSessionBook({ db }: Pick<Store, 'db'>, clock: Clock): SessionBook {
  const remove = (id: string) => db.deleteFrom('session').where('id', '=', id).execute()

  /** Replaces the secret. Null when another request at the same moment did: that one brings it to the browser. */
  async function renew(id: string, now: string, earlier: string, address: string): Promise<string | null> {
    const renewed = newSecret()
    const changed = await db
      .updateTable('session')
      .set({
        hash: hashOf(renewed),
        earlier_hash: earlier,
        earlier_until: null,
        rotated_at: clock.nowMs(),
        last_seen_at: clock.nowMs(),
        address,
      })
      .where('id', '=', id)
      .where('hash', '=', now)
      .executeTakeFirst()
    return Number(changed.numUpdatedRows) > 0 ? renewed : null
  }

  return {
    async begin({ account, tokenId, method, address, agent }) {
      const nowMs = clock.nowMs()
      await db.deleteFrom('session').where('ends_at', '<=', nowMs).execute()
      const secret = newSecret()
      const row = {
        id: `ses-${randomBytes(5).toString('hex')}`,
        hash: hashOf(secret),
        earlier_hash: null,
        earlier_until: null,
        csrf: newSecret(),
        account,
        token_id: tokenId,
        method,
        created_at: nowMs,
        rotated_at: nowMs,
        last_seen_at: nowMs,
        ends_at: nowMs + limit('sessionMs'),
        address,
        agent: agent.slice(0, agentCharactersMax),
      }
      await db.insertInto('session').values(row).execute()
      return { secret, session: sessionOf(row), csrf: row.csrf }
    },

    async find(secret, address) {
      if (secret === '' || secret.length > secretCharactersMax) return null
      const hash = hashOf(secret)
      const row = await db
        .selectFrom('session')
        .selectAll()
        .where((where) => where.or([where('hash', '=', hash), where('earlier_hash', '=', hash)]))
        .executeTakeFirst()
      if (row === undefined) return null
      const nowMs = clock.nowMs()
      if (row.ends_at <= nowMs || nowMs - row.last_seen_at > limit('sessionIdleMs')) {
        await remove(row.id)
        return null
      }
      const live = (renewed: string | null): LiveSession => ({ ...sessionOf(row), csrf: row.csrf, renewed })
      if (row.hash !== hash) {
        if (row.earlier_until === null) {
          // The new secret was never used: its answer was lost, or is on its way.
          return live(
            nowMs - row.rotated_at < earlierMs ? null : await renew(row.id, row.hash, hash, address),
          )
        }
        if (row.earlier_until > nowMs) return live(null)
        await remove(row.id)
        return 'stolen'
      }
      if (row.earlier_hash !== null && row.earlier_until === null) {
        await db
          .updateTable('session')
          .set({ earlier_until: nowMs + earlierMs, last_seen_at: nowMs, address })
          .where('id', '=', row.id)
          .execute()
      } else if (nowMs - row.rotated_at >= limit('sessionSecretMs')) {
        return live(await renew(row.id, hash, hash, address))
      } else if (nowMs - row.last_seen_at >= seenEveryMs) {
        await db
          .updateTable('session')
          .set({ last_seen_at: nowMs, address })
          .where('id', '=', row.id)
          .execute()
      }
      return live(null)
    },

    async list(account) {
      const rows = await db
        .selectFrom('session')
        .selectAll()
        .where('account', '=', account)
        .where('ends_at', '>', clock.nowMs())
        .orderBy('last_seen_at', 'desc')
        .execute()
      return rows.map(sessionOf)
    },
    async end(id) {
      await remove(id)
    },
    async endAllOf(account, except = '') {
      await db.deleteFrom('session').where('account', '=', account).where('id', '!=', except).execute()
    },
    async endAllOfToken(tokenId) {
      await db.deleteFrom('session').where('token_id', '=', tokenId).execute()
    },
  }
}

/** Compares what a page sent with what it was given; the time does not tell how much of it was right. */
export function isCsrfOf(session: Pick<LiveSession, 'csrf'>, sent: string | null): boolean {
  if (sent === null) return false
  return timingSafeEqual(Buffer.from(hashOf(session.csrf)), Buffer.from(hashOf(sent)))
}

function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

function sessionOf(row: {
  id: string
  account: string | null
  token_id: string | null
  method: string
  created_at: number
  last_seen_at: number
  ends_at: number
  address: string
  agent: string
}): Session {
  return {
    id: row.id,
    account: row.account,
    tokenId: row.token_id,
    method: row.method as SignInMethod,
    createdAtMs: Number(row.created_at),
    lastSeenAtMs: Number(row.last_seen_at),
    endsAtMs: Number(row.ends_at),
    address: row.address,
    agent: row.agent,
  }
}
