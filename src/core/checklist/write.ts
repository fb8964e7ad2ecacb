import { Document, isMap, isPair, isScalar, isSeq, visit } from 'yaml'
import { toDocument } from './to-document.ts'
import type { Checklist } from './types.ts'

/** Longer maps are written over several lines. */
const flowCharacters = 100

/**
 * The one YAML text of a checklist: the same content gives the same bytes, whoever wrote it and in whatever order, so that
 * Git shows what changed and nothing else.
 */
export function writeChecklist(checklist: Checklist): string {
  const document = new Document(toDocument(checklist), { aliasDuplicateObjects: false, schema: 'core' })
  visit(document, {
    Collection(key, node, path) {
      const parent = path.at(-1)
      // Items and pause points are read one field to a line; what stands within a field is short, and reads as one.
      const field = isPair(parent) && isScalar(parent.key) ? String(parent.key.value) : null
      if (field !== null && blockFields.has(field)) return
      if (isMap(node) && isSeq(parent) && path.length <= itemDepth) return
      if (JSON.stringify(node.toJSON()).length <= flowCharacters) node.flow = true
    },
  })
  return document.toString({ lineWidth: 0, flowCollectionPadding: false, singleQuote: true })
}

const blockFields: ReadonlySet<string> = new Set([
  'metadata',
  'pausePoints',
  'items',
  'tailoring',
  'exceptions',
  'signal',
  'fix',
])
/** Document, pair and list stand above an item. */
const itemDepth = 4
