import type { Coverage, WhereAnswer } from '../answers.ts'

/** What an answer could not see, beyond what the coverage meter counts. */
export interface Unseen {
  /** Package versions of the name asked for that cannot be judged. */
  unknownPackages: number
  /** Running images whose files would have to be known, and are not. */
  unreadImages: number
}

/** Whether something that nobody found could still be there: in an image without contents, or in the part that was left out. */
export function isBlind({ images }: Coverage, { unknownPackages, unreadImages }: Unseen): boolean {
  return images.known < images.running || images.partly > 0 || unknownPackages > 0 || unreadImages > 0
}

/**
 * The one rule for what is asked, whatever it is: found is yes; not found is no only where something runs, every cluster
 * was seen lately, and the contents of every running image are known and were understood whole. Everything else is
 * unknown: what came into a cluster since it was seen is in no count.
 */
export function verdictFor(found: boolean, coverage: Coverage, unseen: Unseen): WhereAnswer['verdict'] {
  if (found) return 'yes'
  const seen = coverage.images.running > 0 && coverage.clusters.notSeen.length === 0
  return seen && !isBlind(coverage, unseen) ? 'no' : 'unknown'
}
