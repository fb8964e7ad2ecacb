import { limit } from '../base/limits.ts'
import type { CliIo } from './io.ts'

/**
 * Lines of stdin (when the only argument is `-`) or the arguments themselves, in groups that one request carries. A
 * carriage return before the line feed is dropped; a last line without line feed counts.
 */
export async function* readLines(io: CliIo, args: readonly string[]): AsyncGenerator<string[]> {
  const linesMax = limit('batchLines')
  if (args.length !== 1 || args[0] !== '-') {
    for (let start = 0; start < args.length; start += linesMax) yield args.slice(start, start + linesMax)
    return
  }
  let lines: string[] = []
  let rest = ''
  const decoder = new TextDecoder('utf-8')
  for await (const chunk of io.stdin) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = parts.pop()!
    for (const part of parts) {
      lines.push(part.endsWith('\r') ? part.slice(0, -1) : part)
      if (lines.length < linesMax) continue
      yield lines
      lines = []
    }
  }
  rest += decoder.decode()
  if (rest !== '') lines.push(rest)
  if (lines.length > 0) yield lines
}
