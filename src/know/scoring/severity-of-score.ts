import type { Severity } from '../advisories/types.ts'

/** CVSS v3.0 and v3.1, section 5, and v4.0, section 6: qualitative severity ratings. */
export function severityOfScore(score: number): Severity {
  if (score >= 9) return 'critical'
  if (score >= 7) return 'high'
  if (score >= 4) return 'medium'
  return score > 0 ? 'low' : 'none'
}
