export { formatVector, overlaid, parseOverlay, parseVector } from './parse.ts'
export { baseScore, scoreVector } from './score.ts'
export { severityOfScore } from './severity-of-score.ts'
export {
  answersOfFacts,
  decideAll,
  formatAnswers,
  outcomesOfTable,
  parseAnswers,
  pointIndex,
} from './ssvc.ts'
export type { Answers, Decision, ExploitationFacts } from './ssvc.ts'
export type { PointKey } from './ssvc-points.ts'
export type { CvssScores, CvssVersion, VectorProblem } from './types.ts'
