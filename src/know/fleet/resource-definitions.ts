/**
 * The same YAML stream with the definitions of resources (CustomResourceDefinition) reduced to kind and name, every
 * line in its place. Their schemas run nothing and are read by nobody here, but are most of what is installed with
 * operators: nine tenths of the bytes of forty real projects' manifests, and as much of the time it takes to read them.
 */
export function withoutDefinitionSchemas(text: string): string {
  if (!text.includes('CustomResourceDefinition')) return text
  return text
    .split(documentMark)
    .map((document) => {
      if (!isDefinition.test(document)) return document
      const name = nameOf(document)
      if (name === null) return document
      // What stands on the line of the mark is part of the stream: `---`, `--- # crds`.
      const mark = document.startsWith('---') ? '---\n' : ''
      const kept = `${mark}kind: CustomResourceDefinition\nmetadata:\n  name: ${name}\n`
      return kept + '\n'.repeat(Math.max(0, linesOf(document) - linesOf(kept)))
    })
    .join('')
}

/** YAML 1.2, 9.1.4: three hyphens at the start of a line begin a document wherever they stand, within scalars too. */
const documentMark = /^(?=---(?:\s|$))/m

/** A key at the start of a line belongs to the outermost map. */
const isDefinition = /^kind: *(['"]?)CustomResourceDefinition\1 *\r?$/m

function nameOf(document: string): string | null {
  return (
    /^metadata: *\r?\n(?:(?: {2,}.*)?\r?\n)*? {2}name: *(['"]?)([a-z0-9.-]+)\1 *\r?$/m.exec(document)?.[2] ??
    null
  )
}

function linesOf(text: string): number {
  return text.split('\n').length
}
