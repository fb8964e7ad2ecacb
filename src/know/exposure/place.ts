import { AllclearError } from '../../base/errors.ts'
import type { Context } from '../context.ts'
import type { PointKey } from '../scoring/index.ts'
import { findWorkloads } from '../where/index.ts'
import type { ProposedScore } from './answers.ts'
import { answersOfPlace } from './decide.ts'
import { proposeScore } from './environment.ts'

/** Answers to decision points that follow from where a workload is, each with its reason. */
export interface PlaceAnswers {
  workload: string
  answers: ReadonlyMap<PointKey, number>
  reasons: readonly string[]
  /** The score of a vector there; null where nothing is proposed. */
  propose(vector: string): ProposedScore | null
}

/** Throws `not-found` and `ambiguous` for the name. */
export async function answersOfWorkload(context: Context, name: string): Promise<PlaceAnswers> {
  const index = await context.index()
  const found = findWorkloads(index, name).filter((no) => index.workloadGone[no] === 0)
  if (found.length !== 1) {
    throw new AllclearError(found.length === 0 ? 'not-found' : 'ambiguous', {
      message:
        found.length === 0 ? `There is no workload ${name}.` : `${name} fits ${found.length} workloads.`,
      next:
        found.length === 0
          ? 'Write CLUSTER/NAMESPACE/NAME, or a unique end of it.'
          : `Choose one: ${found
              .slice(0, 10)
              .map((no) => index.workloadId(no))
              .join(', ')}.`,
    })
  }
  const postures = await context.postures()
  await postures.bring([index.workloadCluster[found[0]]])
  const facts = postures.factsFor(found[0])
  const reasons = [...facts.reachReasons]
  if (facts.reach === 'unknown') reasons.push('system exposure is not known', ...facts.unknown)
  if (facts.reach === 'network') reasons.push('whether its nodes are publicly exposed is not known')
  reasons.push(
    facts.criticality === null
      ? 'human impact is not known: nobody declared a criticality'
      : `human impact follows from the declared criticality, ${facts.criticality}`,
  )
  return {
    workload: index.workloadId(found[0]),
    answers: answersOfPlace(facts),
    reasons,
    propose: (vector) => proposeScore(vector, facts, facts.data),
  }
}
