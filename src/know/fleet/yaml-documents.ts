import { Composer, CST, isScalar, Lexer, LineCounter, Parser, visit, type Document } from 'yaml'
import { limit } from '../../base/limits.ts'
import { failed, ok, type Result } from '../../core/result.ts'

/** One document of a stream, or why it cannot be read. Both count from 1. */
export interface YamlDocument {
  document: number
  value: Result<
    unknown,
    { code: 'input.not-yaml' | 'input.too-deep' | 'input.duplicate-key'; reason: string; line: number }
  >
}

/**
 * YAML 1.2 wants what stands within brackets or quotes over several lines indented by blanks, more than its key (sections
 * 6.1 and 7.3). kubectl does not, and real manifests rely on it: where that is the complaint, the lines are indented.
 */
export function readYamlDocuments(text: string): YamlDocument[] {
  const documents = [...yamlDocuments(text)]
  const complains = documents.some(({ value }) => !value.ok && indentation.test(value.reason.reason))
  return complains ? [...yamlDocuments(indentContinuations(text))] : documents
}

const indentation = /^(?:Flow (?:sequence|map) in block collection|Missing closing ['"]quote)/

/**
 * The documents of a YAML stream. One that cannot be read does not spoil the others; one that is nested too deeply or
 * names too many aliases ends the stream, since reading on is what it is made to be expensive for. The library would
 * build the tree first and compare each key with all before it: depth, aliases and keys are therefore counted here, while
 * the text is split into tokens.
 */
function* yamlDocuments(text: string): Generator<YamlDocument> {
  const lines = new LineCounter()
  const lexer = new Lexer()
  const parser = new Parser(lines.addNewLine)
  const composer = new Composer({ uniqueKeys: false, logLevel: 'silent', schema: 'core' })
  const depthMax = limit('jsonDepth')
  const aliasesMax = limit('yamlAliases')
  let number = 0
  let aliases = 0
  let behindScalarMark = false

  function* compose(tokens: Iterable<CST.Token>): Generator<YamlDocument> {
    for (const token of tokens)
      for (const document of composer.next(token)) {
        aliases = 0
        yield { document: ++number, value: valueOf(document, lines) }
      }
  }
  const stop = (code: 'input.not-yaml' | 'input.too-deep', reason: string): YamlDocument => ({
    document: number + 1,
    value: failed({ code, reason, line: lines.linePos(parser.offset).line }),
  })

  lines.addNewLine(0)
  for (const lexeme of lexer.lex(text)) {
    yield* compose(parser.next(lexeme))
    if (parser.stack.length > depthMax + stackBesideCollections) {
      yield stop('input.too-deep', `it is nested more than ${depthMax} levels deep`)
      return
    }
    // The text of a scalar may begin with a star, too.
    if (!behindScalarMark && CST.tokenType(lexeme) === 'alias' && ++aliases > aliasesMax) {
      yield stop('input.not-yaml', `it has more than ${aliasesMax} aliases`)
      return
    }
    behindScalarMark = lexeme === CST.SCALAR
  }
  yield* compose(parser.end())
  for (const document of composer.end()) yield { document: ++number, value: valueOf(document, lines) }
}

/** The document and the scalar at the end stand on the parser's stack with the collections around it. */
const stackBesideCollections = 2

function valueOf(document: Document.Parsed, lines: LineCounter): YamlDocument['value'] {
  const [problem] = document.errors
  if (problem)
    return failed({
      code: 'input.not-yaml',
      reason: problem.message,
      line: lines.linePos(problem.pos[0]).line,
    })
  const twice = keyNamedTwice(document)
  if (twice !== null)
    return failed({
      code: 'input.duplicate-key',
      reason: `it names the key “${twice.key.slice(0, 100)}” twice in one map`,
      line: lines.linePos(twice.offset).line,
    })
  try {
    return ok(document.toJS({ maxAliasCount: limit('yamlAliases') }))
  } catch (error) {
    const expands = /alias/i.test((error as Error).message)
    return failed({
      code: 'input.not-yaml',
      reason: expands
        ? `its aliases expand to more than ${limit('yamlAliases')} values, or name no anchor`
        : (error as Error).message,
      line: lines.linePos(document.range[0]).line,
    })
  }
}

function keyNamedTwice(document: Document.Parsed): { key: string; offset: number } | null {
  let found: { key: string; offset: number } | null = null
  visit(document, {
    Map(_, map) {
      const keys = new Set<unknown>()
      for (const { key } of map.items) {
        if (!isScalar(key)) continue
        if (keys.has(key.value)) {
          found = { key: String(key.value), offset: key.range?.[0] ?? 0 }
          return visit.BREAK
        }
        keys.add(key.value)
      }
      return undefined
    },
  })
  return found
}

/** Tabs before a line count as blanks; lines of a quoted value are indented beyond their key, which its folding drops again. */
function indentContinuations(text: string): string {
  let quote = ''
  let indent = ''
  return text
    .split('\n')
    .map((line) => {
      const blanks = line.replace(/^[ \t]*\t/, (start) => start.replaceAll('\t', '        '))
      if (quote !== '') {
        if (blanks.split(quote).length % 2 === 0) quote = ''
        return indent + blanks.trimStart()
      }
      const opened = /^( *)(?:- )*[\w./-]+: +(['"])/.exec(blanks)
      if (opened !== null && blanks.split(opened[2]).length % 2 === 0) {
        quote = opened[2]
        indent = `${opened[1]}    `
      }
      return blanks
    })
    .join('\n')
}
