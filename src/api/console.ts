import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
}
const compressible = new Set(['.html', '.js', '.css', '.json', '.svg', '.webmanifest', '.txt'])
/** The build writes a hash into the names below this folder, so that they never change. */
const immutableFolder = '/assets/'

interface ConsoleFile {
  bytes: Uint8Array<ArrayBuffer>
  gzipped: Uint8Array<ArrayBuffer> | null
  etag: string
  type: string
}

/**
 * The console's files from memory: two megabytes, read and packed once. Only names that were there when the server
 * started are answered, so that no path can lead elsewhere; every other path is a screen and gets the page.
 */
export function openConsole(directory: string | null): (request: Request) => Promise<Response> {
  const names = directory === null ? new Set<string>() : listFiles(directory)
  const files = new Map<string, Promise<ConsoleFile>>()

  return async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain('Only GET here.', 405)
    const path = decodedPath(request.url)
    const isFile = path !== null && names.has(path)
    if (!isFile && path !== null && (path.startsWith(immutableFolder) || !wantsPage(request, path))) {
      return plain('There is no such file.', 404)
    }
    const name = isFile ? path : '/index.html'
    if (directory === null || !names.has(name)) {
      return plain(
        'The console is not built; `npm start` or `npm run build` does it. The API is at /api/v1/openapi.json.',
        404,
      )
    }
    let loading = files.get(name)
    if (loading === undefined) {
      loading = loadFile(join(directory, name), name)
      files.set(name, loading)
    }
    return answerFile(request, name, await loading)
  }
}

/**
 * Whether a path that is no file is asked for as a screen. The path of a screen may end like a file (the image
 * `registry.example/app.json`), so whoever asks says what for: a browser by the destination (Fetch Metadata, "The
 * Sec-Fetch-Dest HTTP Request Header", sent to trustworthy origins only) or by accepting HTML. Only for those who say
 * nothing, such as curl, does the ending decide.
 */
function wantsPage({ headers }: Request, path: string): boolean {
  const destination = headers.get('sec-fetch-dest') ?? 'empty'
  if (destination !== 'empty') return destination === 'document'
  return /\btext\/html\b/.test(headers.get('accept') ?? '') || !(extname(path) in types)
}

async function loadFile(path: string, name: string): Promise<ConsoleFile> {
  const bytes = new Uint8Array(await readFile(path))
  const extension = extname(name)
  const packed = compressible.has(extension)
    ? new Uint8Array(await promisify(gzip)(bytes, { level: 9 }))
    : null
  return {
    bytes,
    gzipped: packed !== null && packed.byteLength < bytes.byteLength ? packed : null,
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    type: types[extension] ?? 'application/octet-stream',
  }
}

function answerFile(request: Request, name: string, file: ConsoleFile): Response {
  const headers = new Headers({
    'content-type': file.type,
    etag: file.etag,
    vary: 'accept-encoding',
    'cache-control': name.startsWith(immutableFolder) ? 'public, max-age=31536000, immutable' : 'no-cache',
  })
  if (request.headers.get('if-none-match')?.includes(file.etag))
    return new Response(null, { status: 304, headers })
  const accepts = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')
  const body = accepts && file.gzipped !== null ? file.gzipped : file.bytes
  if (body !== file.bytes) headers.set('content-encoding', 'gzip')
  headers.set('content-length', String(body.byteLength))
  return new Response(request.method === 'HEAD' ? null : body, { headers })
}

function plain(text: string, status: number): Response {
  return new Response(`${text}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } })
}

function decodedPath(url: string): string | null {
  try {
    return decodeURIComponent(new URL(url).pathname)
  } catch {
    return null
  }
}

function listFiles(directory: string): Set<string> {
  const names = new Set<string>()
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    names.add(
      `/${join(entry.parentPath, entry.name).slice(directory.length).split(sep).filter(Boolean).join('/')}`,
    )
  }
  return names
}
