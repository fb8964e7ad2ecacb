import { createHash } from 'node:crypto'
import { AllclearError } from '../errors.ts'

/**
 * Hands a stream on and checks at its end that it has the digest that it was asked by; what was read of a stream that
 * breaks its promise is worth nothing, so this throws before the reader sees the end.
 */
export async function* verified(
  chunks: AsyncIterable<Uint8Array>,
  digest: string,
  where: string,
): AsyncGenerator<Uint8Array> {
  const [algorithm] = digest.split(':', 1)
  const hash = createHash(algorithm)
  for await (const chunk of chunks) {
    hash.update(chunk)
    yield chunk
  }
  const found = `${algorithm}:${hash.digest('hex')}`
  if (found !== digest) throw wrongDigest(where, digest, found)
}

export function checkDigest(bytes: Uint8Array, digest: string, where: string): void {
  const [algorithm] = digest.split(':', 1)
  const found = `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`
  if (found !== digest) throw wrongDigest(where, digest, found)
}

function wrongDigest(where: string, digest: string, found: string): AllclearError {
  return new AllclearError('image.wrong-digest', {
    message: `${where} is not what its digest promises: ${found} came for ${digest}.`,
    next: 'Somebody or something changed it on the way. Fetch it again from a place that you trust.',
    where,
  })
}
