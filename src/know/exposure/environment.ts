import { overlaid, formatVector, parseOverlay, parseVector, scoreVector } from '../scoring/index.ts'
import type { ProposedScore } from './answers.ts'
import type { WorkloadCase } from './decide.ts'

/**
 * The score of a vulnerability in the place where it is: environmental metrics proposed from what the fleet knows, each
 * with its reason. What is not known proposes nothing. `null` where there is no vector that can be scored, or nothing to
 * propose. CVSS v2 has no modified base metrics; only its requirements are proposed.
 */
export function proposeScore(
  vector: string | null,
  { reach, privilege, criticality }: WorkloadCase,
  data: string | null,
): ProposedScore | null {
  const parsed = vector === null ? null : parseVector(vector)
  if (parsed === null || !parsed.ok) return null
  const { version } = parsed.value
  const metrics: { metric: string; reason: string }[] = []
  const propose = (metric: string, reason: string): void => {
    metrics.push({ metric, reason })
  }
  const modified = version !== '2.0'
  if (modified && /\/AV:N\//.test(`/${vector}/`)) {
    if (reach === 'cluster')
      propose('MAV:A', 'no way in from outside; other workloads of its cluster may connect')
    else if (reach === 'isolated') propose('MAV:L', 'enforced policies let nothing in')
  }
  if (modified && (privilege === 'cluster-admin' || privilege === 'node')) {
    const reason =
      privilege === 'node'
        ? 'whoever runs code in it can take over a node'
        : 'whoever runs code in it can become cluster-admin'
    for (const metric of version === '4.0' ? ['MSC:H', 'MSI:H', 'MSA:H'] : ['MS:C']) propose(metric, reason)
  } else if (version === '4.0' && privilege === 'elevated')
    propose('MSC:H', 'whoever runs code in it can read secrets, or tokens and traffic of others')
  if (criticality !== null) {
    const value = { critical: 'H', high: 'H', medium: 'M', low: 'L' }[criticality]
    for (const metric of ['IR', 'AR']) propose(`${metric}:${value}`, `declared criticality is ${criticality}`)
  }
  if (data !== null) propose(data === 'public' ? 'CR:L' : 'CR:H', `declared data: ${data}`)
  if (metrics.length === 0) return null
  const overlay = parseOverlay(metrics.map(({ metric }) => metric).join('/'), version)
  if (!overlay.ok) return null
  const placed = overlaid(parsed.value, overlay.value)
  const scores = scoreVector(placed)
  return {
    vector: formatVector(placed),
    version,
    base: scores.base,
    score: scores.score,
    severity: scores.severity,
    metrics,
  }
}
