import type { Input } from '../know/knowledge.ts'
import type { ApiContext, LocalWork, Refusal } from './context.ts'
import { asAllclearError } from './thrown.ts'
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

/** What is done with each document of a request, by the path that asks for it. */
export const documentWorks: Readonly<Record<string, DocumentWork>> = {
  '/scan': {
    title: 'Scan',
    async open(context) {
      const knowledge = await context.knowledge()
      return (input, more) => knowledge.scan(input, more)
    },
  },
  '/sbom/read': {
    title: 'Read',
    async open() {
      const { readSbom } = await import('../know/sbom/index.ts')
      return async (input) => ({
        source: input.source,
        ...readSbom(await input.read(), { source: input.source }),
      })
    },
  },
}

export interface DocumentWork {
  title: string
  open(context: ApiContext): Promise<JudgeDocument>
}

export type JudgeDocument = (input: Input, more: { isAlone: boolean }) => Promise<object>

/** … for a caller in this process: requests and answers, and what reads and writes them, are more code than a scan. */
export function localDocumentWorks(context: ApiContext): ReadonlyMap<string, LocalWork> {
  return new Map(
    Object.entries(documentWorks).map(([path, { title, open }]) => [
      path,
      async ({ inputs = none(), skipped = [], onProgress, onResult }, signal) => {
        const report = await judgeDocuments(inputs, title, await open(context), {
          signal,
          progress: (progress) => onProgress?.(progress),
          result: (result) => onResult?.(result),
        })
        return { ...report, skipped } satisfies DocumentsAnswer
      },
    ]),
  )
}

async function* none(): AsyncGenerator<Input> {}

/**
 * Applies `judge` to every document and gives the results in the order of the inputs. A document that is refused
 * becomes an element that says why; the others go on.
 */
export async function judgeDocuments(
  inputs: AsyncIterable<Input>,
  title: string,
  judge: JudgeDocument,
  sink: WorkSink,
): Promise<DocumentsReport> {
  const waiting: Promise<object>[] = []
  const report: DocumentsReport = { documents: 0, refused: 0 }

  const deliverFirst = async () => {
    const result = await waiting.shift()!
    report.documents++
    if (isRefusal(result)) report.refused++
    await sink.result(result)
    sink.progress({ title, done: report.documents, total: null, unit: 'documents' })
  }
  for await (const { input, refusal, isAlone } of oneAhead(readInTurn(inputs, sink.signal))) {
    waiting.push(
      refusal === null
        ? judge(input, { isAlone }).catch((thrown: unknown) => refusalOf(input.source, thrown))
        : Promise.resolve(refusal),
    )
    // An image is read where it lies, one at a time: it is a thousand times a document.
    const most = input.imageAt === undefined ? documentsAtOnce : 1
    while (waiting.length >= most) await deliverFirst()
  }
  while (waiting.length > 0) await deliverFirst()
  return report
}

interface ReadInput {
  input: Input
  /** Why its bytes could not be read. */
  refusal: Refusal | null
  /** There is no other: a thread would start in the time that it takes. */
  isAlone: boolean
}

/** Asks for the next one while the last is worked on: reading a file is mostly waiting. */
async function* oneAhead<T>(values: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = values.next()
  try {
    for (;;) {
      const { done, value } = await next
      if (done) return
      next = values.next()
      // Thrown again where it is waited for; whoever left earlier has an error of its own.
      next.catch(() => {})
      yield value
    }
  } finally {
    await values.return(undefined)
  }
}

/** Each with its bytes: an entry of an archive is there only until the next one is asked for. */
async function* readInTurn(inputs: AsyncIterable<Input>, signal: AbortSignal): AsyncGenerator<ReadInput> {
  let first: ReadInput | null = null
  let count = 0
  for await (const input of inputs) {
    signal.throwIfAborted()
    const next = await readNow(input)
    if (count++ === 0) {
      first = next
      continue
    }
    if (first !== null) yield first
    first = null
    yield next
  }
  if (first !== null) yield { ...first, isAlone: true }
}

async function readNow(input: Input): Promise<ReadInput> {
  if (input.imageAt !== undefined) return { input, refusal: null, isAlone: false }
  try {
    const bytes = await input.read()
    return { input: { ...input, read: async () => bytes }, refusal: null, isAlone: false }
  } catch (thrown) {
    return { input, refusal: refusalOf(input.source, thrown), isAlone: false }
  }
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
