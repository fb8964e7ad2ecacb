import type { Store } from '../base/store/index.ts'

export async function feedState(
  store: Store,
  id: string,
): Promise<{ etag: string | null; records: number } | null> {
  const row = await store.db
    .selectFrom('feed')
    .select(['etag', 'records'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row ?? null
}

export async function noteFetch(
  store: Store,
  { id, url, etag, atMs }: { id: string; url: string; etag: string | null; atMs: number },
): Promise<void> {
  await store.transaction((transaction) =>
    transaction.insert('feed', ['id', 'kind', 'url', 'etag', 'fetched_at'], [[id, 'osv', url, etag, atMs]], {
      onConflict: { target: ['id'], update: ['url', 'etag', 'fetched_at'] },
    }),
  )
}

/** When each stored record of a feed was last modified. */
export async function storedModified(store: Store, feed: string): Promise<Map<string, number | null>> {
  const rows = await store.db
    .selectFrom('advisory')
    .select(['id', 'modified_at'])
    .where('feed', '=', feed)
    .execute()
  return new Map(rows.map(({ id, modified_at }) => [id, modified_at]))
}
