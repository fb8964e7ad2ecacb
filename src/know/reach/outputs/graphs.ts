import type { ReachAnswer } from '../analyse.ts'
import type { Connection } from '../connection.ts'

/** Peers by the namespace that their names begin with; those outside namespaces under `null`. */
function peersByNamespace(connections: readonly Connection[]): Map<string | null, Set<string>> {
  const groups = new Map<string | null, Set<string>>()
  for (const { source, destination } of connections)
    for (const name of [source, destination]) {
      const namespace = /^[^/{]+(?=\/)/.exec(name)?.[0] ?? null
      const group = groups.get(namespace) ?? new Set()
      groups.set(namespace, group)
      group.add(name)
    }
  return new Map([...groups].toSorted(([a], [b]) => ((a ?? '~') < (b ?? '~') ? -1 : 1)))
}

/** The connections as a Graphviz graph: a frame for each namespace, an arrow for each connection. */
export function writeDot({ sections }: ReachAnswer): string {
  const connections = sections.flatMap((section) => section.connections)
  const lines = ['digraph {', '  rankdir="LR"', '  node [shape="box"]']
  for (const [namespace, names] of peersByNamespace(connections)) {
    const nodes = [...names]
      .toSorted()
      .map((name) => `${quoted(name)} [label=${quoted(labelOf(name, namespace))}]`)
    if (namespace === null) lines.push(...nodes.map((node) => `  ${node}`))
    else
      lines.push(
        `  subgraph ${quoted(`cluster_${namespace}`)} {`,
        `    label=${quoted(namespace)}`,
        ...nodes.map((node) => `    ${node}`),
        '  }',
      )
  }
  for (const { source, destination, ports } of connections)
    lines.push(`  ${quoted(source)} -> ${quoted(destination)} [label=${quoted(ports)}]`)
  return `${lines.join('\n')}\n}\n`
}

/** The connections as a Mermaid flowchart. */
export function writeMermaid({ sections }: ReachAnswer): string {
  const connections = sections.flatMap((section) => section.connections)
  const ids = new Map<string, string>()
  const lines = ['flowchart LR']
  for (const [namespace, names] of peersByNamespace(connections)) {
    const nodes = [...names].toSorted().map((name) => {
      const id = `n${ids.size + 1}`
      ids.set(name, id)
      return `${id}["${escaped(labelOf(name, namespace))}"]`
    })
    if (namespace === null) lines.push(...nodes.map((node) => `  ${node}`))
    else
      lines.push(
        `  subgraph ns${ids.size}["${escaped(namespace)}"]`,
        ...nodes.map((node) => `    ${node}`),
        '  end',
      )
  }
  for (const { source, destination, ports } of connections)
    lines.push(`  ${ids.get(source)} -->|"${escaped(ports)}"| ${ids.get(destination)}`)
  return `${lines.join('\n')}\n`
}

function labelOf(name: string, namespace: string | null): string {
  return namespace === null ? name : name.slice(namespace.length + 1)
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

/** Mermaid reads HTML entities with `#` for `&`. */
function escaped(text: string): string {
  return text.replaceAll('"', '#quot;').replaceAll('<', '#lt;').replaceAll('>', '#gt;')
}
