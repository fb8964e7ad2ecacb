import { rawRecord, type AdvisoryFactsRow } from '../advisories/index.ts'
import type { Context } from '../context.ts'
import { listDistributions, unjudged } from '../matching/index.ts'
import type { FleetIndex } from '../where/index.ts'

const distributions = new Set(listDistributions().map(({ ecosystem }) => ecosystem))
const distributionTypes = new Set(['deb', 'rpm', 'apk', 'alpm'])

/** The packages of distributions that records name, whatever the release: those of others may have the same fault. */
export async function distributionNames(
  { store }: Context,
  records: readonly AdvisoryFactsRow[],
): Promise<ReadonlySet<string>> {
  const names = new Set<string>()
  for (const { id, ecosystems, withdrawnAtMs } of records) {
    if (withdrawnAtMs !== null || !ecosystems.some(isDistribution)) continue
    const { affected } = (await rawRecord(store, id)) as { affected?: unknown }
    for (const entry of Array.isArray(affected) ? affected : []) {
      const { ecosystem, name } =
        (entry as { package?: { ecosystem?: unknown; name?: unknown } }).package ?? {}
      if (typeof ecosystem === 'string' && isDistribution(ecosystem) && typeof name === 'string')
        names.add(name)
    }
  }
  return names
}

/**
 * Package versions of these names that run, of a distribution whose release no advisory source covers: nobody says
 * whether they have the fault, so nothing that was not found is a no.
 */
export function unjudgedNamesakes(
  index: FleetIndex,
  names: ReadonlySet<string>,
  covered: ReadonlySet<string>,
): number[] {
  const found = new Set<number>()
  for (const name of names)
    for (const no of index.packagesByName.get(name.toLowerCase()) ?? []) {
      const key = { ...index.package(no), module: '' }
      if (!distributionTypes.has(key.type) || (key.name !== name && key.sourceName !== name)) continue
      const reason = unjudged(key, covered)
      if ((reason === 'no advisory source' || reason === 'release missing') && runs(index, no)) found.add(no)
    }
  return [...found]
}

function runs(index: FleetIndex, no: number): boolean {
  for (const image of index.imagesOfPackage.row(no)) if (index.runningOfImage.count(image) > 0) return true
  return false
}

function isDistribution(ecosystem: string): boolean {
  return distributions.has(ecosystem.split(':', 1)[0])
}
