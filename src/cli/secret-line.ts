import { AllclearError } from '../base/errors.ts'

/** What ends a line, what rubs out, and what Ctrl-C and Ctrl-D send to a terminal that hands everything over. */
const keys = { enter: /[\r\n]/, rubOut: /[\b\u007f]/, stop: '\u0003', end: '\u0004' }
const charactersMax = 4_096

interface Terminal {
  isTTY?: boolean
  setRawMode?(on: boolean): unknown
}

function interrupted(): AllclearError {
  return new AllclearError('usage', { message: 'Interrupted.', next: 'Nothing was changed.' })
}

/** Reads one line without showing it; from a pipe, up to its first line end. */
export async function readSecret(
  stdin: AsyncIterable<Uint8Array> & Terminal,
  write: (text: string) => void,
  prompt: string,
  signal: AbortSignal,
): Promise<string> {
  const typed = stdin.isTTY === true && stdin.setRawMode !== undefined
  if (typed) {
    write(prompt)
    stdin.setRawMode!(true)
  }
  const line: string[] = []
  const decoder = new TextDecoder()
  try {
    for await (const chunk of keepOpen(stdin)) {
      for (const character of decoder.decode(chunk, { stream: true })) {
        if (keys.enter.test(character) || (typed && character === keys.end)) return line.join('')
        if (typed && character === keys.stop) throw interrupted()
        if (typed && keys.rubOut.test(character)) line.pop()
        else if (line.length < charactersMax) line.push(character)
      }
      signal.throwIfAborted()
    }
    return line.join('')
  } finally {
    if (typed) {
      stdin.setRawMode!(false)
      write('\n')
    }
  }
}

/** Reading stops in the middle, and may go on with the next line: the stream is not to be closed by that. */
function keepOpen(stdin: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const chunks = stdin[Symbol.asyncIterator]()
  return { [Symbol.asyncIterator]: () => ({ next: () => chunks.next() }) }
}
