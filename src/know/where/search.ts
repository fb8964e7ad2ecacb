import { rangeContains, schemeForEcosystem, type VersionRange } from '../versions/index.ts'
import type { FleetIndex } from './fleet-index.ts'

export interface FoundPackages {
  matching: number[]
  /** Of that name, with a version that cannot be ordered: neither in nor out. */
  unknown: number[]
}

/**
 * Package versions of a name, by itself, by its source package or by the last part of its name; those in the range, and
 * those that cannot be judged.
 */
export function findPackages(
  index: FleetIndex,
  name: string,
  ecosystem: string | null,
  range: VersionRange | null,
): FoundPackages {
  const found: FoundPackages = { matching: [], unknown: [] }
  const wanted = ecosystem?.toLowerCase() ?? null
  for (const no of index.packagesByName.get(name.toLowerCase()) ?? []) {
    const key = index.package(no)
    if (
      wanted !== null &&
      key.type.toLowerCase() !== wanted &&
      key.ecosystem.split(':', 1)[0].toLowerCase() !== wanted
    )
      continue
    if (range === null) {
      found.matching.push(no)
      continue
    }
    const scheme = schemeForEcosystem(key.ecosystem || key.type)
    if (!index.packageTally.isOrderable(no)) {
      found.unknown.push(no)
      continue
    }
    const inside = rangeContains(range, key.version, scheme)
    if (inside === null) found.unknown.push(no)
    else if (inside) found.matching.push(no)
  }
  return found
}

/** Workloads that a name or a unique end of one names. */
export function findWorkloads(index: FleetIndex, name: string): number[] {
  const parts = name.split('/').filter((part) => part !== '')
  const last = index.names.find(parts[parts.length - 1])
  if (last < 0) return []
  const found: number[] = []
  for (let no = 1; no <= index.workloadCount; no++) {
    if (index.workloadName[no] !== last || index.workloadCluster[no] === 0) continue
    const id = index.workloadId(no)
    if (id === name || id.endsWith(`/${name}`) || shortId(id).endsWith(`/${name}`) || shortId(id) === name)
      found.push(no)
  }
  return found
}

/** Without the kind: `shop-eu/search/indexer`. */
function shortId(id: string): string {
  const [cluster, namespace, , name] = id.split('/')
  return `${cluster}/${namespace}/${name}`
}
