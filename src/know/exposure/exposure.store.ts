import type { Store } from '../../base/store/index.ts'
import type { ExploitationFacts } from '../scoring/index.ts'

/** What KEV, EPSS and Vulnrichment say, of every vulnerability at once: a fleet's question asks about thousands. */
export interface ExploitationBook {
  /** Of the ids that name one vulnerability. */
  of(ids: readonly string[]): ExploitationFacts & { epss: number | null }
}

export async function openExploitationBook(store: Store): Promise<ExploitationBook> {
  const kev = new Set<string>()
  for await (const batch of store.batches<{ vulnerability: string }>('select vulnerability from kev'))
    for (const { vulnerability } of batch) kev.add(vulnerability)
  const ssvc = new Map<string, NonNullable<ExploitationFacts['ssvc']>>()
  for await (const batch of store.batches<{
    vulnerability: string
    exploitation: string
    automatable: string
    technical_impact: string
  }>('select vulnerability, exploitation, automatable, technical_impact from ssvc'))
    for (const { vulnerability, exploitation, automatable, technical_impact } of batch)
      ssvc.set(vulnerability, { exploitation, automatable, technicalImpact: technical_impact })
  const epss = new Map<string, number>()
  for await (const batch of store.batches<{ vulnerability: string; score: number }>(
    'select vulnerability, score from epss',
  ))
    for (const { vulnerability, score } of batch) epss.set(vulnerability, score)
  return {
    of: (ids) => ({
      kev: kev.size === 0 ? null : ids.some((id) => kev.has(id)),
      ssvc: ids.map((id) => ssvc.get(id)).find((found) => found !== undefined) ?? null,
      epss: ids.reduce<number | null>((best, id) => {
        const score = epss.get(id)
        return score === undefined ? best : Math.max(best ?? 0, score)
      }, null),
    }),
  }
}

/** Numbers of the advisories that something in the fleet has a finding of. */
export async function advisoriesWithFindings(store: Store): Promise<number[]> {
  const numbers: number[] = []
  for await (const batch of store.batches<{ no: number }>(
    'select no from advisory where withdrawn_at is null and exists (select 1 from finding where finding.advisory_no = advisory.no)',
  ))
    for (const { no } of batch) numbers.push(no)
  return numbers
}

/** Vulnerabilities that a VEX statement is about. */
export async function vulnerabilitiesWithStatements(store: Store): Promise<Set<string>> {
  const named = new Set<string>()
  for await (const batch of store.batches<{ vulnerability: string; aliases: string }>(
    'select vulnerability, aliases from vex_statement',
  ))
    for (const { vulnerability, aliases } of batch) {
      named.add(vulnerability)
      for (const alias of JSON.parse(aliases) as string[]) named.add(alias)
    }
  return named
}

/** When the first finding of one of the advisories was made here, epoch ms; null when there is none. */
export async function firstFoundAt(store: Store, advisories: readonly number[]): Promise<number | null> {
  const statement = store.prepare<{ at: number | null }>(
    'select min(first_found_at) as at from finding where advisory_no = ?',
  )
  let first: number | null = null
  for (const no of advisories) {
    const at = (await statement.get(no))?.at ?? null
    if (at !== null && (first === null || at < first)) first = at
  }
  return first
}
