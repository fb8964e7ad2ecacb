import { isUtf8 } from 'node:buffer'
import { SaxesParser } from 'saxes'
import { AllclearError } from './errors.ts'
import { limit } from './limits.ts'

/** An element without namespace prefix; text is that of the element itself, trimmed. */
export interface XmlElement {
  name: string
  attributes: Record<string, string>
  children: XmlElement[]
  text: string
  line: number
}

/**
 * Parses a small XML document into a tree. Document type declarations are refused: they are how entities expand to
 * gigabytes or read local files, and no format that is read here needs one.
 */
export function parseXml(
  bytes: Uint8Array,
  { source, maxBytes = limit('documentBytes') }: { source: string; maxBytes?: number },
): XmlElement {
  if (bytes.length > maxBytes) {
    throw new AllclearError('input.too-large', {
      message: `${source} has ${bytes.length} bytes; the limit is ${maxBytes}.`,
      next: 'Split the document, or raise ALLCLEAR_LIMIT_DOCUMENT_BYTES.',
      where: source,
    })
  }
  if (!isUtf8(bytes)) {
    throw new AllclearError('input.not-utf8', {
      message: `${source} is not valid UTF-8.`,
      next: 'Convert it to UTF-8.',
      where: source,
    })
  }
  const fail = (reason: string, line: number): AllclearError =>
    new AllclearError('input.not-xml', {
      message: `${source} is not well-formed XML: ${reason}.`,
      next: 'Look at that place; the file may be cut off or be of another format.',
      where: `${source}, line ${line}`,
    })
  const parser = new SaxesParser({ xmlns: false, position: true })
  const depthMax = limit('jsonDepth')
  const stack: XmlElement[] = []
  let root: XmlElement | null = null
  parser.on('doctype', () => {
    throw fail('a document type declaration is not accepted', parser.line)
  })
  parser.on('error', (error) => {
    throw fail(error.message.replace(/^.*?: /, ''), parser.line)
  })
  parser.on('opentag', ({ name, attributes }) => {
    if (stack.length >= depthMax) throw fail(`it is nested more than ${depthMax} levels deep`, parser.line)
    const element: XmlElement = {
      name: localName(name),
      attributes: attributes as Record<string, string>,
      children: [],
      text: '',
      line: parser.line,
    }
    const parent = stack.at(-1)
    if (parent) parent.children.push(element)
    else root ??= element
    stack.push(element)
  })
  const addText = (text: string): void => {
    const element = stack.at(-1)
    if (element) element.text += text
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => {
    const element = stack.pop()
    if (element) element.text = element.text.trim()
  })
  parser
    .write(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
        .toString('utf8')
        .replace(/^\uFEFF/, ''),
    )
    .close()
  if (!root) throw fail('it has no element', 1)
  return root
}

function localName(name: string): string {
  const colon = name.indexOf(':')
  return colon < 0 ? name : name.slice(colon + 1)
}
