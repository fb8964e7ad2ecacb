import type { Workload } from '../api/schema.generated.ts'

export type FactName = Workload['facts'][number]['fact']

/** One word about a fact: who said it, and of what. */
export interface FactSaid {
  value: string
  /** `hand:NAME`, `file:NAME`, `label:KEY`, `annotation:KEY` */
  source: string
  from: 'workload' | 'namespace' | 'cluster'
}

export interface FactOfWorkload {
  fact: FactName
  title: string
  /** By hand or in a file. */
  declared: FactSaid[]
  /** In labels and annotations. */
  observed: FactSaid[]
  /** The one that counts: of the nearest scope; there by hand before a file before labels. */
  counts: FactSaid | null
}

/** Every fact that can be declared, with what has to be typed. */
export const factFields: readonly { fact: FactName; title: string; hint: string }[] = [
  { fact: 'team', title: 'Team', hint: 'Who answers for it' },
  { fact: 'criticality', title: 'Criticality', hint: 'low, medium, high or critical' },
  { fact: 'data', title: 'Data classes', hint: 'Divided by commas: personal,payment' },
  { fact: 'users', title: 'Users served', hint: 'A whole number' },
  { fact: 'tenant', title: 'Tenant', hint: 'Whose it is' },
]

export function factRowsOf(facts: Workload['facts']): FactOfWorkload[] {
  return factFields.map(({ fact, title }) => {
    const found = facts.find((one) => one.fact === fact)
    const said = found === undefined ? [] : [found, ...found.others]
    const people = ({ source }: FactSaid): boolean => /^(?:hand|file):/.test(source)
    return {
      fact,
      title,
      declared: said.filter(people),
      observed: said.filter((one) => !people(one)),
      counts: found ?? null,
    }
  })
}

/** What was said by hand in one scope: the form begins with it, and emptying a field takes it back. */
export function saidByHand(facts: Workload['facts'], scope: FactSaid['from']): Record<FactName, string> {
  const said = Object.fromEntries(factFields.map(({ fact }) => [fact, ''])) as Record<FactName, string>
  for (const found of facts) {
    const own = [found, ...found.others].find(
      ({ source, from }) => from === scope && source.startsWith('hand:'),
    )
    if (own !== undefined) said[found.fact] = own.value
  }
  return said
}
