import { schemeForEcosystem } from '../versions/orders/index.ts'
import type { PackedEntry } from '../advisories/index.ts'
import { channelsOf, type Channel, needsRelease, namesOfEcosystem } from './distributions.ts'
import { evaluateEntry, type EntryStatement, type Evaluation } from './evaluate.ts'
import { judgeModule, type ModuleStatement } from './modules.ts'
import type { FixState, PackageKey } from './types.ts'

/** One row of `advisory_package` to read for a key, and the version to compare with what it says. */
export interface Lookup {
  ecosystem: string
  name: string
  version: string
  by: 'name' | 'source'
  channel: Channel['kind']
  /** Stream of the RPM module that the package is of, or ``. */
  module: string
}

/** What one advisory says of one key: `affected`, or `unknown` because versions could not be ordered. */
export interface KeyMatch {
  advisoryNo: number
  state: 'affected' | 'unknown'
  fixState: FixState
  fixedIn: string
  by: 'name' | 'source'
  decidedBy: string
}

/** Why nothing can be said about a key at all, or `null` when it can be judged. */
export type Unjudged = 'no ecosystem' | 'release missing' | 'version missing' | 'no advisory source'

/**
 * Which rows answer for a key. Distribution advisories name source packages, binary packages or both (see
 * `distributions.ts`); the version compared is the one of the package that is named.
 */
export function lookupsOf(key: PackageKey): Lookup[] {
  const { ecosystem, name, version } = key
  if (ecosystem === '') return []
  const names = isDistributionPackage(key) ? namesOfEcosystem(ecosystem) : 'binary'
  const lookups: Lookup[] = []
  for (const channel of channelsOf(ecosystem)) {
    if (names !== 'source' || !key.sourceName)
      lookups.push({
        ecosystem: channel.ecosystem,
        name,
        // Where source and binary have the same name their versions may still differ (a rebuild adds +b1).
        version: names === 'source' ? key.sourceVersion || version : version,
        by: 'name',
        channel: channel.kind,
        module: key.module,
      })
    if (names !== 'binary' && key.sourceName)
      lookups.push({
        ecosystem: channel.ecosystem,
        name: key.sourceName,
        version: key.sourceVersion || version,
        by: 'source',
        channel: channel.kind,
        module: key.module,
      })
  }
  return lookups
}

function isDistributionPackage({ type }: PackageKey): boolean {
  return type === 'deb' || type === 'rpm' || type === 'apk' || type === 'alpm'
}

/** Whether a key can be judged, given the ecosystems (with release) that some advisory source covers. */
export function unjudged(key: PackageKey, covered: { has(ecosystem: string): boolean }): Unjudged | null {
  if (key.ecosystem === '') return 'no ecosystem'
  if (needsRelease(key.ecosystem)) return 'release missing'
  if (key.version === '') return 'version missing'
  // Records that name no release are no source for one: they say what was heard of, not what there is.
  const sources = channelsOf(key.ecosystem).filter(({ kind }) => kind !== 'unreleased')
  if (!sources.some(({ ecosystem }) => covered.has(ecosystem))) return 'no advisory source'
  return null
}

/**
 * Everything the advisories say of one key. `entriesOf` gives the packed rows (decoded) for a lookup; each distinct
 * key is asked once for the whole fleet.
 */
export function matchKey(key: PackageKey, entriesOf: (lookup: Lookup) => readonly PackedEntry[]): KeyMatch[] {
  return matchLookups(lookupsOf(key), entriesOf)
}

/** … with the lookups of the key, for who has made them already. */
export function matchLookups(
  all: readonly Lookup[],
  entriesOf: (lookup: Lookup) => readonly PackedEntry[],
): KeyMatch[] {
  const lookups = all.filter((lookup) => entriesOf(lookup).length > 0)
  if (lookups.length === 0) return []
  if (lookups.length === 1 && lookups[0].channel === 'main')
    return matchLookup(lookups[0], entriesOf(lookups[0]))
  const matches: KeyMatch[] = []
  for (const [advisoryNo, statements] of statementsOf(lookups, entriesOf)) {
    const match = toMatch(advisoryNo, decide(statements))
    if (match) matches.push(match)
  }
  return matches
}

/** What one advisory says of one key, with every entry that was looked at: the verdict of `matchKey`, told. */
export interface KeyJudgement {
  advisoryNo: number
  /** `null`: not affected. */
  match: KeyMatch | null
  deciding: Statement
  /** Entries that say something of the key too, and did not decide. */
  others: Statement[]
}

export function judgeKey(
  key: PackageKey,
  entriesOf: (lookup: Lookup) => readonly PackedEntry[],
): KeyJudgement[] {
  return [...statementsOf(lookupsOf(key), entriesOf)].map(([advisoryNo, statements]) => {
    const decision = decide(statements)
    const { deciding } = decision
    return {
      advisoryNo,
      match: toMatch(advisoryNo, decision),
      deciding,
      others: statements.filter((statement) => statement !== deciding),
    }
  })
}

/** By advisory, in the order of the lookups. */
function statementsOf(
  lookups: readonly Lookup[],
  entriesOf: (lookup: Lookup) => readonly PackedEntry[],
): Map<number, Statement[]> {
  const statements = new Map<number, Statement[]>()
  for (const lookup of lookups) {
    for (const entry of entriesOf(lookup)) {
      const statement = { lookup, entry, evaluation: evaluateLookup(lookup, entry) }
      const list = statements.get(entry.advisoryNo)
      if (list) list.push(statement)
      else statements.set(entry.advisoryNo, [statement])
    }
  }
  return statements
}

/** What one entry says of the version that is looked up. */
export function evaluateLookup(lookup: Lookup, entry: ModuleStatement): Evaluation {
  const scheme = schemeForEcosystem(lookup.ecosystem)
  const version = comparedVersion(lookup, entry)
  const evaluation = evaluateEntry(scheme, version, entry)
  if (evaluation.state !== 'affected') return evaluation
  if (lookup.channel === 'unreleased') return judgeUnreleased(lookup, version, entry, evaluation)
  return scheme.id === 'rpm' ? judgeModule({ version, module: lookup.module }, entry, evaluation) : evaluation
}

/**
 * A record that names a distribution and no release (`Debian`): its fix is that of some release. A version at or above
 * it has the fix in every release, for versions only grow from one to the next; a version below may have it too, as a
 * backport. A listed version is the same build wherever it is.
 */
function judgeUnreleased(
  { ecosystem }: Lookup,
  version: string,
  { versions }: EntryStatement,
  evaluation: Evaluation,
): Evaluation {
  if (versions.includes(version)) return evaluation
  return {
    ...evaluation,
    state: 'unknown',
    decidedBy: `${evaluation.decidedBy}, but the record names no release of ${ecosystem}`,
    fixedIn: '',
    fixState: 'unknown',
  }
}

/** One entry of an advisory, held against the version that was looked up. */
export interface Statement {
  lookup: Lookup
  entry: PackedEntry
  evaluation: Evaluation
}

function matchLookup(lookup: Lookup, entries: readonly PackedEntry[]): KeyMatch[] {
  const matches: KeyMatch[] = []
  const seen = new Map<number, KeyMatch>()
  for (const entry of entries) {
    const evaluation = evaluateLookup(lookup, entry)
    if (evaluation.state === 'not_affected') continue
    const match = matchOf(entry.advisoryNo, { lookup, entry, evaluation })
    // A record may name the package twice; one branch that says yes is enough.
    const earlier = seen.get(entry.advisoryNo)
    if (!earlier) {
      seen.set(entry.advisoryNo, match)
      matches.push(match)
    } else if (earlier.state === 'unknown' && match.state === 'affected') Object.assign(earlier, match)
  }
  return matches
}

function matchOf(advisoryNo: number, { lookup, evaluation }: Statement): KeyMatch {
  return {
    advisoryNo,
    state: evaluation.state === 'affected' ? 'affected' : 'unknown',
    fixState: evaluation.fixState,
    fixedIn: evaluation.fixedIn,
    by: lookup.by,
    decidedBy: evaluation.decidedBy,
  }
}

interface Decision {
  deciding: Statement
  /** What extended maintenance says, where the release has it. */
  extended: Statement | null
}

/**
 * Several rows speak about the same advisory. The package's own name decides before its source's. A fix of extended
 * maintenance that is installed clears the package; one that is not installed is the fix where the release has none.
 * What is said without a release counts where nothing is said of the package's own.
 */
function decide(statements: readonly Statement[]): Decision {
  const main = pick(statements.filter(({ lookup }) => lookup.channel === 'main'))
  const extended = pick(statements.filter(({ lookup }) => lookup.channel === 'extended'))
  const cleared =
    extended?.evaluation.state === 'not_affected' && extended.evaluation.decidedBy.startsWith('>= fixed')
  return { deciding: (cleared ? extended : (main ?? extended ?? pick(statements))) as Statement, extended }
}

function toMatch(advisoryNo: number, { deciding, extended }: Decision): KeyMatch | null {
  if (deciding.evaluation.state === 'not_affected') return null
  const match = matchOf(advisoryNo, deciding)
  if (!extended) return match
  const { ecosystem } = extended.lookup
  if (deciding === extended) return { ...match, decidedBy: `${match.decidedBy} (${ecosystem})` }
  if (match.fixedIn !== '' || extended.evaluation.fixedIn === '') return match
  return {
    ...match,
    fixState: 'fixed-in',
    fixedIn: extended.evaluation.fixedIn,
    decidedBy: `${match.decidedBy}; fixed in ${ecosystem}`,
  }
}

function pick(statements: readonly Statement[]): Statement | null {
  const byName = statements.filter(({ lookup }) => lookup.by === 'name')
  const candidates = byName.length > 0 ? byName : statements
  const rank = { affected: 0, unknown: 1, not_affected: 2 }
  return candidates.reduce<Statement | null>(
    (best, next) =>
      best === null || rank[next.evaluation.state] < rank[best.evaluation.state] ? next : best,
    null,
  )
}

/**
 * The version to compare with an entry. The name of a source RPM carries no epoch (`perl-5.26.3-419.el8.src.rpm` belongs to epoch 4). A source version
 * without one is compared as if it had the epoch of the advisory's own version; otherwise every such package
 * would look older than its fix.
 */
export function comparedVersion(lookup: Lookup, entry: EntryStatement): string {
  if (lookup.by !== 'source' || lookup.version === '' || lookup.version.includes(':')) return lookup.version
  for (const { events } of entry.ranges)
    for (const { version } of events) {
      const epoch = /^(\d+):/.exec(version)
      if (epoch && schemeForEcosystem(lookup.ecosystem).id === 'rpm') return `${epoch[1]}:${lookup.version}`
    }
  return lookup.version
}
