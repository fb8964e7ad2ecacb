import { limit } from '../limits.ts'

/** One value out of a stream, or the head of one that is larger than the limit and was passed over. */
export type StreamedValue = { bytes: Uint8Array } | { tooLargeBytes: number; head: Uint8Array }

/** Kept of what is too large: Kubernetes writes the metadata first, so the name is in there. */
const headBytes = 2048

/** Collects the bytes of one value across chunks; what outgrows the limit is counted and not kept. */
class Collector {
  #parts: Uint8Array[] = []
  #length = 0
  #bytesMax: number

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  get length(): number {
    return this.#length
  }

  add(part: Uint8Array): void {
    if (part.length === 0) return
    const before = this.#length
    this.#length += part.length
    if (this.#length <= this.#bytesMax) this.#parts.push(part)
    else if (before <= this.#bytesMax) {
      const head = Buffer.concat([...this.#parts, part.subarray(0, headBytes)]).subarray(0, headBytes)
      this.#parts = [Buffer.from(head)]
    }
  }

  take(): StreamedValue {
    const parts = this.#parts
    const length = this.#length
    this.#parts = []
    this.#length = 0
    if (length > this.#bytesMax) return { tooLargeBytes: length, head: parts[0] }
    return { bytes: parts.length === 1 ? parts[0] : Buffer.concat(parts, length) }
  }
}

/** The stream ended or broke off in the middle of a value. */
export class CutOff extends Error {
  override readonly name = 'CutOff'
}

/** A value went on for longer than anybody would send. */
export class Endless extends Error {
  override readonly name = 'Endless'
}

/**
 * Lines of a watch. A line over `kubeObjectBytes` is passed over up to its end; one that does not end within
 * `kubeSkippedBytes` ends the stream. A last line without newline was cut off.
 */
export async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<StreamedValue> {
  const line = new Collector(limit('kubeObjectBytes'))
  const skippedMax = limit('kubeSkippedBytes')
  for await (const chunk of body) {
    let from = 0
    for (let end = chunk.indexOf(0x0a, from); end >= 0; end = chunk.indexOf(0x0a, from)) {
      line.add(chunk.subarray(from, end))
      from = end + 1
      if (line.length > 0) yield line.take()
    }
    line.add(chunk.subarray(from))
    if (line.length > skippedMax) throw new Endless(`a line of more than ${skippedMax} bytes`)
  }
  if (line.length > 0) throw new CutOff('the watch broke off within a line')
}

const quote = 0x22
const backslash = 0x5c

/**
 * The elements of `items` of a list, each as soon as its last byte is there, so that a page is never held whole. What
 * stands around them (kind, `metadata` with continue token and resource version) is collected and returned at the end:
 * a list with no items.
 *
 * Only brackets and strings are followed here; each element and the frame are parsed, and thereby checked, by the
 * caller.
 */
export async function* readItems(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<StreamedValue, Uint8Array, undefined> {
  const frame = new Collector(limit('kubeFrameBytes'))
  const item = new Collector(limit('kubeObjectBytes'))
  const skippedMax = limit('kubeSkippedBytes')
  let depth = 0
  let inString = false
  let escaped = false
  /** Depth of the array `items` while inside it. */
  let itemsDepth = 0
  /** The bytes of the last key of the outermost object; long keys are none of ours. */
  let key = ''
  let keyGrows = false
  let ended = false
  for await (const chunk of body) {
    let from = 0
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]
      if (inString) {
        if (escaped) escaped = false
        else if (byte === backslash) escaped = true
        else if (byte === quote) {
          inString = false
          keyGrows = false
        } else if (keyGrows && key.length < 16) key += String.fromCharCode(byte)
        continue
      }
      switch (byte) {
        case quote:
          inString = true
          if (depth === 1) {
            key = ''
            keyGrows = true
          }
          break
        case 0x7b: // {
          if (depth === itemsDepth && itemsDepth > 0) {
            frame.add(chunk.subarray(from, at))
            from = at
          }
          depth++
          break
        case 0x5b: // [
          depth++
          if (depth === 2 && key === 'items' && itemsDepth === 0) {
            itemsDepth = 2
            frame.add(chunk.subarray(from, at + 1))
            from = at + 1
          }
          break
        case 0x7d: // }
          depth--
          if (itemsDepth > 0 && depth === itemsDepth) {
            item.add(chunk.subarray(from, at + 1))
            from = at + 1
            yield item.take()
          }
          if (depth === 0) ended = true
          break
        case 0x5d: // ]
          depth--
          if (itemsDepth > 0 && depth < itemsDepth) {
            frame.add(chunk.subarray(from, at))
            from = at
            itemsDepth = 0
          }
          break
        case 0x2c: // ,
          // Between two elements; the frame is to be a list without any.
          if (itemsDepth > 0 && depth === itemsDepth) {
            frame.add(chunk.subarray(from, at))
            from = at + 1
          }
          break
      }
    }
    const rest = chunk.subarray(from)
    if (itemsDepth > 0 && depth > itemsDepth) item.add(rest)
    else frame.add(rest)
    if (item.length > skippedMax) throw new Endless(`an object of more than ${skippedMax} bytes`)
    if (frame.length > limit('kubeFrameBytes')) throw new Endless('a list without end around its items')
  }
  if (!ended) throw new CutOff('the list broke off')
  const whole = frame.take()
  return 'bytes' in whole ? whole.bytes : whole.head
}

/** `namespace/name` out of the head of an object that was too large to read. */
export function nameInHead(head: Uint8Array): string | null {
  const text = Buffer.from(head).toString('utf8')
  const metadata = text.slice(Math.max(0, text.indexOf('"metadata"')))
  const name = /"name":\s*"([^"\\]{1,253})"/.exec(metadata)?.[1]
  if (name === undefined) return null
  const namespace = /"namespace":\s*"([^"\\]{1,253})"/.exec(metadata)?.[1]
  return namespace === undefined ? name : `${namespace}/${name}`
}
