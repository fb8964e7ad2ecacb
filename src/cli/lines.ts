import { isUtf8 } from 'node:buffer'
import { limit } from '../base/limits.ts'
import { failed, ok, type Result } from '../core/result.ts'
import type { CliIo } from './io.ts'

/** A line of a batch form, or why it cannot be read: it is answered all the same, in its place. */
export type BatchLine = Result<string>

const lineFeed = 0x0a

/**
 * Lines of stdin (when the only argument is `-`) or the arguments themselves, in groups that one request carries. A
 * carriage return before the line feed is dropped; a last line without line feed counts. A line that is too long or no
 * UTF-8 is one line still. Memory is bounded by the two limits, whatever the input is.
 */
export async function* readLines(io: CliIo, args: readonly string[]): AsyncGenerator<BatchLine[]> {
  const group = new LineGroup()
  if (args.length !== 1 || args[0] !== '-') {
    for (const argument of args) {
      group.add(Buffer.from(argument))
      if (group.isFull()) yield group.take()
    }
  } else {
    const line = new LineBytes()
    for await (const chunk of io.stdin) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      let start = 0
      for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
        group.add(line.end(bytes.subarray(start, end)))
        start = end + 1
        if (group.isFull()) yield group.take()
      }
      line.append(bytes.subarray(start))
    }
    if (!line.isEmpty()) group.add(line.end(Buffer.alloc(0)))
  }
  if (!group.isEmpty()) yield group.take()
}

/**
 * Asks for the lines that can be read and puts the answers in their places; a line that cannot be read is answered with
 * what `refused` makes of the reason.
 */
export async function answersInPlace<Answer>(
  lines: readonly BatchLine[],
  ask: (readable: string[]) => Promise<readonly Answer[]>,
  refused: (reason: string) => Answer,
): Promise<Answer[]> {
  const answers = (await ask(lines.flatMap((line) => (line.ok ? [line.value] : [])))).values()
  return lines.map((line) => (line.ok ? answers.next().value! : refused(line.reason)))
}

/** Bytes of a line that arrive in pieces. What is past the limit is not kept; one byte past it tells. */
class LineBytes {
  private pieces: Buffer[] = []
  private bytes = 0

  isEmpty(): boolean {
    return this.bytes === 0
  }

  append(piece: Buffer): void {
    const kept = piece.subarray(0, limit('batchLineBytes') + 1 - this.bytes)
    if (kept.byteLength === 0) return
    // A copy: the stream may reuse the memory of a chunk.
    this.pieces.push(Buffer.from(kept))
    this.bytes += kept.byteLength
  }

  end(piece: Buffer): Buffer {
    if (this.bytes === 0) return piece
    this.append(piece)
    const line = Buffer.concat(this.pieces)
    this.pieces = []
    this.bytes = 0
    return line
  }
}

class LineGroup {
  private lines: BatchLine[] = []
  private bytes = 0

  add(bytes: Buffer): void {
    const line = lineOf(bytes)
    this.lines.push(line)
    if (line.ok) this.bytes += bytes.byteLength
  }

  isEmpty(): boolean {
    return this.lines.length === 0
  }

  isFull(): boolean {
    return this.lines.length >= limit('batchLines') || this.bytes >= limit('batchBytes')
  }

  take(): BatchLine[] {
    const { lines } = this
    this.lines = []
    this.bytes = 0
    return lines
  }
}

function lineOf(bytes: Buffer): BatchLine {
  const bytesMax = limit('batchLineBytes')
  if (bytes.byteLength > bytesMax) return failed(`the line is longer than ${bytesMax} bytes`)
  if (!isUtf8(bytes)) return failed('the line is not valid UTF-8')
  const text = bytes.toString('utf8')
  // Editors of some systems begin a file with a byte order mark.
  const from = text.charCodeAt(0) === 0xfeff ? 1 : 0
  return ok(text.slice(from, text.endsWith('\r') ? -1 : undefined))
}
