import { AllclearError } from '../../base/errors.ts'
import type { Clock } from '../../base/clock.ts'
import { rowOf } from '../../respond/incidents/entry-text.ts'
import type { Incidents } from '../../respond/incidents/incidents.ts'

/** Bytes that may wait for a reader who does not read; then the stream ends and the reader resumes by its last id. */
const waitingBytesMax = 1024 * 1024

/**
 * Entries of a timeline as they are written. Subscribed before the past is read, so that nothing falls between; an entry
 * that arrives by both ways is sent once.
 */
export async function streamIncident(
  incidents: Incidents,
  { heartbeatMs, clock }: { heartbeatMs: number; clock: Clock },
  { id, lastEventId, signal }: { id: string; lastEventId: string | undefined; signal: AbortSignal },
): Promise<Response> {
  const { head } = await incidents.state(id)
  const after = lastEventId === undefined || lastEventId === '' ? head.seq : Number(lastEventId)
  if (!Number.isSafeInteger(after) || after < 0)
    throw new AllclearError('usage', {
      message: `\`${lastEventId?.slice(0, 100)}\` is no event id.`,
      next: 'Send the id of the last `entry` event, or none.',
      where: 'header Last-Event-ID',
    })
  const encoder = new TextEncoder()
  let stop = () => {}
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let sent = after
        let ended = false
        let sending = Promise.resolve()
        const send = (text: string) => {
          if (ended) return
          if ((controller.desiredSize ?? 0) < -waitingBytesMax) return stop()
          controller.enqueue(encoder.encode(text))
        }
        const beat = () => send(`event: heartbeat\ndata: ${JSON.stringify({ atMs: clock.nowMs() })}\n\n`)
        const catchUp = async () => {
          for (const row of await incidents.rows(id, sent)) {
            sent = row.seq
            send(`event: entry\nid: ${row.seq}\ndata: ${JSON.stringify(row)}\n\n`)
          }
        }
        const wake = () => {
          sending = sending.then(catchUp).catch(() => stop())
        }
        const unsubscribe = incidents.watch(id, (entries) => {
          // The common case needs no look into the store.
          if (entries[0].seq === sent + 1)
            for (const entry of entries) {
              sent = entry.seq
              send(`event: entry\nid: ${entry.seq}\ndata: ${JSON.stringify(rowOf(entry))}\n\n`)
            }
          else wake()
        })
        const timer = setInterval(beat, heartbeatMs)
        timer.unref()
        stop = () => {
          if (ended) return
          ended = true
          unsubscribe()
          clearInterval(timer)
          signal.removeEventListener('abort', stop)
          try {
            controller.close()
          } catch {
            // The reader has already gone; there is nobody to tell.
          }
        }
        signal.addEventListener('abort', stop)
        if (signal.aborted) return stop()
        beat()
        wake()
      },
      cancel() {
        stop()
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 0 }),
  )
  return new Response(stream, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
    },
  })
}
