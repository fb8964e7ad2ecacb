import type { Clock } from '../../base/clock.ts'
import type { Store, Transaction } from '../../base/store/index.ts'
import { takeTurn } from '../../base/turn.ts'
import { loadPackageEntries, type PackedEntry } from '../advisories/index.ts'
import type { TouchedAdvisories } from '../advisories/records/index.ts'
import { channelsOf, lookupsOf, matchKey, type KeyMatch, type Lookup } from '../matching/index.ts'
import type { PackageKey } from '../matching/types.ts'
import { insertFindings, type FindingRow } from './catalog.store.ts'

/** What a change of advisories did to the findings: added, withdrawn, and changed in what they say. */
export interface FindingDelta {
  added: FindingRow[]
  withdrawn: { packageVersionNo: number; advisoryNo: number }[]
  changed: FindingRow[]
}

interface StoredFinding {
  advisory_no: number
  state: string
  fix_state: string
  fixed_in: string
  decided_by: string
}

interface PackageVersionRow {
  no: number
  ecosystem: string
  type: string
  name: string
  version: string
  source_name: string
  source_version: string
  module: string
}

/** Package versions whose rows are read together. */
const versionsAtOnce = 5_000
/** Up to so many advisories the stored findings of a package version are asked for one by one. */
const advisoriesAskedSingly = 8

/**
 * Brings the findings of advisories that changed up to date: only package versions that the fleet holds and whose name or
 * source name was touched are judged again, and only by these advisories. Narrowing an advisory withdraws findings here
 * just as widening adds them.
 */
export async function refreshFindings(
  store: Store,
  clock: Clock,
  touched: TouchedAdvisories,
): Promise<FindingDelta> {
  const delta: FindingDelta = { added: [], withdrawn: [], changed: [] }
  const versions = await touchedPackageVersions(store, touched.names)
  if (versions.length === 0) return delta
  const advisories = await advisoryNumbersOf(store, [
    ...touched.added,
    ...touched.changed,
    ...touched.withdrawn,
  ])
  await store.transaction(
    async (transaction) => {
      for (let at = 0; at < versions.length; at += versionsAtOnce) {
        const some = versions.slice(at, at + versionsAtOnce)
        const entriesOf = await touchedEntries(store, some, touched.names, advisories)
        const storedOf = storedFindings(transaction, advisories)
        for (const version of some) {
          compare(version.no, await storedOf(version.no), matchKey(keyOf(version), entriesOf), delta)
          await takeTurn()
        }
      }
      await deleteFindings(transaction, [...delta.withdrawn, ...delta.changed])
      await insertFindings(transaction, [...delta.added, ...delta.changed], clock.nowMs())
    },
    { mode: 'bulk' },
  )
  return delta
}

function compare(
  packageVersionNo: number,
  stored: readonly StoredFinding[],
  matches: readonly KeyMatch[],
  delta: FindingDelta,
): void {
  const before = new Map(stored.map((row) => [row.advisory_no, row]))
  for (const match of matches) {
    const row = { ...match, packageVersionNo }
    const old = before.get(match.advisoryNo)
    before.delete(match.advisoryNo)
    if (!old) delta.added.push(row)
    else if (
      old.state !== match.state ||
      old.fix_state !== match.fixState ||
      old.fixed_in !== match.fixedIn ||
      old.decided_by !== match.decidedBy
    )
      delta.changed.push(row)
  }
  for (const advisoryNo of before.keys()) delta.withdrawn.push({ packageVersionNo, advisoryNo })
}

/** What these advisories say of the names of some package versions. */
async function touchedEntries(
  store: Store,
  versions: readonly PackageVersionRow[],
  touched: TouchedAdvisories['names'],
  advisories: ReadonlySet<number>,
): Promise<(lookup: Lookup) => readonly PackedEntry[]> {
  const names = new Map<string, Set<string>>()
  for (const version of versions)
    for (const { ecosystem, name } of lookupsOf(keyOf(version))) {
      if (touched.get(ecosystem)?.has(name) !== true) continue
      const own = names.get(ecosystem)
      if (own) own.add(name)
      else names.set(ecosystem, new Set([name]))
    }
  const entries = new Map<string, Map<string, PackedEntry[]>>()
  for (const [ecosystem, own] of names) {
    const rows = await loadPackageEntries(store, ecosystem, [...own])
    for (const [name, all] of rows)
      rows.set(
        name,
        all.filter(({ advisoryNo }) => advisories.has(advisoryNo)),
      )
    entries.set(ecosystem, rows)
  }
  return ({ ecosystem, name }) => entries.get(ecosystem)?.get(name) ?? []
}

function storedFindings(
  transaction: Transaction,
  advisories: ReadonlySet<number>,
): (packageVersionNo: number) => Promise<StoredFinding[]> {
  const columns = 'advisory_no, state, fix_state, fixed_in, decided_by'
  if (advisories.size <= advisoriesAskedSingly) {
    const one = transaction.prepare<StoredFinding>(
      `select ${columns} from finding where package_version_no = ? and advisory_no = ?`,
    )
    return async (no) => {
      const rows: StoredFinding[] = []
      for (const advisory of advisories) rows.push(...(await one.all(no, advisory)))
      return rows
    }
  }
  const all = transaction.prepare<StoredFinding>(
    `select ${columns} from finding where package_version_no = ?`,
  )
  return async (no) => (await all.all(no)).filter(({ advisory_no }) => advisories.has(advisory_no))
}

async function advisoryNumbersOf(store: Store, ids: readonly string[]): Promise<Set<number>> {
  const statement = store.prepare<{ no: number }>('select no from advisory where id = ?')
  const numbers = new Set<number>()
  for (const id of ids) {
    const row = await statement.get(id)
    if (row) numbers.add(row.no)
    await takeTurn()
  }
  return numbers
}

async function deleteFindings(
  transaction: Transaction,
  rows: readonly { packageVersionNo: number; advisoryNo: number }[],
): Promise<void> {
  const statement = transaction.prepare(
    'delete from finding where package_version_no = ? and advisory_no = ?',
  )
  for (const { packageVersionNo, advisoryNo } of rows) await statement.run(packageVersionNo, advisoryNo)
}

/** Package versions of the fleet that one of the touched rows answers for. */
async function touchedPackageVersions(
  store: Store,
  touched: TouchedAdvisories['names'],
): Promise<PackageVersionRow[]> {
  const groups = await ecosystemsAndTypes(store)
  const columns = 'no, ecosystem, type, name, version, source_name, source_version, module'
  const byName = store.prepare<PackageVersionRow>(
    `select ${columns} from package_version where ecosystem = ? and type = ? and name = ?`,
  )
  // By number, which the index of source names has: for all columns SQLite would rather walk the whole ecosystem along
  // the key, since that covers them.
  const bySource = store.prepare<PackageVersionRow>(
    `select ${columns} from package_version
     where no in (select no from package_version where ecosystem = ? and source_name = ?)`,
  )
  const found = new Map<number, PackageVersionRow>()
  for (const { ecosystem, type } of groups) {
    const names = new Set<string>()
    for (const channel of channelsOf(ecosystem))
      for (const name of touched.get(channel.ecosystem) ?? []) names.add(name)
    for (const name of names) {
      for (const row of await byName.all(ecosystem, type, name)) found.set(row.no, row)
      if (name !== '') for (const row of await bySource.all(ecosystem, name)) found.set(row.no, row)
      await takeTurn()
    }
  }
  return [...found.values()]
}

/** Skips from one pair to the next along the key: there are a few dozen of them and hundreds of thousands of rows. */
async function ecosystemsAndTypes(store: Store): Promise<{ ecosystem: string; type: string }[]> {
  const pairs: { ecosystem: string; type: string }[] = []
  const columns = 'select ecosystem, type from package_version'
  const next = store.prepare<{ ecosystem: string; type: string }>(
    `${columns} where (ecosystem, type) > (?, ?) order by ecosystem, type limit 1`,
  )
  let row = await store
    .prepare<{ ecosystem: string; type: string }>(`${columns} order by ecosystem, type limit 1`)
    .get()
  for (; row !== undefined; row = await next.get(row.ecosystem, row.type)) pairs.push(row)
  return pairs
}

function keyOf(row: PackageVersionRow): PackageKey {
  return {
    ecosystem: row.ecosystem,
    type: row.type,
    name: row.name,
    version: row.version,
    sourceName: row.source_name,
    sourceVersion: row.source_version,
    module: row.module,
  }
}
