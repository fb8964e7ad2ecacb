import type { ApiContext, Local } from '../../api/context.ts'
import { localAnswer, localWork } from '../../api/groups.ts'
import { asAllclearError } from '../../api/thrown.ts'
import { walkPaths } from './inputs.ts'
import { pathWithQuery } from './client.ts'
import type { Client, QueryValues, Work } from './client.ts'
import { errorOfResponse } from './errors.ts'
import type { CliIo } from '../io.ts'

/**
 * The API in this process: the same routes, called without a socket. Inputs, progress and results are handed over as
 * they are; everything else is what a server would answer.
 */
export function openLocalClient(context: ApiContext, io: CliIo, close: () => Promise<void>): Client {
  /** What takes requests apart loads with the first one. */
  let api: Promise<ReturnType<typeof import('../../api/app.ts').createApi>> | undefined

  async function call(
    method: string,
    path: string,
    body?: unknown,
    local?: Local,
    signal: AbortSignal = io.signal,
  ): Promise<Response> {
    const init: RequestInit = {
      method,
      signal,
      headers: body === undefined ? { accept: 'application/json' } : { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }
    api ??= import('../../api/app.ts').then(({ createApi }) => createApi(context))
    const response = await (await api).request(`http://localhost${path}`, init, { local })
    if (!response.ok) throw await errorOfResponse(response)
    return response
  }

  return {
    description: 'in this process',
    async get<T>(path: string, query: QueryValues = {}) {
      const answer = await localAnswer(context, path, query).catch((error: unknown) => {
        throw asAllclearError(error)
      })
      // As it would have come from a server, and its own.
      if (answer !== null) return JSON.parse(JSON.stringify(answer)) as T
      return (await (await call('GET', pathWithQuery(path, query))).json()) as T
    },
    async send<T>(method: 'POST' | 'DELETE', path: string, body?: unknown) {
      const response = await call(method, pathWithQuery(path), body)
      return (response.status === 204 ? undefined : await response.json()) as T
    },
    bytes: async (path, query) =>
      new Uint8Array(await (await call('GET', pathWithQuery(path, query))).arrayBuffer()),
    async work<Report>(path: string, query: QueryValues, work: Work<Report>) {
      const skipped: string[] = []
      // What our own output throws (a closed pipe) ends the work, and is not an error of the API.
      const stopped = new AbortController()
      let failure: unknown = null
      const stopOn = async (deliver: () => Promise<void> | void) => {
        if (failure !== null) return
        try {
          await deliver()
        } catch (error) {
          failure = error ?? new Error('the output failed')
          stopped.abort(failure)
        }
      }
      const local: Local = {
        onProgress: work.onProgress,
        onResult: (result) => stopOn(() => work.onResult?.(result)),
        ...(work.image === undefined ? {} : { image: work.image }),
        ...(work.inputs === undefined
          ? {}
          : { inputs: walkPaths(work.inputs, io, work.kind ?? '', skipped), skipped }),
      }
      const signal = AbortSignal.any([io.signal, stopped.signal])
      const run = work.inputs === undefined ? null : await localWork(context, path)
      try {
        if (run !== null) return (await run(local, signal)) as Report
        return (await (
          await call('POST', pathWithQuery(path, query), work.json, local, signal)
        ).json()) as Report
      } catch (error) {
        throw failure ?? (signal.aborted ? error : asAllclearError(error))
      }
    },
    close,
  }
}
