import { AllclearError } from '../../base/errors.ts'
import { parseJson } from '../../base/json.ts'
import { limit } from '../../base/limits.ts'
import type { Input } from '../knowledge.ts'
import { keptObjectsOf } from './kept-objects.ts'
import { snapshotOf, type ManifestObject } from './objects.ts'
import type { ClusterSnapshot } from './types.ts'
import { withoutDefinitionSchemas } from './resource-definitions.ts'
import { readYamlDocuments } from './yaml-documents.ts'

export interface RefusedManifest {
  source: string
  code: string
  reason: string
}

/** Objects as they come, each with its place: `shop.yaml, document 3`. */
export interface PlacedObject {
  object: ManifestObject
  where: string
}

export interface ReadObjects {
  objects: PlacedObject[]
  refused: RefusedManifest[]
  leftOut: { reason: string; count: number; examples: string[] }[]
  bytes: number
}

/**
 * Reads Kubernetes objects from YAML, JSON, lists and lines of JSON. A document that cannot be read is refused by itself,
 * with file, document and line; the others count.
 */
export async function readObjects(
  inputs: AsyncIterable<Input>,
  onRead?: (done: number, bytes: number) => void,
): Promise<ReadObjects> {
  const objects: PlacedObject[] = []
  const refused: RefusedManifest[] = []
  const leftOut = new Map<string, { count: number; examples: string[] }>()
  let done = 0
  let bytes = 0
  for await (const input of inputs) {
    try {
      const body = await input.read()
      bytes += body.length
      for (const { value, where } of documentsIn(body, input.source, refused))
        collect(value, where, objects, leftOut)
    } catch (error) {
      if (!(error instanceof AllclearError)) throw error
      refused.push({ source: error.where ?? input.source, code: error.code, reason: error.message })
    }
    onRead?.(++done, bytes)
  }
  return {
    objects,
    refused,
    leftOut: [...leftOut].map(([reason, group]) => ({ reason, ...group })),
    bytes,
  }
}

/** Reads the objects of one cluster into a snapshot of it. */
export async function readManifests(
  inputs: AsyncIterable<Input>,
  { cluster, atMs, onRead }: { cluster: string; atMs: number; onRead?(done: number, bytes: number): void },
): Promise<{
  snapshot: ClusterSnapshot
  /** Kubernetes objects that were read, whatever they are. */
  objectCount: number
  refused: RefusedManifest[]
  bytes: number
}> {
  const { objects, refused, leftOut, bytes } = await readObjects(inputs, onRead)
  const plain = objects.map(({ object }) => object)
  const snapshot = snapshotOf(plain, { cluster, atMs })
  snapshot.objects = keptObjectsOf(plain)
  snapshot.leftOut.push(...leftOut)
  return { snapshot, objectCount: objects.length, refused, bytes }
}

function documentsIn(
  body: Uint8Array,
  source: string,
  refused: RefusedManifest[],
): { value: unknown; where: string }[] {
  const first = body.find((byte) => byte > 0x20 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf)
  if (first === 0x7b || first === 0x5b) {
    try {
      return [{ value: parseJson(body, { source }), where: source }]
    } catch (error) {
      const lines = linesOfJson(body, source)
      if (lines) return lines
      throw error
    }
  }
  return yamlDocuments(body, source, refused)
}

/** One object a line, as `kubectl get -o json | jq -c '.items[]'` gives. */
function linesOfJson(body: Uint8Array, source: string): { value: unknown; where: string }[] | null {
  const lines = Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8').split('\n')
  const values: { value: unknown; where: string }[] = []
  for (const [at, line] of lines.entries()) {
    if (line.trim() === '') continue
    if (line[0] !== '{' || !line.trimEnd().endsWith('}')) return null
    try {
      values.push({
        value: parseJson(Buffer.from(line), { source: `${source}, line ${at + 1}` }),
        where: `${source}, line ${at + 1}`,
      })
    } catch {
      return null
    }
  }
  return values.length > 1 ? values : null
}

function yamlDocuments(
  body: Uint8Array,
  source: string,
  refused: RefusedManifest[],
): { value: unknown; where: string }[] {
  if (body.length > limit('yamlDocumentBytes')) {
    throw new AllclearError('input.too-large', {
      message: `${source} has ${body.length} bytes of YAML; the limit is ${limit('yamlDocumentBytes')}.`,
      next: 'Use JSON (`kubectl get … -o json`), or raise ALLCLEAR_LIMIT_YAML_DOCUMENT_BYTES.',
      where: source,
    })
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch (error) {
    throw new AllclearError('input.not-utf8', {
      message: `${source} is not valid UTF-8.`,
      next: 'Convert it to UTF-8.',
      where: source,
      cause: error,
    })
  }
  const values: { value: unknown; where: string }[] = []
  for (const { document, value } of readYamlDocuments(withoutDefinitionSchemas(text))) {
    const where = `${source}, document ${document}`
    if (value.ok) values.push({ value: value.value, where })
    else {
      const { code, reason, line } = value.reason
      refused.push({ source: `${where}, line ${line}`, code, reason: `${source} cannot be read: ${reason}.` })
    }
  }
  return values
}

function collect(
  value: unknown,
  where: string,
  objects: PlacedObject[],
  leftOut: Map<string, { count: number; examples: string[] }>,
): void {
  if (Array.isArray(value)) {
    value.forEach((inner, at) => collect(inner, `${where}, item ${at + 1}`, objects, leftOut))
    return
  }
  if (value === null || value === undefined) return
  const object = value as ManifestObject
  if (typeof value !== 'object' || typeof object.kind !== 'string') {
    leave(leftOut, 'document without a kind', where)
    return
  }
  if (object.kind.endsWith('List') && Array.isArray((object as { items?: unknown }).items)) {
    // Items of a typed list carry no kind of their own (PodList).
    const kind = object.kind === 'List' ? undefined : object.kind.slice(0, -4)
    for (const [at, item] of (object as unknown as { items: unknown[] }).items.entries()) {
      if (item !== null && typeof item === 'object')
        collect(
          kind && !('kind' in item) ? { kind, ...item } : item,
          `${where}, item ${at + 1}`,
          objects,
          leftOut,
        )
    }
    return
  }
  if (
    typeof object.metadata !== 'object' ||
    object.metadata === null ||
    typeof object.metadata.name !== 'string'
  ) {
    // generateName has no name until the API server gives one.
    leave(leftOut, `${object.kind} without a name`, where)
    return
  }
  objects.push({ object, where })
}

function leave(
  leftOut: Map<string, { count: number; examples: string[] }>,
  reason: string,
  example: string,
): void {
  const group = leftOut.get(reason) ?? { count: 0, examples: [] }
  leftOut.set(reason, group)
  group.count++
  if (group.examples.length < 5) group.examples.push(example)
}
