import type { Clock } from '../../base/clock.ts'
import type { Store } from '../../base/store/index.ts'

/** A running image whose layers were not read yet. */
export interface UnreadImage {
  no: number
  id: string
  digest: string | null
  /** As the fleet calls it. */
  reference: string
  pods: number
  /** Failed attempts so far, and when the last one was. */
  attempts: number
  triedAtMs: number | null
}

/** Running images that nobody read, the most used first. */
export async function unreadRunningImages(store: Store): Promise<UnreadImage[]> {
  const rows = await store
    .prepare<{
      no: number
      id: string
      digest: string | null
      reference: string
      pods: number
      attempts: number | null
      tried_at: number | null
    }>(
      `select image.no as no, image.id as id, image.digest as digest, min(run.reference) as reference,
              sum(run.pods) as pods, max(image_unread.attempts) as attempts, max(image_unread.tried_at) as tried_at
       from run join image on image.no = run.image_no
       left join image_catalogue on image_catalogue.image_no = image.no
       left join image_unread on image_unread.image_no = image.no
       where run.last_seen_at is null and image_catalogue.image_no is null
       group by image.no, image.id, image.digest order by sum(run.pods) desc, image.no`,
    )
    .all()
  return rows.map((row) => ({
    no: row.no,
    id: row.id,
    digest: row.digest,
    reference: row.reference,
    pods: Number(row.pods),
    attempts: row.attempts ?? 0,
    triedAtMs: row.tried_at,
  }))
}

export async function noteUnread(
  store: Store,
  clock: Clock,
  image: UnreadImage,
  { code, reason }: { code: string; reason: string },
): Promise<void> {
  await store.transaction((transaction) =>
    transaction.insert(
      'image_unread',
      ['image_no', 'reference', 'code', 'reason', 'tried_at', 'attempts'],
      [[image.no, image.reference, code, reason.slice(0, 1000), clock.nowMs(), image.attempts + 1]],
      {
        onConflict: { target: ['image_no'], update: ['reference', 'code', 'reason', 'tried_at', 'attempts'] },
      },
    ),
  )
}

/** What could not be read, and why. */
export async function listUnread(
  store: Store,
): Promise<
  { id: string; reference: string; code: string; reason: string; triedAtMs: number; attempts: number }[]
> {
  const rows = await store
    .prepare<{
      id: string
      reference: string
      code: string
      reason: string
      tried_at: number
      attempts: number
    }>(
      `select image.id as id, image_unread.reference as reference, code, reason, tried_at, attempts
       from image_unread join image on image.no = image_unread.image_no order by tried_at desc limit 10000`,
    )
    .all()
  return rows.map(({ tried_at, ...row }) => ({ ...row, triedAtMs: tried_at }))
}
