/** The word for a score, without what scores vectors. */
export { severityOfScore } from '../severity-of-score.ts'
