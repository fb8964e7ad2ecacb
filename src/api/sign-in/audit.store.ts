import { canonicalJson, type Json } from '../../core/canonical-json.ts'
import { type ChainBreak, findBreak, type Link, linkAfter } from '../../core/chain/index.ts'
import type { Clock } from '../../base/clock.ts'
import type { Store } from '../../base/store/index.ts'

/** What somebody did, as the trail keeps it. Nothing of the contents of a request is in it. */
export interface AuditAct {
  /** Account, token or `local`; `nobody` before a sign-in. */
  actor: string
  via: 'local' | 'session' | 'token' | 'nobody'
  /** Token or session. */
  through: string | null
  /** `sign-in.failed`, `user.add`; other writes by method and route: `POST /api/v1/import/{kind}`. */
  action: string
  /** What it was done to: an account, a token, an id in the path. */
  subject: string | null
  outcome: 'done' | 'refused' | 'failed'
  address: string
  requestId: string
}

export interface AuditEntry extends AuditAct {
  seq: number
  atMs: number
  hash: string
}

export interface AuditCheck {
  entries: number
  /** Number and hash of the newest entry: kept elsewhere, they show later that nothing was cut off. */
  head: { seq: number; hash: string } | null
  break: ChainBreak | null
}

/** The trail of what people and tokens did: entries are added and never changed, and each carries the hash of the one before. */
export interface AuditTrail {
  add(act: AuditAct): Promise<void>
  /** Newest first. */
  list(query: { actor?: string; action?: string; beforeSeq?: number; limit: number }): Promise<AuditEntry[]>
  /** Reads the whole trail. `kept`: a head of earlier, which has to be in it still. */
  check(kept: { seq: number; hash: string } | null): Promise<AuditCheck>
}

interface Row {
  seq: number
  previous: string
  body: string
  hash: string
  actor: string
  action: string
}

type Body = AuditAct & { atMs: number } & { [key: string]: Json }

export function openAuditTrail(store: Store, clock: Clock): AuditTrail {
  return {
    async add(act) {
      await store.transaction(
        async ({ db }) => {
          const last = await db
            .selectFrom('audit_entry')
            .select(['seq', 'hash'])
            .orderBy('seq', 'desc')
            .limit(1)
            .executeTakeFirst()
          const atMs = clock.nowMs()
          const link = linkAfter(last === undefined ? null : { ...last, seq: Number(last.seq) }, {
            ...act,
            atMs,
          } as Body)
          await db
            .insertInto('audit_entry')
            .values({
              seq: link.seq,
              previous: link.previous,
              body: canonicalJson(link.body),
              hash: link.hash,
              at: atMs,
              actor: act.actor,
              action: act.action,
            })
            .execute()
        },
        { mode: 'full' },
      )
    },
    async list({ actor, action, beforeSeq, limit }) {
      let query = store.db.selectFrom('audit_entry').select(['seq', 'body', 'hash'])
      if (actor !== undefined) query = query.where('actor', '=', actor)
      if (action !== undefined) query = query.where('action', '=', action)
      if (beforeSeq !== undefined) query = query.where('seq', '<', beforeSeq)
      const rows = await query.orderBy('seq', 'desc').limit(limit).execute()
      return rows.map(({ seq, body, hash }) => ({ ...(JSON.parse(body) as Body), seq: Number(seq), hash }))
    },
    async check(kept) {
      let last: Link | null = null
      let found: ChainBreak | null = null
      let entries = 0
      for await (const rows of store.batches<Row>(
        'select seq, previous, body, hash, actor, action from audit_entry order by seq',
      )) {
        const links = rows.map(linkOf)
        entries += links.length
        found ??= findBreak(links, last)
        // The columns only find entries, and may hide none of them.
        const mislaid = rows.find(({ body, actor, action }) => {
          const said = JSON.parse(body) as Body
          return said.actor !== actor || said.action !== action
        })
        if (mislaid !== undefined) found ??= { seq: Number(mislaid.seq), kind: 'altered' }
        if (kept !== null && links.some((link) => link.seq === kept.seq && link.hash !== kept.hash))
          found ??= { seq: kept.seq, kind: 'altered' }
        last = links.at(-1) ?? last
      }
      if (kept !== null && kept.seq > (last?.seq ?? 0)) found ??= { seq: kept.seq, kind: 'missing' }
      return { entries, head: last === null ? null : { seq: last.seq, hash: last.hash }, break: found }
    },
  }
}

function linkOf({ seq, previous, body, hash }: Row): Link {
  return { seq: Number(seq), previous, body: JSON.parse(body) as Json, hash }
}
