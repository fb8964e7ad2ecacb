import {
  coveredEcosystems,
  loadFindingFacts,
  loadPackageEntries,
  loadVulnerabilityFacts,
  type PackedEntry,
} from '../advisories/index.ts'
import {
  findingsOfKey,
  lookupsOf,
  matchLookups,
  type AdvisoryFacts,
  type KeyFinding,
  type KeyMatch,
  type Lookup,
  type Unjudged,
  type VulnerabilityFacts,
  unjudged,
} from '../matching/index.ts'
import type { PackageKey } from '../matching/types.ts'
import type { Store } from '../../base/store/index.ts'
import { takeTurn } from '../../base/turn.ts'

/**
 * Judges package keys against the stored advisories. It reads one row for each package name and remembers what it
 * read and decided, so that the second document with the same packages costs no comparison and no query. It holds
 * for one state of the advisories: after an import a new judge is made.
 */
export interface Judge {
  /** Ecosystems (with release) that some advisory names: the others cannot be judged. */
  readonly covered: ReadonlySet<string>
  matches(keys: readonly PackageKey[]): Promise<readonly (readonly KeyMatch[])[]>
  /** What is said of each key; made once for each distinct one. */
  judgedKeys(keys: Keys): Promise<readonly JudgedKey[]>
  /** Loads the facts of these records; `fact` then answers without waiting. */
  loadAdvisories(numbers: Iterable<number>): Promise<(no: number) => AdvisoryFacts>
  /** Loads KEV, EPSS and VEX of these ids. */
  loadVulnerabilities(ids: Iterable<string>): Promise<VulnerabilityFacts>
}

/** Keys that are told apart by their text (`textOfKey`) and made only where one is new. */
export interface Keys {
  readonly count: number
  keyText(at: number): string
  key(at: number): PackageKey
}

export interface JudgedKey {
  /** Why nothing can be said of it. */
  unjudged: Unjudged | null
  findings: readonly KeyFinding[]
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

  async function loadRows(missing: Map<string, Set<string>>, { rows }: Memory): Promise<void> {
    for (const [ecosystem, names] of missing) {
      const all = [...names]
      for (let at = 0; at < all.length; at += namesAtOnce) {
        const asked = all.slice(at, at + namesAtOnce)
        const found = await loadPackageEntries(store, ecosystem, asked)
        const known = rowsOf(rows, ecosystem)
        for (const name of asked) known.set(name, found.get(name) ?? none)
        await takeTurn()
      }
    }
  }

  /** The verdicts of keys that are not known yet. */
  async function matchNew(asked: Iterable<PackageKey>, own: Memory): Promise<KeyMatch[][]> {
    const missing = new Map<string, Set<string>>()
    const lookups: Lookup[][] = []
    for (const key of asked) {
      const list = lookupsOf(key)
      for (const { ecosystem, name } of list) {
        if (!covered.has(ecosystem) || own.rows.get(ecosystem)?.has(name)) continue
        const names = missing.get(ecosystem)
        if (names) names.add(name)
        else missing.set(ecosystem, new Set([name]))
      }
      lookups.push(list)
      if (lookups.length % keysAtOnce === 0) await takeTurn()
    }
    await loadRows(missing, own)
    const entriesOf = ({ ecosystem, name }: Lookup) => own.rows.get(ecosystem)?.get(name) ?? none
    const matches: KeyMatch[][] = []
    for (const list of lookups) {
      matches.push(matchLookups(list, entriesOf))
      if (matches.length % keysAtOnce === 0) await takeTurn()
    }
    return matches
  }

  function begin(): Memory {
    if (memory.isFull) memory = new Memory()
    // Others may begin a new memory while this waits; what it has found stays in its own.
    return memory
  }

  /** Facts of all records and vulnerabilities that the matches name, then the findings of each key. */
  async function findingsOfNew(
    keys: readonly PackageKey[],
    matches: readonly (readonly KeyMatch[])[],
  ): Promise<(readonly KeyFinding[])[]> {
    const numbers = new Set<number>()
    for (const list of matches) for (const { advisoryNo } of list) numbers.add(advisoryNo)
    if (numbers.size === 0) return matches.map(() => noFindings)
    const advisory = await judge.loadAdvisories(numbers)
    const ids = new Set<string>()
    for (const no of numbers) {
      const record = advisory(no)
      ids.add(record.id)
      for (const { vulnerability } of record.links) ids.add(vulnerability)
    }
    const known = await judge.loadVulnerabilities(ids)
    return matches.map((list, at) =>
      list.length === 0 ? noFindings : findingsOfKey(keys[at], list, advisory, known),
    )
  }

  const judge: Judge = {
    covered,
    async matches(keys) {
      const own = begin()
      const texts = keys.map(textOfKey)
      const asked = new Map<string, PackageKey>()
      for (const [at, key] of keys.entries()) if (!own.verdicts.has(texts[at])) asked.set(texts[at], key)
      const found = (await matchNew(asked.values(), own)).values()
      for (const text of asked.keys()) own.verdicts.set(text, found.next().value as KeyMatch[])
      return texts.map((text) => own.verdicts.get(text) as readonly KeyMatch[])
    },
    async judgedKeys(keys) {
      const own = begin()
      const judged: JudgedKey[] = []
      const asked = new Map<string, { key: PackageKey; at: number[] }>()
      for (let at = 0; at < keys.count; at++) {
        const text = keys.keyText(at)
        const known = own.judged.get(text)
        if (known !== undefined) judged[at] = known
        else {
          const waiting = asked.get(text)
          if (waiting === undefined) asked.set(text, { key: ofItsOwn(keys.key(at)), at: [at] })
          else waiting.at.push(at)
        }
      }
      const fresh = Array.from(asked.values(), ({ key }) => key)
      const matches = await matchNew(fresh, own)
      const found = await findingsOfNew(fresh, matches)
      let next = 0
      for (const { key, at: places } of asked.values()) {
        const findings = found[next++]
        const reason = unjudged(key, covered)
        const one = reason === null && findings.length === 0 ? nothing : { unjudged: reason, findings }
        own.judged.set(textOfKey(key), one)
        for (const at of places) judged[at] = one
      }
      return judged
    },
    async loadAdvisories(numbers) {
      const missing = [...new Set(numbers)].filter((no) => !facts.has(no))
      for (const record of await loadFindingFacts(store, missing)) facts.set(record.no, record)
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
const nothing: JudgedKey = { unjudged: null, findings: noFindings }
/** Rows that are read by one statement, and keys that are judged between two looks at the clock. */
const namesAtOnce = 256
const keysAtOnce = 64

/** Decoded rows by ecosystem and name; a name without a row has none in it. */
type Rows = Map<string, Map<string, readonly PackedEntry[]>>

class Memory {
  readonly verdicts = new Map<string, readonly KeyMatch[]>()
  readonly judged = new Map<string, JudgedKey>()
  readonly rows: Rows = new Map()

  get isFull(): boolean {
    if (this.verdicts.size + this.judged.size > rememberedKeys) return true
    let names = 0
    for (const known of this.rows.values()) names += known.size
    return names > rememberedNames
  }
}

function rowsOf(rows: Rows, ecosystem: string): Map<string, readonly PackedEntry[]> {
  let known = rows.get(ecosystem)
  if (known === undefined) {
    known = new Map()
    rows.set(ecosystem, known)
  }
  return known
}

/** The key as one string: what makes two packages the same for matching. */
export function textOfKey(key: PackageKey): string {
  return `${key.ecosystem}\n${key.type}\n${key.name}\n${key.version}\n${key.sourceName}\n${key.sourceVersion}\n${key.module}`
}

/** The same key in a text of its own: pieces of a document's text would hold all of it in memory. */
function ofItsOwn(key: PackageKey): PackageKey {
  const text = textOfKey(key)
  let end = -1
  const next = ({ length }: string): string => text.slice(end + 1, (end += length + 1))
  return {
    ecosystem: next(key.ecosystem),
    type: next(key.type),
    name: next(key.name),
    version: next(key.version),
    sourceName: next(key.sourceName),
    sourceVersion: next(key.sourceVersion),
    module: next(key.module),
  }
}
