import { open } from 'node:fs/promises'

/** Bytes that can be read anywhere: a zip is read from its end. */
export interface ByteSource {
  readonly sizeBytes: number
  /** Exactly these bytes, fewer only where the source ends. The result is not changed later. */
  read(offset: number, length: number): Promise<Uint8Array>
  close(): Promise<void>
}

export function sourceOfBytes(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
    close: async () => {},
  }
}

export async function openFileSource(path: string): Promise<ByteSource> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    return {
      sizeBytes: size,
      async read(offset, length) {
        const buffer = Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, size - offset)))
        let filled = 0
        while (filled < buffer.length) {
          const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, offset + filled)
          if (bytesRead === 0) break
          filled += bytesRead
        }
        return buffer.subarray(0, filled)
      },
      close: () => file.close(),
    }
  } catch (error) {
    await file.close()
    throw error
  }
}
