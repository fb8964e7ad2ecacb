import type { ImagePath } from '../../base/oci/index.ts'
import type { Progress } from '../../know/answers.ts'

export type QueryValues = Record<string, string | number | boolean | string[] | undefined>

export interface Work<Report> {
  /** Files, folders, archives or `-`; sent as the body. */
  inputs?: readonly string[]
  /** An image on this machine (`docker-archive:FILE` …); sent as the body. */
  image?: ImagePath
  /** What they are: `sbom`, `manifests` …; decides by name what is read of folders and archives. */
  kind?: string
  /** A JSON body instead. */
  json?: unknown
  /** Inputs may go in several requests whose reports `merge` joins. */
  splits?: boolean
  merge?(a: Report, b: Report): Report
  onProgress?(progress: Progress): void
  onResult?(result: unknown): Promise<void> | void
}

/** The API, in this process or on a server. Every call either answers or throws an `AllclearError`. */
export interface Client {
  /** `in this process`, `through http://127.0.0.1:2990` */
  description: string
  get<T>(path: string, query?: QueryValues): Promise<T>
  send<T>(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<T>
  bytes(path: string, query?: QueryValues): Promise<Uint8Array>
  /** Long work with progress: imports, scans, fetches. */
  work<Report>(path: string, query: QueryValues, work: Work<Report>): Promise<Report>
  close(): Promise<void>
}

/** `/where` and `{ q: … }` as a path with query; absent values are left out. */
export function pathWithQuery(path: string, query: QueryValues = {}): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue
    for (const one of Array.isArray(value) ? value : [value]) parameters.append(name, String(one))
  }
  const text = parameters.toString()
  return text === '' ? `/api/v1${path}` : `/api/v1${path}?${text}`
}
