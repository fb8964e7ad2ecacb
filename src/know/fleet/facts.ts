import { AllclearError } from '../../base/errors.ts'

/**
 * What people declare about workloads, namespaces and clusters, because no API server knows it. Facts are inherited
 * downwards: the nearest scope that says something counts. Within a scope a word by hand goes before a file, and a file
 * before labels and annotations: whoever corrects something is heard.
 */
const factNames = ['team', 'criticality', 'data', 'users', 'tenant'] as const
export type FactName = (typeof factNames)[number]

/** `''` for kind and name: the namespace; for the namespace too: the cluster. */
export interface FactScope {
  cluster: string
  namespace: string
  kind: string
  name: string
}

export interface DeclaredFact {
  scope: FactScope
  fact: FactName
  value: string
  /** `hand:NAME`, `file:NAME`, `label:KEY`, `annotation:KEY` */
  source: string
  /** Null for labels and annotations: they say so now. */
  declaredAtMs: number | null
}

/** A fact as it counts for a workload, with everything that was said against it. */
export interface EffectiveFact {
  fact: FactName
  value: string
  source: string
  /** `workload`, `namespace` or `cluster`: where it is inherited from. */
  from: 'workload' | 'namespace' | 'cluster'
  others: { value: string; source: string; from: 'workload' | 'namespace' | 'cluster' }[]
}

/** Labels and annotations that carry a fact, most specific first. */
export type FactKeys = Readonly<Record<FactName, readonly string[]>>

export const defaultFactKeys: FactKeys = {
  team: ['allclear.dev/team', 'team', 'app.kubernetes.io/team'],
  criticality: ['allclear.dev/criticality', 'criticality', 'tier'],
  data: ['allclear.dev/data', 'data-classification'],
  users: ['allclear.dev/users'],
  tenant: ['allclear.dev/tenant', 'tenant'],
}

const criticalities = ['low', 'medium', 'high', 'critical']
const valueCharactersMax = 253

/** The value in its canonical form. Throws `usage` with what is allowed. */
export function checkFact(fact: string, value: string): { fact: FactName; value: string } {
  const refuse = (message: string, next: string): never => {
    throw new AllclearError('usage', { message, next, where: fact })
  }
  if (!(factNames as readonly string[]).includes(fact))
    refuse(`There is no fact \`${fact.slice(0, 60)}\`.`, `Facts are: ${factNames.join(', ')}.`)
  const trimmed = value.trim()
  if (trimmed === '' || trimmed.length > valueCharactersMax || /\p{Cc}/u.test(trimmed))
    refuse(`\`${fact}\` has no usable value.`, `Write one line of at most ${valueCharactersMax} characters.`)
  switch (fact as FactName) {
    case 'criticality': {
      const lower = trimmed.toLowerCase()
      if (!criticalities.includes(lower))
        refuse(`\`${trimmed.slice(0, 60)}\` is no criticality.`, `Write one of: ${criticalities.join(', ')}.`)
      return { fact: 'criticality', value: lower }
    }
    case 'users': {
      const digits = trimmed.replaceAll(/[_,](?=\d{3}(?:\D|$))/g, '')
      if (!/^\d{1,12}$/.test(digits))
        refuse(`\`${trimmed.slice(0, 60)}\` is no number of users.`, 'Write a whole number: users=120000.')
      return { fact: 'users', value: String(Number(digits)) }
    }
    case 'data': {
      const classes = [...new Set(trimmed.split(/[,\s]+/).filter((name) => name !== ''))].toSorted()
      return { fact: 'data', value: classes.join(',') }
    }
    default:
      return { fact: fact as FactName, value: trimmed }
  }
}

/** `CLUSTER`, `CLUSTER/NAMESPACE` or `CLUSTER/NAMESPACE/KIND/NAME`. Throws `usage`. */
export function parseScope(text: string): FactScope {
  const parts = text.split('/')
  const [cluster, namespace = '', kind = '', name = ''] = parts
  if (parts.length === 3 || parts.length > 4 || parts.some((part) => part === '' || part.length > 253)) {
    throw new AllclearError('usage', {
      message: `\`${text.slice(0, 200)}\` names no cluster, namespace or workload.`,
      next: 'Write CLUSTER, CLUSTER/NAMESPACE or CLUSTER/NAMESPACE/KIND/NAME.',
    })
  }
  return { cluster, namespace, kind, name }
}

export function scopeText({ cluster, namespace, kind, name }: FactScope): string {
  return [cluster, namespace, kind, name].filter((part) => part !== '').join('/')
}

/** What labels and annotations of one scope say; unusable values are left out, for nobody typed them for us. */
export function observedFacts(
  scope: FactScope,
  { labels, annotations }: { labels: Record<string, string>; annotations: Record<string, string> },
  keys: FactKeys = defaultFactKeys,
): DeclaredFact[] {
  const facts: DeclaredFact[] = []
  for (const fact of factNames)
    for (const key of keys[fact])
      for (const [word, from] of [
        ['annotation', annotations],
        ['label', labels],
      ] as const) {
        if (from[key] === undefined) continue
        try {
          const { value } = checkFact(fact, from[key])
          facts.push({ scope, fact, value, source: `${word}:${key}`, declaredAtMs: null })
        } catch (error) {
          if (!(error instanceof AllclearError)) throw error
        }
      }
  return facts
}

const levels = ['workload', 'namespace', 'cluster'] as const

/** The facts that count, given everything that was said of a workload, its namespace and its cluster. */
export function effectiveFacts(declared: readonly DeclaredFact[]): EffectiveFact[] {
  const rank = ({ scope, source, declaredAtMs }: DeclaredFact): [number, number, number] => [
    levelOf(scope),
    source.startsWith('hand:') ? 0 : source.startsWith('file:') ? 1 : 2,
    -(declaredAtMs ?? 0),
  ]
  return factNames.flatMap((fact) => {
    const said = declared
      .filter((one) => one.fact === fact)
      .map((one) => ({ one, order: rank(one) }))
      .toSorted((a, b) => a.order[0] - b.order[0] || a.order[1] - b.order[1] || a.order[2] - b.order[2])
      .map(({ one }) => ({ value: one.value, source: one.source, from: levels[levelOf(one.scope)] }))
    const [first, ...others] = said
    return first === undefined ? [] : [{ fact, ...first, others }]
  })
}

function levelOf({ namespace, kind }: FactScope): number {
  return kind !== '' ? 0 : namespace !== '' ? 1 : 2
}
