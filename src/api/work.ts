import type { Context } from 'hono'
import type { Progress } from '../know/answers.ts'
import type { ApiConfig, ApiEnv } from './context.ts'
import { errorBody, traceDefect } from './errors.ts'
import { asAllclearError } from './thrown.ts'

/** Nobody reads faster; a line for each of 100,000 records would cost more than the records. */
const progressEveryMs = 100

/** Where long work sends what it has to say. */
export interface WorkSink {
  signal: AbortSignal
  progress(progress: Progress): void
  /** One result of many, in the order of the inputs. Waits while the reader is behind. */
  result(result: unknown): Promise<void> | void
}

/**
 * Answers with the outcome of long work in the form that the client accepts:
 * - `application/x-ndjson`: lines `{"progress":…}`, `{"result":…}` and at last `{"report":…}` or `{"error":…}`;
 * - `text/event-stream`: events of the same names;
 * - otherwise the report alone, as JSON. A caller in-process gets progress and results through `local`.
 *
 * A stream has status 200 whatever happens later: its last line tells.
 */
export async function answerWork<Report>(
  c: Context<ApiEnv>,
  config: ApiConfig,
  work: (sink: WorkSink) => Promise<Report>,
): Promise<Response> {
  const accept = c.req.header('accept') ?? ''
  const form = accept.includes('application/x-ndjson')
    ? 'lines'
    : accept.includes('text/event-stream')
      ? 'events'
      : null
  if (form === null) {
    const local = c.env.local
    return c.json(
      (await work({
        signal: c.req.raw.signal,
        progress: (progress) => local?.onProgress?.(progress),
        result: (result) => local?.onResult?.(result),
      })) as object,
      200,
    )
  }

  const encoder = new TextEncoder()
  const frame = (name: string, value: unknown) =>
    encoder.encode(
      form === 'lines'
        ? `{"${name}":${JSON.stringify(value)}}\n`
        : `event: ${name}\ndata: ${JSON.stringify(value)}\n\n`,
    )
  const cancelled = new AbortController()
  const signal = AbortSignal.any([c.req.raw.signal, cancelled.signal])
  let resume: (() => void) | null = null
  let lastProgressMs = -Infinity

  const stream = new ReadableStream<Uint8Array>(
    {
      async start(controller) {
        const send = (name: string, value: unknown) => {
          if (!signal.aborted) controller.enqueue(frame(name, value))
        }
        // `start` must return before anything is read, or nothing would be.
        queueMicrotask(async () => {
          try {
            const report = await work({
              signal,
              progress(progress) {
                const nowMs = config.clock.nowMs()
                if (nowMs - lastProgressMs < progressEveryMs && progress.done !== progress.total) return
                lastProgressMs = nowMs
                send('progress', progress)
              },
              async result(result) {
                send('result', result)
                if ((controller.desiredSize ?? 1) > 0 || signal.aborted) return
                await new Promise<void>((resolve) => {
                  resume = resolve
                })
              },
            })
            send('report', report)
          } catch (thrown) {
            const error = asAllclearError(thrown)
            if (error.code === 'internal' && !signal.aborted) traceDefect(error, c.env.requestId)
            send('error', errorBody(error, c.env.requestId).error)
          }
          if (!cancelled.signal.aborted) controller.close()
        })
      },
      pull() {
        resume?.()
        resume = null
      },
      cancel() {
        cancelled.abort()
        resume?.()
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 1024 * 1024 }),
  )
  const type = form === 'lines' ? 'application/x-ndjson' : 'text/event-stream; charset=utf-8'
  return new Response(stream, {
    headers: { 'content-type': type, 'cache-control': 'no-store, no-transform' },
  })
}
