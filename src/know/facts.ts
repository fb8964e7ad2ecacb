import { AllclearError } from '../base/errors.ts'
import { limit as limitOf } from '../base/limits.ts'
import type { Context } from './context.ts'
import {
  checkFact,
  defaultFactKeys,
  effectiveFacts,
  factsAbove,
  findPods,
  listFacts,
  observedFacts,
  parseScope,
  readFactsFile,
  replaceFileFacts,
  scopeText,
  setFacts,
  type DeclaredFact,
  type FactKeys,
} from './fleet/index.ts'
import type { FactRow, FactsImport, PodsAnswer, WorkloadAnswer } from './live-answers.ts'
import { imageStatistics } from './images/index.ts'
import { recordChanges } from './overview.store.ts'
import { readWorkload } from './workload.store.ts'
import { findWorkloads } from './where/index.ts'

/** Facts that people declare, and the workload page that shows them beside what was observed. */
export class DeclaredFacts {
  readonly #context: Context
  readonly #keys: FactKeys

  constructor(context: Context, keys: Partial<FactKeys> = {}) {
    this.#context = context
    this.#keys = { ...defaultFactKeys, ...keys }
  }

  async list(query: {
    cluster?: string
    limit?: number
    offset?: number
  }): Promise<{ total: number; rows: FactRow[] }> {
    const { total, rows } = await listFacts(this.#context.store, {
      cluster: query.cluster,
      limit: Math.min(query.limit ?? 50, limitOf('listRows')),
      offset: query.offset ?? 0,
    })
    return { total, rows: rows.map(rowOf) }
  }

  /** By hand; an empty value takes back what was said by hand. A unique end of a workload's name is enough. */
  async set(place: string, facts: Readonly<Record<string, string>>, by: string): Promise<FactRow[]> {
    const { store, clock } = this.#context
    const scope = parseScope(await this.#place(place))
    const checked = Object.entries(facts).map(([fact, value]) =>
      value.trim() === ''
        ? {
            fact: checkFact(fact, fact === 'users' ? '0' : fact === 'criticality' ? 'low' : '-').fact,
            value: null,
          }
        : checkFact(fact, value),
    )
    if (checked.length === 0) {
      throw new AllclearError('usage', {
        message: 'No fact is named.',
        next: 'Write: allclear fact set shop-eu/search criticality=high team=search.',
      })
    }
    await setFacts(store, scope, checked, { by, atMs: clock.nowMs() })
    await this.#context.factsDeclared()
    const text = checked.map(({ fact, value }) =>
      value === null ? `${fact} taken back` : `${fact}=${value}`,
    )
    await store.transaction((transaction) =>
      recordChanges(transaction, clock.nowMs(), [
        {
          kind: 'fact.declared',
          subject: scopeText(scope),
          text: `${scopeText(scope)}: ${text.join(', ')} by ${by}`,
        },
      ]),
    )
    await this.#context.announce()
    return (await factsAbove(store, scope))
      .filter((one) => scopeText(one.scope) === scopeText(scope))
      .map(rowOf)
  }

  /** A file replaces what it said before; whole or not at all. */
  async import(source: string, text: string): Promise<FactsImport> {
    const { store, clock } = this.#context
    const facts = readFactsFile(text, { source, atMs: clock.nowMs() })
    const counts = await replaceFileFacts(store, `file:${source}`, facts)
    await this.#context.factsDeclared()
    await store.transaction((transaction) =>
      recordChanges(transaction, clock.nowMs(), [
        {
          kind: 'fact.declared',
          subject: source,
          text: `${source}: ${counts.added} facts added, ${counts.changed} changed, ${counts.removed} removed`,
        },
      ]),
    )
    await this.#context.announce()
    return { source, ...counts }
  }

  /** A workload with what is declared of it, what was observed, and what it ran. */
  async workload(name: string): Promise<WorkloadAnswer> {
    const index = await this.#context.index()
    const found = findWorkloads(index, name)
    if (found.length !== 1) {
      const names = found.slice(0, 10).map((no) => index.workloadId(no))
      throw new AllclearError(found.length === 0 ? 'not-found' : 'ambiguous', {
        message:
          found.length === 0 ? `There is no workload ${name}.` : `${name} fits ${found.length} workloads.`,
        next:
          found.length === 0
            ? 'Write CLUSTER/NAMESPACE/KIND/NAME, or a unique end of it.'
            : `Choose one: ${names.join(', ')}.`,
      })
    }
    const workload = await readWorkload(this.#context.store, found[0])
    const { cluster, namespace, kind, name: own } = workload
    const scope = { cluster, namespace, kind, name: own }
    const declared = [
      ...(await factsAbove(this.#context.store, scope)),
      ...observedFacts(scope, workload, this.#keys),
      ...observedFacts({ ...scope, kind: '', name: '' }, workload.ofNamespace, this.#keys),
    ]
    const statistics = await imageStatistics(this.#context, index)
    const { ofNamespace: _, runs, ...shown } = workload
    return {
      id: scopeText(scope),
      ...shown,
      facts: effectiveFacts(declared),
      runs: runs.map(({ imageNo, ...run }) => ({
        ...run,
        findings:
          imageNo === 0 || index.imageKnown[imageNo] === 0
            ? null
            : {
                affected: statistics.affected[imageNo],
                fixable: statistics.fixable[imageNo],
                critical: statistics.critical[imageNo],
                high: statistics.high[imageNo],
              },
      })),
    }
  }

  /** Who had an address, a UID, a name or a digest, at a moment or ever. */
  async pods(query: { q: string; cluster?: string; atMs?: number; limit?: number }): Promise<PodsAnswer> {
    const rowsMax = Math.min(query.limit ?? 50, limitOf('listRows'))
    const answer = await findPods(this.#context.store, { query: query.q, limit: rowsMax, ...query })
    return { query: query.q, atMs: query.atMs ?? null, ambiguous: answer.total > 1, ...answer }
  }

  async #place(text: string): Promise<string> {
    if (text.split('/').length <= 2) return text
    const index = await this.#context.index()
    const found = findWorkloads(index, text)
    // What is not there yet may be declared by its full name.
    return found.length === 1 ? index.workloadId(found[0]) : text
  }
}

function rowOf({ scope, fact, value, source, declaredAtMs }: DeclaredFact): FactRow {
  return { scope: scopeText(scope), fact, value, source, declaredAtMs: declaredAtMs ?? 0 }
}
