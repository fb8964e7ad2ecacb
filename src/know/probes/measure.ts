import { limit } from '../../base/limits.ts'
import type { Counterexample, InputCoverage, Sample } from '../../core/probe/index.ts'
import type { Coverage } from '../answers.ts'

/** How much of the fleet was seen: its clusters, and what their images contain. */
export function fleetInputs(coverage: Coverage): InputCoverage[] {
  return [objectsSeen(coverage), contentsKnown(coverage)]
}

function objectsSeen({ clusters, atMs }: Coverage): InputCoverage {
  const { total, notSeen } = clusters
  return {
    input: 'objects',
    coverage: total === 0 ? 0 : (total - notSeen.length) / total,
    // Null: one of them was never seen.
    asOfMs: notSeen.reduce<number | null>(
      (oldest, { lastSeenAtMs }) =>
        oldest === null || lastSeenAtMs === null ? null : Math.min(oldest, lastSeenAtMs),
      atMs,
    ),
    gaps: notSeen.slice(0, limit('probeSamples')).map(({ name }) => `cluster ${name} is not seen`),
  }
}

function contentsKnown({ images, unknownImages }: Coverage): InputCoverage {
  return {
    input: 'contents',
    coverage: images.running === 0 ? 0 : images.known / images.running,
    asOfMs: images.oldestManifestAtMs,
    gaps: unknownImages
      .slice(0, limit('probeSamples'))
      .map(({ reference, reason }) => `${reference}: ${reason}`),
  }
}

/** The first of a list, and how many there are. */
export function sampleOf<Row>(
  { total, rows }: { total: number; rows: readonly Row[] },
  nameOf: (row: Row) => Counterexample,
): Sample<Counterexample> {
  return { total, sample: rows.slice(0, limit('probeSamples')).map(nameOf) }
}

export const nothingUnknown: Sample<string> = { total: 0, sample: [] }

/** A parameter that has to be there: an item fills it in from its incident, a person names it. */
export function advisoryOf(params: Readonly<Record<string, unknown>>): string {
  const { advisory } = params
  if (typeof advisory === 'string') return advisory
  throw new Error('no vulnerability is named; write advisory=CVE-…')
}

/** `3 workloads`, `1 workload` */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-GB')} ${noun}${count === 1 ? '' : 's'}`
}
