import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { queries } from './queries.ts'
import type { TimelineRow } from './schema.generated.ts'
import { openStream } from './stream.ts'

/** What is written in one moment comes as several entries; the page asks once for them, at most four times a second. */
const gatherMs = 250

/**
 * Follows one incident: entries join the timeline as they come, and what rests on them is asked again. Values change in
 * place; forms keep what is typed.
 */
export function useIncidentLive(id: string): void {
  const client = useQueryClient()
  useEffect(() => {
    let gathering: number | undefined
    const askAgain = (): void => {
      gathering ??= window.setTimeout(() => {
        gathering = undefined
        void client.invalidateQueries({ predicate: ({ queryKey }) => concerns(queryKey, id) })
      }, gatherMs)
    }
    const close = openStream(
      `/api/v1/incidents/${encodeURIComponent(id)}/events`,
      { name: `allclear-incident-${id}`, events: ['entry'] },
      {
        heard: () => {},
        told: (_, data) => {
          addRow(client, id, JSON.parse(data) as TimelineRow)
          askAgain()
        },
        missed: () => {
          void client.invalidateQueries({ queryKey: queries.timeline(id).queryKey })
          askAgain()
        },
      },
    )
    return () => {
      close()
      window.clearTimeout(gathering)
    }
  }, [client, id])
}

/** Everything asked about the incident, its timeline aside: that is kept current by its entries. */
function concerns([line, parameters]: readonly unknown[], id: string): boolean {
  if (typeof line !== 'string' || !line.startsWith('GET /api/v1/incidents')) return false
  if (line.endsWith('/timeline')) return false
  const path = (parameters as { path?: { id?: string } }).path
  return path === undefined || path.id === id
}

/** Joins an entry to the timeline; one that leaves a gap has the whole asked again. */
function addRow(client: QueryClient, id: string, row: TimelineRow): void {
  const { queryKey } = queries.timeline(id)
  const before = client.getQueryData(queryKey)
  const last = before?.rows.at(-1)?.seq ?? 0
  if (before === undefined || row.seq <= last) return
  if (row.seq > last + 1) void client.invalidateQueries({ queryKey })
  else client.setQueryData(queryKey, { total: before.total + 1, rows: [...before.rows, row] })
}
