import type { Advisory, AffectedPackage } from '../advisories/types.ts'
import type { Purl } from '../purl/types.ts'
import { packageOfPurl } from '../sbom/index.ts'
import { evaluateLookup, lookupsOf, type Lookup } from './match.ts'
import { packageKeyOf } from './package-key.ts'

export interface AffectedVerdict {
  verdict: 'yes' | 'no' | 'unknown'
  /** The event, listed version or reason that decided. */
  decidedBy: string
}

interface Judged {
  entry: AffectedPackage
  verdict: AffectedVerdict
}

/**
 * Does one advisory apply to one package version? By the same rules as the fleet is matched, for a single pair and
 * with its reason when the answer is no.
 */
export function affectedBy(advisory: Advisory, purl: Purl): AffectedVerdict {
  if (advisory.withdrawnAtMs !== null) {
    return {
      verdict: 'no',
      decidedBy: `withdrawn ${new Date(advisory.withdrawnAtMs).toISOString().slice(0, 10)}`,
    }
  }
  const key = packageKeyOf(packageOfPurl(purl), null)
  if (key.ecosystem === '')
    return { verdict: 'unknown', decidedBy: `no advisory ecosystem for pkg:${purl.type}` }

  const lookups = lookupsOf(key)
  const all: (Judged & { channel: Lookup['channel'] })[] = []
  for (const entry of advisory.affected) {
    for (const lookup of lookups) {
      // A package URL without a release is judged against every release that the advisory names.
      const exact = lookup.channel === 'unreleased' || lookup.ecosystem.includes(':')
      const release = exact ? entry.ecosystem : baseOf(entry.ecosystem)
      if (release !== lookup.ecosystem || entry.name !== lookup.name) continue
      const verdict = verdictOf(entry, { ...lookup, ecosystem: entry.ecosystem })
      all.push({ entry, verdict, channel: lookup.channel })
    }
  }
  // What is said without a release counts where nothing is said of the package's own.
  const released = all.filter(({ channel }) => channel !== 'unreleased')
  const judged: Judged[] = released.length > 0 ? released : all
  if (judged.length === 0) {
    const named = [...new Set(advisory.affected.map((entry) => `${entry.ecosystem} ${entry.name}`))]
    const shown = named.slice(0, 3).join(', ') + (named.length > 3 ? ` and ${named.length - 3} more` : '')
    return { verdict: 'no', decidedBy: named.length === 0 ? 'names no package' : `names ${shown}` }
  }

  const releases = new Set(judged.map(({ entry }) => entry.ecosystem))
  const verdicts = new Set(judged.map(({ verdict }) => verdict.verdict))
  if (releases.size > 1 && verdicts.size > 1) {
    const each = judged.slice(0, 4).map(({ entry, verdict }) => `${entry.ecosystem}: ${verdict.verdict}`)
    return { verdict: 'unknown', decidedBy: `release missing; ${each.join(', ')}` }
  }
  for (const wanted of ['yes', 'unknown', 'no'] as const) {
    const first = judged.find(({ verdict }) => verdict.verdict === wanted)
    if (first !== undefined) return first.verdict
  }
  throw new Error('a judged entry has no verdict')
}

function verdictOf(entry: AffectedPackage, lookup: Lookup): AffectedVerdict {
  // What is left of an entry with commit ranges only says nothing about a version.
  if (entry.ranges.length === 0 && entry.versions.length === 0) {
    return { verdict: 'unknown', decidedBy: 'the advisory names no versions' }
  }
  const { state, decidedBy } = evaluateLookup(lookup, entry)
  if (state === 'affected') return { verdict: 'yes', decidedBy }
  // Where every version is affected a missing one is, too; otherwise nothing follows from it.
  if (lookup.version === '') return { verdict: 'unknown', decidedBy: 'the package URL has no version' }
  return { verdict: state === 'unknown' ? 'unknown' : 'no', decidedBy }
}

function baseOf(ecosystem: string): string {
  return ecosystem.split(':', 1)[0]
}
