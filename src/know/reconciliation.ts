import { rawRecord, type AdvisoryFactsRow, type AffectedPackage } from './advisories/index.ts'
import type { CveAnswer } from './answers.ts'
import type { Context } from './context.ts'

/** When a person's provisional record and a feed's record are about the same vulnerability: what differs, in words. */
export async function reconciliationOf(
  context: Context,
  records: readonly AdvisoryFactsRow[],
): Promise<CveAnswer['reconciliation']> {
  const provisional = records.find(({ feed }) => feed === 'provisional')
  if (!provisional) return null
  // What reads records loads with the first provisional one.
  const { parseOsv } = await import('./advisories/records/index.ts')
  const own = parseOsv(await rawRecord(context.store, provisional.id))
  if (!own.ok) return null
  let best: { record: AdvisoryFactsRow; differences: string[] } | null = null
  for (const record of records) {
    if (record.feed === 'provisional' || record.withdrawnAtMs !== null) continue
    const parsed = parseOsv(await rawRecord(context.store, record.id))
    if (!parsed.ok) continue
    const differences = differencesOf(own.value.affected, parsed.value.affected)
    if (
      own.value.severity !== 'unknown' &&
      parsed.value.severity !== 'unknown' &&
      own.value.severity !== parsed.value.severity
    )
      differences.push(`severity: ${own.value.severity} typed, ${parsed.value.severity} published`)
    if (best === null || differences.length < best.differences.length) best = { record, differences }
  }
  return (
    best && {
      provisional: provisional.id,
      record: best.record.id,
      same: best.differences.length === 0,
      differences: best.differences,
    }
  )
}

function differencesOf(typed: readonly AffectedPackage[], published: readonly AffectedPackage[]): string[] {
  const differences: string[] = []
  const publishedByName = byName(published)
  for (const [name, entries] of byName(typed)) {
    const others = publishedByName.get(name)
    publishedByName.delete(name)
    if (!others) differences.push(`${name}: typed, but not published`)
    else if (rangesText(entries) !== rangesText(others))
      differences.push(`${name}: ${rangesText(entries)} typed, ${rangesText(others)} published`)
  }
  for (const name of publishedByName.keys()) differences.push(`${name}: published, but not typed`)
  return differences
}

/** A record may name a package several times, with a range each; the person typed them as one. */
function byName(affected: readonly AffectedPackage[]): Map<string, AffectedPackage[]> {
  return Map.groupBy(affected, ({ ecosystem, name }) => `${ecosystem} ${name}`)
}

function rangesText(entries: readonly AffectedPackage[]): string {
  return [...new Set(entries.flatMap(wordsOfRanges))].toSorted().join(' or ') || 'all versions'
}

function wordsOfRanges({ ranges, versions }: AffectedPackage): string[] {
  const words = ranges.map(({ events }) =>
    events
      .map(({ kind, version }) =>
        kind === 'introduced'
          ? version === '0'
            ? ''
            : `>= ${version}`
          : kind === 'fixed'
            ? `< ${version}`
            : kind === 'last_affected'
              ? `<= ${version}`
              : `below ${version}`,
      )
      .filter((word) => word !== '')
      .join(', '),
  )
  if (versions.length > 0 && ranges.length === 0)
    words.push(versions.length > 4 ? `${versions.length} listed versions` : versions.join(', '))
  return words.map((word) => word || 'all versions')
}
