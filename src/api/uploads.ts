import { randomBytes } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { walkInputs } from '../base/archive/index.ts'
import { detectFormat, headBytes } from '../base/archive/format.ts'
import { AllclearError } from '../base/errors.ts'
import { limit } from '../base/limits.ts'
import { findImageInput } from '../base/oci/image-input.ts'
import type { Input } from '../know/knowledge.ts'
import type { Local } from './context.ts'
import { isDocumentName } from './document-names.ts'

export interface Upload {
  inputs: AsyncIterable<Input>
  /** Names that were left out; complete when `inputs` have been read. */
  skipped: readonly string[]
  /** Removes what was spooled. */
  dispose(): Promise<void>
}

/** Longer bodies are spooled to a file: several uploads at once must not add up in memory. */
const memoryBytesMax = 8 * 1024 * 1024

/**
 * The documents of a request: of a caller in-process the ones it hands over, of a body itself or, when it is an
 * archive, its entries. Whether it is one is told by its content, not by its name.
 */
export async function receiveInputs(
  request: Request,
  local: Local | undefined,
  source: string,
  kind: string,
): Promise<Upload> {
  if (local?.inputs !== undefined)
    return { inputs: local.inputs, skipped: local.skipped ?? [], dispose: async () => {} }
  if (request.body === null) throw emptyBody()

  const bytesMax = limit('requestBytes')
  const declared = Number(request.headers.get('content-length') ?? '0')
  if (declared > bytesMax) throw tooLarge(bytesMax)

  const path = join(tmpdir(), `allclear-upload-${randomBytes(8).toString('hex')}`)
  const dispose = () => rm(path, { force: true })
  const kept: Uint8Array[] = []
  let file: Awaited<ReturnType<typeof open>> | null = null
  let bytes = 0
  try {
    for await (const chunk of request.body) {
      bytes += chunk.byteLength
      if (bytes > bytesMax) throw tooLarge(bytesMax)
      kept.push(chunk)
      if (file === null && bytes <= memoryBytesMax) continue
      // Only this account may read what others uploaded.
      file ??= await open(path, 'wx', 0o600)
      await file.writev(kept)
      kept.length = 0
    }
    if (bytes === 0) throw emptyBody()
    // An image archive is read from several places, so even a small one has to lie in a file.
    if (file === null && kind === 'sbom' && isPacked(kept)) {
      file = await open(path, 'wx', 0o600)
      await file.writev(kept)
    }
    await file?.close()
  } catch (error) {
    await file?.close()
    await dispose()
    throw error
  }
  const skipped: string[] = []
  const accept = (name: string) => {
    const wanted = isDocumentName(kind, name)
    if (!wanted) skipped.push(name)
    return wanted
  }
  const image = file !== null && kind === 'sbom' ? await findImageInput(path, source) : null
  if (image !== null) return { inputs: only(image), skipped, dispose }
  const root = file === null ? { source, bytes: new Uint8Array(Buffer.concat(kept)) } : { source, path }
  const walked = walkInputs([root], { accept })
  // Our own client packs many files into a tar stream; in messages they have the names that they had there.
  const packed = request.headers.get('content-type') === 'application/x-tar'
  return { inputs: packed ? unprefixed(walked, `${source}: `) : walked, skipped, dispose }
}

function isPacked(parts: readonly Uint8Array[]): boolean {
  const { format } = detectFormat(Buffer.concat(parts).subarray(0, headBytes))
  return format === 'tar' || format === 'gzip' || format === 'zstd'
}

async function* only(input: Input): AsyncGenerator<Input> {
  yield input
}

async function* unprefixed(inputs: AsyncIterable<Input>, prefix: string): AsyncGenerator<Input> {
  for await (const input of inputs) {
    const source = input.source.startsWith(prefix) ? input.source.slice(prefix.length) : input.source
    yield { ...input, source }
  }
}

function emptyBody(): AllclearError {
  return new AllclearError('usage', {
    message: 'The request has no body.',
    next: 'Send the file as the body of the request.',
  })
}

function tooLarge(bytesMax: number): AllclearError {
  return new AllclearError('input.too-large', {
    message: `The upload is larger than ${bytesMax} bytes.`,
    next: 'Send it in parts, or raise ALLCLEAR_LIMIT_REQUEST_BYTES for the server.',
  })
}
