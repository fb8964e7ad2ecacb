import {
  coveredEcosystems,
  loadAdvisoryFacts,
  loadPackageEntries,
  loadVulnerabilityFacts,
  type PackedEntry,
} from '../advisories/index.ts'
import {
  findingsOfKey,
  lookupsOf,
  matchKey,
  type AdvisoryFacts,
  type KeyFinding,
  type KeyMatch,
  type VulnerabilityFacts,
} from '../matching/index.ts'
import type { PackageKey } from '../matching/types.ts'
import type { Store } from '../../base/store/index.ts'

/**
 * Judges package keys against the stored advisories. It reads one row for each package name and remembers what it
 * read and decided, so that the second document with the same packages costs no comparison and no query. It holds
 * for one state of the advisories: after an import a new judge is made.
 */
export interface Judge {
  /** Ecosystems (with release) that some advisory names: the others cannot be judged. */
  readonly covered: ReadonlySet<string>
  matches(keys: readonly PackageKey[]): Promise<readonly (readonly KeyMatch[])[]>
  /** The findings of each key; made once for each distinct one. */
  findings(keys: readonly PackageKey[]): Promise<readonly (readonly KeyFinding[])[]>
  /** Loads the facts of these records; `fact` then answers without waiting. */
  loadAdvisories(numbers: Iterable<number>): Promise<(no: number) => AdvisoryFacts>
  /** Loads KEV, EPSS and VEX of these ids. */
  loadVulnerabilities(ids: Iterable<string>): Promise<VulnerabilityFacts>
}

/**
 * Decoded rows and verdicts that one judge remembers. Past it the memory starts over: correctness does not depend on
 * it. 400,000 keys are more than the largest fleet of the benchmark has.
 */
const rememberedKeys = 400_000
const rememberedNames = 60_000

export async function openJudge(store: Store): Promise<Judge> {
  const covered = await coveredEcosystems(store)
  const verdicts = new Map<string, readonly KeyMatch[]>()
  const rows = new Map<string, readonly PackedEntry[]>()
  const facts = new Map<number, AdvisoryFacts>()
  /** By the verdict that they come from, which is remembered by key. */
  const findings = new WeakMap<readonly KeyMatch[], readonly KeyFinding[]>()
  const none: readonly PackedEntry[] = []

  async function loadRows(missing: Map<string, Set<string>>): Promise<void> {
    if (rows.size > rememberedNames) rows.clear()
    for (const [ecosystem, names] of missing) {
      const found = await loadPackageEntries(store, ecosystem, [...names])
      for (const name of names) rows.set(rowKey(ecosystem, name), found.get(name) ?? none)
    }
  }

  const judge: Judge = {
    covered,
    async matches(keys) {
      if (verdicts.size > rememberedKeys) verdicts.clear()
      const missing = new Map<string, Set<string>>()
      const asked: { text: string; key: PackageKey }[] = []
      const texts = keys.map(textOfKey)
      keys.forEach((key, at) => {
        if (verdicts.has(texts[at])) return
        asked.push({ text: texts[at], key })
        for (const { ecosystem, name } of lookupsOf(key)) {
          if (!covered.has(ecosystem) || rows.has(rowKey(ecosystem, name))) continue
          const names = missing.get(ecosystem)
          if (names) names.add(name)
          else missing.set(ecosystem, new Set([name]))
        }
      })
      await loadRows(missing)
      for (const { text, key } of asked)
        verdicts.set(
          text,
          matchKey(key, ({ ecosystem, name }) => rows.get(rowKey(ecosystem, name)) ?? none),
        )
      return texts.map((text) => verdicts.get(text) ?? [])
    },
    async findings(keys) {
      const matches = await judge.matches(keys)
      const fresh = new Map<readonly KeyMatch[], PackageKey>()
      matches.forEach((list, at) => {
        if (list.length > 0 && !findings.has(list)) fresh.set(list, keys[at])
      })
      const numbers = new Set<number>()
      for (const list of fresh.keys()) for (const { advisoryNo } of list) numbers.add(advisoryNo)
      const advisory = await judge.loadAdvisories(numbers)
      const ids = new Set<string>()
      for (const no of numbers) {
        const record = advisory(no)
        ids.add(record.id)
        for (const { vulnerability } of record.links) ids.add(vulnerability)
      }
      if (fresh.size > 0) {
        const known = await judge.loadVulnerabilities(ids)
        for (const [list, key] of fresh) findings.set(list, findingsOfKey(key, list, advisory, known))
      }
      return matches.map((list) => findings.get(list) ?? [])
    },
    async loadAdvisories(numbers) {
      const missing = [...new Set(numbers)].filter((no) => !facts.has(no))
      for (const record of await loadAdvisoryFacts(store, missing)) facts.set(record.no, record)
      return (no) => {
        const record = facts.get(no)
        if (!record) throw new Error(`advisory ${no} has a packed entry but no record`)
        return record
      }
    },
    loadVulnerabilities: (ids) => loadVulnerabilityFacts(store, ids),
  }
  return judge
}

/** The key as one string: what makes two packages the same for matching. */
export function textOfKey(key: PackageKey): string {
  return `${key.ecosystem}\n${key.type}\n${key.name}\n${key.version}\n${key.sourceName}\n${key.sourceVersion}`
}

function rowKey(ecosystem: string, name: string): string {
  return `${ecosystem}\n${name}`
}
