import { AllclearError } from '../base/errors.ts'
import type { Clock } from '../base/clock.ts'
import type { ChangeRow } from '../know/answers.ts'
import type { Knowledge } from '../know/knowledge.ts'

/** Bytes that may wait for a reader who does not read; then the stream ends and the reader resumes by its last id. */
const waitingBytesMax = 1024 * 1024
/** Changes sent on resuming; a reader further behind is told to reload. */
const resumeRowsMax = 1_000

/**
 * Changes as server-sent events. Subscribed before the past is read, so that nothing falls between; a change that
 * arrives by both ways is sent once.
 */
export async function streamChanges(
  knowledge: Knowledge,
  config: { heartbeatMs: number; clock: Clock },
  lastEventId: string | undefined,
  signal: AbortSignal,
): Promise<Response> {
  const resumeAfter = lastEventId === undefined || lastEventId === '' ? null : Number(lastEventId)
  if (resumeAfter !== null && !Number.isSafeInteger(resumeAfter)) {
    throw new AllclearError('usage', {
      message: `\`${lastEventId?.slice(0, 100)}\` is no event id.`,
      next: 'Send the id of the last `change` event, or none.',
      where: 'header Last-Event-ID',
    })
  }
  const encoder = new TextEncoder()
  let stop = () => {}
  const stream = new ReadableStream<Uint8Array>(
    {
      async start(controller) {
        let sentSeq = resumeAfter ?? 0
        let ended = false
        const early: ChangeRow[] = []
        let live = false

        const send = (text: string) => {
          if (ended) return
          if ((controller.desiredSize ?? 0) < -waitingBytesMax) return stop()
          controller.enqueue(encoder.encode(text))
        }
        const sendChange = (change: ChangeRow) => {
          if (change.seq <= sentSeq) return
          sentSeq = change.seq
          send(`event: change\nid: ${change.seq}\ndata: ${JSON.stringify(change)}\n\n`)
        }
        const unsubscribe = knowledge.onChange((change) => {
          if (live) sendChange(change)
          else early.push(change)
        })
        const beat = setInterval(
          () => send(`event: heartbeat\ndata: ${JSON.stringify({ atMs: config.clock.nowMs() })}\n\n`),
          config.heartbeatMs,
        )
        beat.unref()
        stop = () => {
          if (ended) return
          ended = true
          unsubscribe()
          clearInterval(beat)
          signal.removeEventListener('abort', stop)
          try {
            controller.close()
          } catch {
            // The reader has already gone; there is nobody to tell.
          }
        }
        signal.addEventListener('abort', stop)
        if (signal.aborted) return stop()

        send(`event: heartbeat\ndata: ${JSON.stringify({ atMs: config.clock.nowMs() })}\n\n`)
        if (resumeAfter !== null) {
          const missed = await knowledge.changes({ afterSeq: resumeAfter, limit: resumeRowsMax })
          if (missed.length === resumeRowsMax) send('event: resync\ndata: {}\n\n')
          for (const change of missed.toSorted((a, b) => a.seq - b.seq)) sendChange(change)
        }
        for (const change of early) sendChange(change)
        live = true
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
