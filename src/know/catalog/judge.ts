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
import { Turn } from '../../base/turn.ts'

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
  let memory = new Memory()
  const facts = new Map<number, AdvisoryFacts>()
  /** By the verdict that they come from, which is remembered by key. */
  const findings = new WeakMap<readonly KeyMatch[], readonly KeyFinding[]>()

  async function loadRows(missing: Map<string, Set<string>>, { rows }: Memory, turn: Turn): Promise<void> {
    for (const [ecosystem, names] of missing) {
      const all = [...names]
      for (let at = 0; at < all.length; at += namesAtOnce) {
        const asked = all.slice(at, at + namesAtOnce)
        const found = await loadPackageEntries(store, ecosystem, asked)
        for (const name of asked) rows.set(rowKey(ecosystem, name), found.get(name) ?? none)
        await turn.take()
      }
    }
  }

  const judge: Judge = {
    covered,
    async matches(keys) {
      if (memory.isFull) memory = new Memory()
      // Others may begin a new memory while this waits; what it has found stays in its own.
      const own = memory
      const turn = new Turn()
      const texts = keys.map(textOfKey)
      const missing = new Map<string, Set<string>>()
      const asked = new Map<string, PackageKey>()
      for (const [at, key] of keys.entries()) {
        const text = texts[at]
        if (own.verdicts.has(text) || asked.has(text)) continue
        asked.set(text, key)
        for (const { ecosystem, name } of lookupsOf(key)) {
          if (!covered.has(ecosystem) || own.rows.has(rowKey(ecosystem, name))) continue
          const names = missing.get(ecosystem)
          if (names) names.add(name)
          else missing.set(ecosystem, new Set([name]))
        }
      }
      await loadRows(missing, own, turn)
      for (const [text, key] of asked) {
        own.verdicts.set(
          text,
          matchKey(key, ({ ecosystem, name }) => own.rows.get(rowKey(ecosystem, name)) ?? none),
        )
        await turn.take()
      }
      return texts.map((text) => own.verdicts.get(text) as readonly KeyMatch[])
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
      return matches.map((list) => findings.get(list) ?? noFindings)
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

const none: readonly PackedEntry[] = []
const noFindings: readonly KeyFinding[] = []
/** Rows between two looks at the clock. */
const namesAtOnce = 64

class Memory {
  readonly verdicts = new Map<string, readonly KeyMatch[]>()
  readonly rows = new Map<string, readonly PackedEntry[]>()

  get isFull(): boolean {
    return this.verdicts.size > rememberedKeys || this.rows.size > rememberedNames
  }
}

/** The key as one string: what makes two packages the same for matching. */
export function textOfKey(key: PackageKey): string {
  return `${key.ecosystem}\n${key.type}\n${key.name}\n${key.version}\n${key.sourceName}\n${key.sourceVersion}\n${key.module}`
}

function rowKey(ecosystem: string, name: string): string {
  return `${ecosystem}\n${name}`
}
