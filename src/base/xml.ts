import { isUtf8 } from 'node:buffer'
import { createRequire } from 'node:module'
import { AllclearError } from './errors.ts'
import { checkSize } from './json.ts'
import { limit } from './limits.ts'

/** An element without namespace prefix; text is that of the element itself, trimmed. */
export interface XmlElement {
  name: string
  attributes: Readonly<Record<string, string>>
  children: XmlElement[]
  text: string
  line: number
}

export interface XmlSource {
  /** Name of the document, for messages. */
  source: string
  /** Overrides `limit('documentBytes')`. */
  maxBytes?: number
  /** Local names of the elements that are kept; others are checked and dropped with all they contain. Default: all. */
  wanted?: ReadonlySet<string>
}

/**
 * Parses an XML document into a tree. Document type declarations are refused: they are how entities expand to
 * gigabytes or read local files, and no format that is read here needs one. The five entities of XML itself and
 * character references are understood.
 *
 * Throws `AllclearError` with line and column.
 */
export function parseXml(bytes: Uint8Array, { source, maxBytes, wanted }: XmlSource): XmlElement {
  checkSize(bytes.length, { source, maxBytes })
  if (!isUtf8(bytes)) {
    throw new AllclearError('input.not-utf8', {
      message: `${source} is not valid UTF-8.`,
      next: 'Convert it to UTF-8.',
      where: source,
    })
  }
  const depthMax = limit('jsonDepth')
  const elementsMax = limit('xmlElements')
  // Most documents are JSON: the parser loads with the first that is not.
  const { SaxesParser } = createRequire(import.meta.url)('saxes') as typeof import('saxes')
  const parser = new SaxesParser({ xmlns: false, position: true })
  const where = (): string => `${source}, line ${parser.line}, column ${parser.column + 1}`
  const malformed = (reason: string): AllclearError =>
    new AllclearError('input.not-xml', {
      message: `${source} is not well-formed XML: ${reason}.`,
      next: 'Look at that place; the file may be cut off or be of another format.',
      where: where(),
    })
  const stack: XmlElement[] = []
  let root: XmlElement | null = null
  let elements = 0
  /** Open elements below one that is not wanted, itself included. */
  let dropped = 0
  parser.on('doctype', () => {
    throw malformed('a document type declaration is not accepted')
  })
  parser.on('error', (error) => {
    throw malformed(error.message.replace(/^\d+:\d+: /, '').replace(/\.$/, ''))
  })
  parser.on('opentag', ({ name, attributes }) => {
    if (stack.length + dropped >= depthMax) {
      throw new AllclearError('input.too-deep', {
        message: `${source} is nested more than ${depthMax} levels deep.`,
        next: 'No real document is; raise ALLCLEAR_LIMIT_JSON_DEPTH if yours is one.',
        where: where(),
      })
    }
    if (++elements > elementsMax) {
      throw new AllclearError('input.too-large', {
        message: `${source} has more than ${elementsMax} elements.`,
        next: 'Split the document, or raise ALLCLEAR_LIMIT_XML_ELEMENTS.',
        where: where(),
      })
    }
    const local = localName(name)
    if (dropped > 0 || (wanted && root !== null && !wanted.has(local))) {
      dropped++
      return
    }
    const element: XmlElement = {
      name: local,
      attributes: attributes as Record<string, string>,
      children: [],
      text: '',
      line: parser.line,
    }
    stack.at(-1)?.children.push(element)
    root ??= element
    stack.push(element)
  })
  const addText = (text: string): void => {
    const element = stack.at(-1)
    if (element && dropped === 0) element.text += text
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => {
    if (dropped > 0) {
      dropped--
      return
    }
    const element = stack.pop()
    if (element) element.text = element.text.trim()
  })
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
  parser.write(body.startsWith('\uFEFF') ? body.slice(1) : body).close()
  if (!root) throw malformed('it has no element')
  return root
}

function localName(name: string): string {
  const colon = name.indexOf(':')
  return colon < 0 ? name : name.slice(colon + 1)
}
