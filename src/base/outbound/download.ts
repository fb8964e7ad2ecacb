import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { AllclearError } from '../errors.ts'
import { limit } from '../limits.ts'
import { outboundFetch } from './fetch.ts'

export interface FetchOptions {
  signal?: AbortSignal
  /** Attempts in all; what the server refuses for good (4xx but 408 and 429) is not tried again. */
  attempts?: number
  headers?: Record<string, string>
}

/** Waits between attempts: 0.5 s, 1 s, 2 s … with up to half of it added at random, so that many do not come at once. */
function pauseMs(attempt: number): number {
  return 500 * 2 ** attempt * (1 + Math.random() / 2)
}

const attemptsDefault = 4

/** A GET that tries again when the network or the server fails for a moment. Throws `feed.unreachable`. */
export async function fetchPatiently(
  url: string,
  { signal, attempts = attemptsDefault, headers }: FetchOptions = {},
): Promise<Response> {
  let reason = ''
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) await sleep(pauseMs(attempt - 1), undefined, { signal })
    try {
      const response = await outboundFetch(url, {
        headers,
        signal: signal
          ? AbortSignal.any([signal, AbortSignal.timeout(limit('feedTimeoutMs'))])
          : AbortSignal.timeout(limit('feedTimeoutMs')),
      })
      if (response.ok || response.status === 304 || response.status === 416) return response
      reason = `it answered ${response.status}`
      await response.body?.cancel()
      if (response.status < 500 && response.status !== 408 && response.status !== 429) break
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof AllclearError) throw error
      reason =
        (error as Error).cause instanceof Error
          ? ((error as Error).cause as Error).message
          : (error as Error).message
    }
  }
  throw new AllclearError('feed.unreachable', {
    message: `${url} cannot be fetched: ${reason}.`,
    next: 'Look at the network and at the feed addresses in `allclear config show`, or import the files with `allclear import advisories`.',
  })
}

/** Size and validator of a file without fetching it; `null` where the server does not say. */
export async function headOf(
  url: string,
  options: FetchOptions = {},
): Promise<{ bytes: number | null; etag: string | null }> {
  const response = await fetchPatiently(url, { ...options, headers: { range: 'bytes=0-0' } })
  await response.body?.cancel()
  const total =
    /\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1] ??
    response.headers.get('content-length')
  return {
    bytes: total === null || total === undefined ? null : Number(total),
    etag: response.headers.get('etag'),
  }
}

/**
 * Downloads to a file and goes on where a cut connection left it. A part that was begun lies beside the target; it is
 * continued only when the server says that the file is still the same.
 */
export async function download(
  url: string,
  target: string,
  { etag, signal, onBytes }: { etag: string | null; signal?: AbortSignal; onBytes?(done: number): void },
): Promise<void> {
  await mkdir(dirname(target), { recursive: true, mode: 0o700 })
  const part = `${target}.${etag === null ? 'part' : etag.replace(/[^A-Za-z0-9]/g, '').slice(0, 40)}.part`
  for (let attempt = 0; ; attempt++) {
    const have = etag === null ? 0 : await sizeOf(part)
    try {
      const response = await fetchPatiently(url, {
        signal,
        headers: have > 0 && etag !== null ? { range: `bytes=${have}-`, 'if-range': etag } : {},
      })
      const resumed = response.status === 206
      if (response.status !== 416) {
        let done = resumed ? have : 0
        const body = Readable.fromWeb(response.body as import('node:stream/web').ReadableStream)
        body.on('data', (chunk: Buffer) => {
          done += chunk.length
          if (done > limit('archiveTotalBytes')) body.destroy(new Error('it is larger than the limit'))
          onBytes?.(done)
        })
        await pipeline(body, createWriteStream(part, { flags: resumed ? 'a' : 'w', mode: 0o600 }))
      }
      await rename(part, target)
      return
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof AllclearError || attempt + 1 >= attemptsDefault) {
        if (error instanceof AllclearError) throw error
        throw new AllclearError('feed.unreachable', {
          message: `${url} was cut off ${attempt + 1} times: ${(error as Error).message}.`,
          next: 'Start the same command again: it goes on where it stopped.',
          cause: error,
        })
      }
      await sleep(pauseMs(attempt), undefined, { signal })
    }
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch {
    return 0
  }
}

export async function removeDownload(path: string): Promise<void> {
  await rm(path, { force: true })
}
