import { openAsBlob } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { withoutTrailingSlashes } from '../../core/trailing-slashes.ts'
import { AllclearError } from '../../base/errors.ts'
import { limit } from '../../base/limits.ts'
import { namesInWords } from '../../api/document-names.ts'
import type { ImagePath } from '../../base/oci/index.ts'
import type { Input } from '../../know/knowledge.ts'
import type { CliIo } from '../io.ts'
import { pathWithQuery } from './client.ts'
import type { Client, QueryValues, Work } from './client.ts'
import { errorOfResponse, errorOfWire } from './errors.ts'
import { walkPaths } from './inputs.ts'
import { packTar } from './tar.ts'

/** One line of a streamed answer: a scan report of the largest image seen is 4 MB of JSON. */
const lineCharactersMax = 256 * 1024 * 1024

/** The API of a server. */
export function openRemoteClient(server: string, token: string | null, io: CliIo): Client {
  const base = withoutTrailingSlashes(server)

  async function call(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    if (token !== null) headers.set('authorization', `Bearer ${token}`)
    let response: Response
    try {
      response = await fetch(base + path, { ...init, method, headers, signal: io.signal, redirect: 'error' })
    } catch (error) {
      if (io.signal.aborted) throw error
      throw new AllclearError('server.unreachable', {
        message: `${base} does not answer: ${reasonOf(error)}.`,
        next: 'Start it with `allclear up`, or name another with `--server URL`.',
        cause: error,
      })
    }
    if (response.ok) return response
    if (!response.headers.get('content-type')?.includes('json')) throw notOurs(`status ${response.status}`)
    throw await errorOfResponse(response)
  }

  const notOurs = (what: string) =>
    new AllclearError('server.unreachable', {
      message: `${base} answers, but not as Allclear does: ${what}.`,
      next: 'Check the address in `--server` or ALLCLEAR_SERVER; a proxy on the way may have no Allclear behind it.',
    })

  const jsonInit = (body: unknown): RequestInit => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

  async function workOnce<Report>(path: string, init: RequestInit, work: Work<Report>): Promise<Report> {
    const headers = { ...(init.headers as Record<string, string>), accept: 'application/x-ndjson' }
    const response = await call('POST', path, { ...init, headers })
    for await (const line of linesOf(response, io, brokeOff)) {
      const { progress, result, report, error } = JSON.parse(line)
      if (progress !== undefined) work.onProgress?.(progress)
      else if (result !== undefined) await work.onResult?.(result)
      else if (error !== undefined) throw errorOfWire(error, 500)
      else return report as Report
    }
    throw brokeOff()
  }

  const brokeOff = (cause?: unknown): AllclearError =>
    new AllclearError('server.unreachable', {
      message: `${base} broke off before it had finished.`,
      next: 'What it acknowledged is stored; run the command again for the rest.',
      cause,
    })

  /** Reads of an answer that has begun; a server that dies meanwhile is no defect of ours. */
  async function whole<T>(reading: Promise<T>): Promise<T> {
    try {
      return await reading
    } catch (error) {
      if (io.signal.aborted) throw error
      if (error instanceof SyntaxError) throw notOurs('what it sent is no JSON')
      throw brokeOff(error)
    }
  }

  return {
    description: `through ${base}`,
    get: async <T>(path: string, query?: QueryValues) =>
      (await whole((await call('GET', pathWithQuery(path, query))).json())) as T,
    async send<T>(method: 'POST' | 'DELETE', path: string, body?: unknown) {
      const response = await call(method, pathWithQuery(path), body === undefined ? {} : jsonInit(body))
      return (response.status === 204 ? undefined : await whole(response.json())) as T
    },
    bytes: async (path, query) =>
      new Uint8Array(await whole((await call('GET', pathWithQuery(path, query))).arrayBuffer())),
    async work<Report>(path: string, query: QueryValues, work: Work<Report>) {
      if (work.image !== undefined) {
        const body = await bodyOfImage(work.image)
        const whole = { ...query, source: basename(work.image.path), scheme: body.scheme }
        return workOnce(pathWithQuery(path, whole), body.init, work)
      }
      if (work.inputs === undefined) return workOnce(pathWithQuery(path, query), jsonInit(work.json), work)
      const single = await singleFile(work.inputs, io)
      if (single !== null) {
        return workOnce(pathWithQuery(path, { ...query, source: single.source }), { body: single.blob }, work)
      }
      let merged: Report | undefined
      const skipped: string[] = []
      const inputs = walkPaths(work.inputs, io, work.kind ?? '', skipped)
      for await (const body of tarBodies(inputs, work.splits === true)) {
        const init = { body, duplex: 'half', headers: { 'content-type': 'application/x-tar' } } as RequestInit
        const report = await workOnce(pathWithQuery(path, query), init, work)
        merged = merged === undefined || work.merge === undefined ? report : work.merge(merged, report)
      }
      if (merged === undefined) {
        throw new AllclearError('usage', {
          message: `There is nothing to read in ${work.inputs.join(' ')}.`,
          next: 'Name files, folders or archives.',
        })
      }
      if (skipped.length > 0) io.writeError(`Not read, by their names: ${namesInWords(skipped)}.\n`)
      return merged
    },
    close: async () => {},
  }
}

/** An archive goes as it is. A folder would lose its links and owners on the way, so it is packed by who has it. */
async function bodyOfImage({ scheme, path }: ImagePath): Promise<{ scheme: string; init: RequestInit }> {
  const found = await stat(path).catch(() => null)
  if (found?.isFile()) return { scheme, init: { body: await openAsBlob(path) } }
  throw new AllclearError('usage', {
    message: `${path} is not a file, and a folder cannot be sent to a server.`,
    next: 'Pack it first (`skopeo copy oci:FOLDER oci-archive:FILE`), or read it here without --server.',
    where: path,
  })
}

/** A single file goes as it is, an archive too: the server unpacks. */
async function singleFile(
  inputs: readonly string[],
  io: CliIo,
): Promise<{ source: string; blob: Blob } | null> {
  if (inputs.length !== 1 || inputs[0] === '-') return null
  const path = resolve(io.cwd, inputs[0])
  const found = await stat(path).catch(() => null)
  if (found === null || !found.isFile()) return null
  return { source: basename(path), blob: await openAsBlob(path) }
}

/** All documents as tar streams, each within what one request may carry when the import may be split. */
async function* tarBodies(walked: AsyncIterable<Input>, splits: boolean): AsyncGenerator<ReadableStream> {
  const bytesMax = splits ? limit('requestBytes') / 2 : Infinity
  const inputs = walked[Symbol.asyncIterator]()
  let next = await inputs.next()
  while (!next.done) {
    let bytes = 0
    async function* chunk(): AsyncGenerator<Input> {
      do {
        const input = next.value as Input
        bytes += input.sizeBytes ?? 0
        yield input
        next = await inputs.next()
      } while (!next.done && bytes < bytesMax)
    }
    yield ReadableStream.from(packTar(chunk()))
  }
}

async function* linesOf(
  response: Response,
  io: CliIo,
  brokeOff: (cause: unknown) => AllclearError,
): AsyncGenerator<string> {
  if (response.body === null) return
  const decoder = new TextDecoder()
  const parts: string[] = []
  let characters = 0
  const chunks = response.body[Symbol.asyncIterator]()
  try {
    for (;;) {
      const { done, value } = await chunks.next().catch((error: unknown) => {
        throw io.signal.aborted ? error : brokeOff(error)
      })
      if (done) return
      let text = decoder.decode(value, { stream: true })
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
        parts.push(text.slice(0, end))
        yield parts.join('')
        parts.length = 0
        characters = 0
        text = text.slice(end + 1)
      }
      if (text === '') continue
      parts.push(text)
      characters += text.length
      if (characters > lineCharactersMax) {
        throw new AllclearError('input.too-large', {
          message: 'The server sent a line without end.',
          next: 'Check that --server names an Allclear server.',
        })
      }
    }
  } finally {
    // Whoever has its answer reads no further; the connection is free again.
    await chunks.return?.()
  }
}

function reasonOf(error: unknown): string {
  const cause = (error as Error).cause
  const code = (cause as { code?: string } | undefined)?.code
  return code ?? (cause instanceof Error ? cause.message : (error as Error).message)
}
