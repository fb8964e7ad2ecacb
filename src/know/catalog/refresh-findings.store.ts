import type { Clock } from '../../base/clock.ts'
import type { Store, Transaction } from '../../base/store/index.ts'
import { channelsOf } from '../matching/index.ts'
import type { PackageKey } from '../matching/types.ts'
import { insertFindings, type FindingRow } from './catalog.store.ts'
import type { Judge } from './judge.ts'

/** Package names whose advisories changed, by ecosystem (with release). */
export type TouchedNames = ReadonlyMap<string, ReadonlySet<string>>

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
}

/**
 * Brings the findings of the named packages up to date: only package versions that the fleet holds and whose name or
 * source name was touched are judged again. Narrowing an advisory withdraws findings here just as widening adds them.
 */
export async function refreshFindings(
  store: Store,
  clock: Clock,
  judge: Judge,
  touched: TouchedNames,
): Promise<FindingDelta> {
  const delta: FindingDelta = { added: [], withdrawn: [], changed: [] }
  const versions = await touchedPackageVersions(store, touched)
  if (versions.length === 0) return delta
  const matches = await judge.matches(versions.map(keyOf))
  await store.transaction(
    async (transaction) => {
      const stored = transaction.prepare<StoredFinding>(
        'select advisory_no, state, fix_state, fixed_in, decided_by from finding where package_version_no = ?',
      )
      for (const [at, { no }] of versions.entries()) {
        const before = new Map((await stored.all(no)).map((row) => [row.advisory_no, row]))
        for (const match of matches[at]) {
          const row = { ...match, packageVersionNo: no }
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
        for (const advisoryNo of before.keys()) delta.withdrawn.push({ packageVersionNo: no, advisoryNo })
      }
      await deleteFindings(transaction, [...delta.withdrawn, ...delta.changed])
      await insertFindings(transaction, [...delta.added, ...delta.changed], clock.nowMs())
    },
    { mode: 'bulk' },
  )
  return delta
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
async function touchedPackageVersions(store: Store, touched: TouchedNames): Promise<PackageVersionRow[]> {
  const groups = await store
    .prepare<{ ecosystem: string; type: string }>('select distinct ecosystem, type from package_version')
    .all()
  const columns = 'no, ecosystem, type, name, version, source_name, source_version'
  const byName = store.prepare<PackageVersionRow>(
    `select ${columns} from package_version where ecosystem = ? and type = ? and name = ?`,
  )
  const bySource = store.prepare<PackageVersionRow>(
    `select ${columns} from package_version where ecosystem = ? and source_name = ?`,
  )
  const found = new Map<number, PackageVersionRow>()
  for (const { ecosystem, type } of groups) {
    const names = new Set<string>()
    for (const channel of channelsOf(ecosystem))
      for (const name of touched.get(channel.ecosystem) ?? []) names.add(name)
    for (const name of names) {
      for (const row of await byName.all(ecosystem, type, name)) found.set(row.no, row)
      if (name !== '') for (const row of await bySource.all(ecosystem, name)) found.set(row.no, row)
    }
  }
  return [...found.values()]
}

function keyOf(row: PackageVersionRow): PackageKey {
  return {
    ecosystem: row.ecosystem,
    type: row.type,
    name: row.name,
    version: row.version,
    sourceName: row.source_name,
    sourceVersion: row.source_version,
  }
}
