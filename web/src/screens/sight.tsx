import type { ClusterDetail, ClusterSummary } from '../api/schema.generated.ts'
import { Time, useNow } from '../parts/time.tsx'
import { Verdict, type VerdictKind } from '../parts/verdict.tsx'

/** A cluster of manifests that has been silent for longer is shown as last seen. */
const staleAfterMs = 24 * 3600 * 1000

const sights: Record<ClusterDetail['state']['sight'], { kind: VerdictKind; word: string }> = {
  starting: { kind: 'unknown', word: 'first lists under way' },
  seen: { kind: 'confirmed', word: 'seen' },
  partly: { kind: 'unknown', word: 'seen in part' },
  lost: { kind: 'stale', word: 'does not answer' },
  unwatched: { kind: 'stale', word: 'not watched' },
}

/** Whether a cluster is seen now, and since when not. */
export function Sight({ watch, lastSeenAtMs }: Pick<ClusterSummary, 'watch' | 'lastSeenAtMs'>) {
  const stale = useNow() - (lastSeenAtMs ?? 0) > staleAfterMs
  const { kind, word } =
    watch === null
      ? ({ kind: stale ? 'stale' : 'confirmed', word: stale ? 'silent' : 'seen' } as const)
      : sights[watch.sight]
  return (
    <Verdict
      kind={kind}
      age={<Time atMs={watch === null ? lastSeenAtMs : watch.seenAtMs} absent="never seen whole" />}
    >
      {word}
    </Verdict>
  )
}

/** How a cluster is seen, in words. */
export function wayOf({ source, watch }: Pick<ClusterSummary, 'source' | 'watch'>): string {
  switch (watch?.kind) {
    case undefined:
      return source
    case 'agent':
      return 'its agent'
    case 'in-cluster':
      return 'its own service account'
    case 'copy':
      return `a copy of context ${watch?.context ?? ''}`
    case 'kubeconfig':
      return `context ${watch?.context ?? ''}`
  }
}
