import type { PackageComparison } from './image-answers.ts'

/** What a package is called; both documents and our own reading say so much. */
export interface NamedPackage {
  type: string
  namespace: string | null
  name: string
  version: string | null
}

const examplesMax = 20

/**
 * What a document says of an image, held against our own reading of its layers. The rule: packages are the same when
 * type, namespace, name and version agree; architecture, distribution and other qualifiers do not matter. Files of
 * distribution packages count as seen here, for other tools list them too.
 */
export function comparePackages(
  document: readonly NamedPackage[],
  layers: readonly NamedPackage[],
): PackageComparison {
  const theirs = new Map(document.map((one) => [keyOf(one), nameOf(one)]))
  const ours = new Map(layers.map((one) => [keyOf(one), nameOf(one)]))
  const onlyDocument = [...theirs].filter(([key]) => !ours.has(key)).map(([, name]) => name)
  const onlyLayers = [...ours].filter(([key]) => !theirs.has(key)).map(([, name]) => name)
  return {
    both: theirs.size - onlyDocument.length,
    onlyDocument: onlyDocument.slice(0, examplesMax),
    onlyDocumentTotal: onlyDocument.length,
    onlyLayers: onlyLayers.slice(0, examplesMax),
    onlyLayersTotal: onlyLayers.length,
  }
}

function keyOf({ type, namespace, name, version }: NamedPackage): string {
  // Tools disagree about the namespace of a distribution's packages (`rhel`, `redhat`), and there is one in an image.
  const place = /^(?:deb|rpm|apk|alpm)$/.test(type) ? '' : (namespace ?? '')
  return `${type}\n${place}\n${name.toLowerCase()}\n${(version ?? '').replace(/^0:/, '')}`
}

function nameOf({ type, namespace, name, version }: NamedPackage): string {
  return `${type} ${namespace === null ? '' : `${namespace}/`}${name} ${version ?? 'without version'}`
}
