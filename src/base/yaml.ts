import { Composer, CST, isCollection, isMap, isPair, isScalar, Lexer, LineCounter, Parser, visit } from 'yaml'
import type { Document } from 'yaml'
import { AllclearError } from './errors.ts'
import { limit } from './limits.ts'

export interface Place {
  /** Both count from 1. */
  line: number
  column: number
}

export interface YamlText {
  value: unknown
  /** Where the value at this path stands; of a path that is not there, the nearest value around it. */
  placeOf(path: readonly PropertyKey[]): Place
}

/**
 * One YAML document that a person wrote: no anchors, no aliases, no tags, no key twice. A text that people review line by
 * line has to mean what it shows; what stands elsewhere in the file or is built by the reader does not show.
 *
 * Size, depth and references are checked while the text is split into tokens, since the library would build the tree
 * first. Throws `input.too-large`, `input.too-deep`, `input.duplicate-key` or `input.not-yaml`, each with its place.
 */
export function readYaml(text: string, source: string, bytesMax: number): YamlText {
  if (text.length > bytesMax || Buffer.byteLength(text) > bytesMax)
    throw new AllclearError('input.too-large', {
      message: `${source} has more than ${bytesMax.toLocaleString('en-US')} bytes.`,
      next: 'Take out what no reader needs, or split it.',
      where: source,
    })
  const lines = new LineCounter()
  const document = composeOne(text, source, lines)
  checkKeys(document, source, lines)
  const value: unknown = document.toJS({ maxAliasCount: 0 })
  return { value, placeOf: (path) => placeOfPath(document, path, lines) }
}

function composeOne(text: string, source: string, lines: LineCounter): Document.Parsed {
  const lexer = new Lexer()
  const parser = new Parser(lines.addNewLine)
  const composer = new Composer({ uniqueKeys: false, logLevel: 'silent', schema: 'core' })
  const depthMax = limit('jsonDepth')
  const documents: Document.Parsed[] = []
  let behindScalarMark = false
  lines.addNewLine(0)
  for (const lexeme of lexer.lex(text)) {
    const at = parser.offset
    for (const token of parser.next(lexeme)) documents.push(...composer.next(token))
    if (parser.stack.length > depthMax + stackBesideCollections)
      throw refusal('input.too-deep', source, `it is nested more than ${depthMax} levels deep`, at, lines)
    // The text of a scalar may begin with a star or an ampersand, too.
    const kind = behindScalarMark ? null : CST.tokenType(lexeme)
    if (kind === 'alias' || kind === 'anchor' || kind === 'tag')
      throw refusal('input.not-yaml', source, `${article[kind]} is not taken here`, at, lines)
    behindScalarMark = lexeme === CST.SCALAR
  }
  for (const token of parser.end()) documents.push(...composer.next(token))
  documents.push(...composer.end())
  const [document, second] = documents
  if (document === undefined) throw refusal('input.not-yaml', source, 'it is empty', 0, lines)
  if (second !== undefined)
    throw refusal(
      'input.not-yaml',
      source,
      'it holds more than one document',
      second.contents?.range[0] ?? 0,
      lines,
    )
  const [problem] = document.errors
  if (problem !== undefined)
    throw refusal('input.not-yaml', source, problem.message.split('\n', 1)[0], problem.pos[0], lines)
  return document
}

const article = {
  alias: 'an alias (`*name`)',
  anchor: 'an anchor (`&name`)',
  tag: 'a tag (`!name`)',
} as const

/** The document and the scalar at the end stand on the parser's stack with the collections around it. */
const stackBesideCollections = 2

function checkKeys(document: Document.Parsed, source: string, lines: LineCounter): void {
  visit(document, {
    Map(_, map) {
      const keys = new Set<string>()
      for (const { key } of map.items) {
        const offset = isScalar(key) || isCollection(key) ? (key.range?.[0] ?? 0) : 0
        if (!isScalar(key)) throw refusal('input.not-yaml', source, 'a key is no plain text', offset, lines)
        const name = String(key.value)
        if (keys.has(name))
          throw refusal(
            'input.duplicate-key',
            source,
            `the key “${name.slice(0, 100)}” stands twice in one map`,
            offset,
            lines,
          )
        keys.add(name)
      }
    },
  })
}

function placeOfPath(document: Document.Parsed, path: readonly PropertyKey[], lines: LineCounter): Place {
  let node: unknown = document.contents
  let offset = offsetOf(node) ?? 0
  for (const key of path) {
    if (!isCollection(node)) break
    if (isMap(node)) {
      const pair = node.items.find((one) => isScalar(one.key) && String(one.key.value) === String(key))
      if (pair === undefined) break
      offset = offsetOf(pair.key) ?? offset
      node = pair.value
    } else {
      node = node.items[Number(key)]
      if (isPair(node)) break
      offset = offsetOf(node) ?? offset
    }
  }
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(line, 1), column: Math.max(col, 1) }
}

function offsetOf(node: unknown): number | undefined {
  return isScalar(node) || isCollection(node) ? node.range?.[0] : undefined
}

function refusal(
  code: 'input.not-yaml' | 'input.too-deep' | 'input.duplicate-key',
  source: string,
  reason: string,
  offset: number,
  lines: LineCounter,
): AllclearError {
  const { line, col } = lines.linePos(offset)
  return new AllclearError(code, {
    message: `${source} cannot be read: ${reason}.`,
    next: 'Correct that place.',
    where: `line ${Math.max(line, 1)}, column ${Math.max(col, 1)}`,
  })
}
