import type { Store } from '../../base/store/index.ts'

/** That somebody looked into an embargoed incident, for its members to see. */
export interface Reading {
  person: string
  firstAtMs: number
  lastAtMs: number
  /** At most one in a quarter of an hour: a page that is open asks all the time. */
  reads: number
}

interface Row {
  person: string
  first_at: number
  last_at: number
  reads: number
}

export async function noteReading(
  store: Store,
  incident: string,
  person: string,
  atMs: number,
): Promise<void> {
  await store.transaction(
    async (transaction) => {
      await transaction
        .prepare(
          'insert into incident_read (incident, person, first_at, last_at, reads) values (?, ?, ?, ?, 1) on conflict (incident, person) do update set last_at = excluded.last_at, reads = incident_read.reads + 1',
        )
        .run(incident, person, atMs, atMs)
    },
    { mode: 'full' },
  )
}

export async function readingsOf(store: Store, incident: string): Promise<Reading[]> {
  const rows = await store
    .prepare<Row>(
      'select person, first_at, last_at, reads from incident_read where incident = ? order by last_at desc',
    )
    .all(incident)
  return rows.map(({ person, first_at, last_at, reads }) => ({
    person,
    firstAtMs: Number(first_at),
    lastAtMs: Number(last_at),
    reads: Number(reads),
  }))
}
