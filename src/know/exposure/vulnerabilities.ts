import { loadAdvisoryFacts, type AdvisoryFactsRow } from '../advisories/index.ts'
import {
  claimsOf,
  highestScore,
  severityOfRecords,
  verdictsOf,
  type FleetVerdicts,
} from '../answering/index.ts'
import type { Context } from '../context.ts'
import { vulnerabilityOf } from '../matching/index.ts'
import type { FleetIndex } from '../where/index.ts'
import type { VulnerabilityCase } from './decide.ts'
import {
  advisoriesWithFindings,
  openExploitationBook,
  vulnerabilitiesWithStatements,
} from './exposure.store.ts'

/** A vulnerability of the fleet, with what decides about its rank. */
export interface FleetVulnerability extends VulnerabilityCase {
  id: string
  title: string
  severity: string
  vector: string | null
  records: readonly AdvisoryFactsRow[]
  /** Images that a VEX statement clears of it; null when none does. */
  cleared: ReadonlySet<number> | null
}

const kept = new WeakMap<FleetIndex, { key: string; found: Promise<FleetVulnerability[]> }>()

/** Every vulnerability with a finding in the fleet; kept until contents, findings or advisories change. */
export function fleetVulnerabilities(context: Context, index: FleetIndex): Promise<FleetVulnerability[]> {
  const key = `${index.contentsVersion} ${context.advisoriesVersion}`
  const known = kept.get(index)
  if (known?.key === key) return known.found
  const found = findVulnerabilities(context, index)
  kept.set(index, { key, found })
  found.catch(() => kept.delete(index))
  return found
}

async function findVulnerabilities(context: Context, index: FleetIndex): Promise<FleetVulnerability[]> {
  const { store } = context
  const records = await loadAdvisoryFacts(store, await advisoriesWithFindings(store))
  const book = await openExploitationBook(store)
  const stated = await vulnerabilitiesWithStatements(store)
  const found: FleetVulnerability[] = []
  for (const [id, own] of Map.groupBy(records, vulnerabilityOf)) {
    const ids = namesOf(id, own)
    const one = vulnerabilityWith(id, own, book.of(ids))
    if (ids.some((name) => stated.has(name))) {
      const { affected } = verdictsOf(index, own)
      const claims = await claimsOf(context, index, { id, ids, records: own }, affected)
      one.cleared = claims.cleared
    }
    found.push(one)
  }
  return found
}

export function vulnerabilityWith(
  id: string,
  records: readonly AdvisoryFactsRow[],
  facts: Pick<VulnerabilityCase, 'kev' | 'ssvc' | 'epss'>,
): FleetVulnerability {
  return {
    id,
    title: records.find(({ summary }) => summary !== '')?.summary ?? '',
    severity: severityOfRecords(records),
    score: highestScore(records),
    vector: vectorOf(records),
    records,
    cleared: null,
    ...facts,
  }
}

/** The vector that gives the highest score. */
function vectorOf(records: readonly AdvisoryFactsRow[]): string | null {
  const scored = records
    .filter(({ vector }) => vector !== null)
    .toSorted((a, b) => (b.score ?? 0) - (a.score ?? 0))
  return scored[0]?.vector ?? null
}

function namesOf(id: string, records: readonly AdvisoryFactsRow[]): string[] {
  const ids = new Set([id])
  for (const record of records) {
    ids.add(record.id)
    for (const { vulnerability, relation } of record.links) if (relation !== 'related') ids.add(vulnerability)
  }
  return [...ids]
}

/** What the records say of package versions, kept with the vulnerability. */
const verdicts = new WeakMap<FleetVulnerability, FleetVerdicts>()

export function verdictsOfVulnerability(index: FleetIndex, vulnerability: FleetVulnerability): FleetVerdicts {
  let found = verdicts.get(vulnerability)
  if (found === undefined) verdicts.set(vulnerability, (found = verdictsOf(index, vulnerability.records)))
  return found
}
