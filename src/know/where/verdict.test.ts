import { describe, expect, it } from 'vitest'
import type { Coverage } from '../answers.ts'
import { sentenceOf } from './sentence.ts'
import { verdictFor } from './verdict.ts'

const none = { value: 0, atLeast: true }
const nowhere = { workloads: none, pods: none, clusters: none, images: none, seen: { workloads: 0 } }
const seen: Coverage = {
  atMs: 0,
  images: { running: 4, known: 4, partly: 0, oldestManifestAtMs: 0 },
  packages: { total: 9, withoutAdvisorySource: 0, unorderable: 0, uncoveredEcosystems: [] },
  clusters: { total: 2, notSeen: [] },
  feeds: [],
  unknownImages: [],
}
const noonMs = Date.UTC(2026, 10, 18, 12)
const unseen = (...clusters: Coverage['clusters']['notSeen']): Coverage => ({
  ...seen,
  clusters: { total: 3, notSeen: clusters },
})

describe('what nobody found', () => {
  it.each<[string, Coverage, { unknownPackages?: number; unreadImages?: number }, string]>([
    ['all is seen', seen, {}, 'No. Nothing runs it: 100 % of 4 running images checked.'],
    [
      'no fleet is known',
      { ...seen, images: { ...seen.images, running: 0, known: 0 }, clusters: { total: 0, notSeen: [] } },
      {},
      'Cannot tell: no fleet is known yet.',
    ],
    [
      'the only cluster was added and is not seen yet',
      {
        ...seen,
        images: { ...seen.images, running: 0, known: 0 },
        clusters: { total: 1, notSeen: [{ name: 'eu', lastSeenAtMs: null }] },
      },
      {},
      'Cannot tell: nothing is known to run, and eu has not been seen yet.',
    ],
    [
      'one of several is lost',
      unseen({ name: 'eu', lastSeenAtMs: noonMs }),
      {},
      'Cannot tell: nothing found, but eu was last seen at 2026-11-18 12:00 UTC.',
    ],
    [
      'several are, one of which was never seen',
      unseen({ name: 'ap', lastSeenAtMs: null }, { name: 'eu', lastSeenAtMs: noonMs }),
      { unknownPackages: 2 },
      'Cannot tell: nothing found, but 2 package versions of that name cannot be judged, and 2 of 3 clusters are not seen now (ap not yet).',
    ],
    [
      'files are not known',
      seen,
      { unreadImages: 1 },
      'Cannot tell: nothing found, but the files of 1 running image are not known.',
    ],
    [
      'images are not known',
      { ...seen, images: { ...seen.images, known: 3 } },
      {},
      'Cannot tell: nothing found in the 75 % of running images that can be checked.',
    ],
  ])('where %s', (_, coverage, { unknownPackages = 0, unreadImages = 0 }, sentence) => {
    const blind = { unknownPackages, unreadImages }
    const verdict = verdictFor(false, coverage, blind)
    expect(sentenceOf(verdict, nowhere, coverage, blind).replaceAll('\u00a0', ' ')).toBe(sentence)
    expect(verdict).toBe(sentence.startsWith('No.') ? 'no' : 'unknown')
  })
})
