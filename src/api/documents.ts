import type { Input } from '../know/knowledge.ts'
import type { Refusal } from './context.ts'
import { asAllclearError } from './errors.ts'
import type { WorkSink } from './work.ts'

/** Documents in flight: reading the next overlaps with judging these, and memory stays at a few documents. */
const documentsAtOnce = 4

export interface DocumentsReport {
  documents: number
  refused: number
}

/** The last word of a scan: what was counted, and names that were left out. */
export interface DocumentsAnswer extends DocumentsReport {
  skipped: readonly string[]
}

/**
 * Applies `judge` to every document and gives the results in the order of the inputs. A document that is refused
 * becomes an element that says why; the others go on.
 */
export async function judgeDocuments<T>(
  inputs: AsyncIterable<Input>,
  title: string,
  judge: (input: Input) => Promise<T>,
  sink: WorkSink,
): Promise<DocumentsReport> {
  const waiting: Promise<T | Refusal>[] = []
  const report: DocumentsReport = { documents: 0, refused: 0 }

  const deliverFirst = async () => {
    const result = await waiting.shift()!
    report.documents++
    if (isRefusal(result)) report.refused++
    await sink.result(result)
    sink.progress({ title, done: report.documents, total: null, unit: 'documents' })
  }
  for await (const input of inputs) {
    sink.signal.throwIfAborted()
    if (input.imageAt !== undefined) {
      // Read where it lies, one at a time: it is a thousand times a document.
      waiting.push(judge(input).catch((thrown: unknown) => refusalOf(input.source, thrown)))
      while (waiting.length > 0) await deliverFirst()
      continue
    }
    // Read in its turn: an entry of an archive is there only until the next one is asked for.
    const bytes = await input.read().catch((thrown: unknown) => refusalOf(input.source, thrown))
    waiting.push(
      isRefusal(bytes)
        ? Promise.resolve(bytes)
        : judge({ ...input, read: async () => bytes }).catch((thrown: unknown) =>
            refusalOf(input.source, thrown),
          ),
    )
    if (waiting.length === documentsAtOnce) await deliverFirst()
  }
  while (waiting.length > 0) await deliverFirst()
  return report
}

function refusalOf(source: string, thrown: unknown): Refusal {
  const error = asAllclearError(thrown)
  return {
    source,
    error: {
      code: error.code,
      message: error.message,
      next: error.next,
      ...(error.where === undefined ? {} : { where: error.where }),
    },
  }
}

export function isRefusal(result: unknown): result is Refusal {
  return typeof result === 'object' && result !== null && 'error' in result && 'source' in result
}
