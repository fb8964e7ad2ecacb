import { Readable, type Transform } from 'node:stream'
import { constants, createGunzip, createZstdDecompress } from 'node:zlib'
import { AllclearError } from '../errors.ts'
import { checkRatio, type Budget } from './budget.ts'
import { unreadable } from './refusals.ts'
import { zstdFrames } from './zstd-frames.ts'

const chunkBytes = 256 * 1024
/** A zstd frame may ask for a window up to 2^27 bytes, what the zstd tool itself grants without being asked. */
const zstdWindowLog = 27

/** The unpacked bytes of a gzip (all its members) or zstd (all its frames) stream, within ratio and budget. */
export async function* decompress(
  format: 'gzip' | 'zstd',
  chunks: AsyncIterable<Uint8Array>,
  where: string,
  budget: Budget,
): AsyncGenerator<Uint8Array> {
  if (format === 'gzip') return yield* unpack(createGunzip({ chunkSize: chunkBytes }), chunks, where, budget)
  for await (const frame of zstdFrames(chunks, where)) {
    // A file of empty frames would cost time and give nothing.
    budget.takeEntries(1)
    const params = { [constants.ZSTD_d_windowLogMax]: zstdWindowLog }
    yield* unpack(createZstdDecompress({ chunkSize: chunkBytes, params }), frame, where, budget)
  }
}

async function* unpack(
  unpacker: Transform & { bytesWritten: number },
  chunks: AsyncIterable<Uint8Array>,
  where: string,
  budget: Budget,
): AsyncGenerator<Uint8Array> {
  const packed = Readable.from(chunks, { objectMode: false, highWaterMark: chunkBytes })
  packed.on('error', (error) => unpacker.destroy(error))
  packed.pipe(unpacker)
  let unpackedBytes = 0
  try {
    for await (const chunk of unpacker as AsyncIterable<Buffer>) {
      unpackedBytes += chunk.length
      budget.takeBytes(chunk.length)
      checkRatio(where, unpacker.bytesWritten, unpackedBytes)
      yield chunk
    }
  } catch (error) {
    throw error instanceof AllclearError ? error : unreadable(where, (error as Error).message, error)
  } finally {
    packed.destroy()
    unpacker.destroy()
  }
}
