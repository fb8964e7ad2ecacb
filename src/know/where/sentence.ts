import type { Coverage, Counted } from '../answers.ts'
import type { Unseen } from './verdict.ts'

/** A count with its noun: `31 workloads`, `at least 1 pod`. The space is one that does not break. */
export function counted({ value, atLeast }: Counted, noun: string): string {
  return `${atLeast ? 'at least ' : ''}${grouped(value)}\u00a0${value === 1 ? noun : `${noun}s`}`
}

/** `1,059`; counts are whole. By hand, for the tables of the formatter take longer to load than an answer to count. */
export function grouped(value: number): string {
  return String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')
}

/** Share of running images whose contents are known, rounded down so that 100 % means all. */
export function knownShare({ images }: Coverage): number {
  return images.running === 0 ? 100 : Math.floor((images.known / images.running) * 1000) / 10
}

/** The answer in one sentence. `what` is the thing asked about: `log4j-core < 2.17.1`. */
export function sentenceOf(
  verdict: 'yes' | 'no' | 'unknown',
  radius: {
    workloads: Counted
    pods: Counted
    clusters: Counted
    images: Counted
    seen: { workloads: number }
  },
  coverage: Coverage,
  { unknownPackages, unreadImages }: Unseen,
): string {
  if (verdict === 'yes') {
    if (radius.workloads.value === 0) {
      return `Yes, in ${counted(radius.images, 'image')}, but no known workload runs ${radius.images.value === 1 ? 'it' : 'them'} now.`
    }
    const pods = radius.pods.value > 0 ? ` (${counted({ ...radius.pods, atLeast: false }, 'pod')})` : ''
    return `Yes. ${sentenceCase(counted(radius.workloads, 'workload'))}${pods} in ${counted({ ...radius.clusters, atLeast: false }, 'cluster')} ${radius.workloads.value === 1 ? 'runs' : 'run'} it.`
  }
  const before =
    radius.seen.workloads > 0
      ? ` It ran in ${counted({ value: radius.seen.workloads, atLeast: false }, 'workload')} within the last 30 days.`
      : ''
  if (verdict === 'no')
    return `No. Nothing runs it: ${knownShare(coverage)}\u00a0% of ${counted({ value: coverage.images.running, atLeast: false }, 'running image')} checked.${before}`
  return `Cannot tell: ${whyUnknown(coverage, { unknownPackages, unreadImages })}.${before}`
}

/** All that stands in the way of a no; what is nearest to the question first. */
function whyUnknown(coverage: Coverage, { unknownPackages, unreadImages }: Unseen): string {
  const { images, clusters } = coverage
  const only = (value: number, noun: string) => counted({ value, atLeast: false }, noun)
  const reasons = [
    ...(unknownPackages > 0
      ? [`${only(unknownPackages, 'package version')} of that name cannot be judged`]
      : []),
    ...(unreadImages > 0 ? [`the files of ${only(unreadImages, 'running image')} are not known`] : []),
    ...(clusters.notSeen.length > 0 ? [whatWasNotSeen(clusters)] : []),
  ]
  if (images.running === 0)
    return clusters.total === 0
      ? 'no fleet is known yet'
      : ['nothing is known to run', ...reasons].join(', and ')
  if (reasons.length === 0 && images.known === images.running)
    reasons.push(
      `${only(images.partly, 'running image')} ${images.partly === 1 ? 'was' : 'were'} understood only in part`,
    )
  const where =
    unreadImages === 0 && images.known < images.running
      ? `nothing found in the ${knownShare(coverage)}\u00a0% of running images that can be checked`
      : 'nothing found'
  return reasons.length === 0 ? where : `${where}, but ${reasons.join(', and ')}`
}

/** Which clusters, and since when: one by name, of several the one that was not seen for the longest. */
function whatWasNotSeen({ total, notSeen }: Coverage['clusters']): string {
  const [longest] = notSeen
  if (notSeen.length === 1)
    return longest.lastSeenAtMs === null
      ? `${longest.name} has not been seen yet`
      : `${longest.name} was last seen at ${minuteOf(longest.lastSeenAtMs)}`
  const since = longest.lastSeenAtMs === null ? 'not yet' : `last at ${minuteOf(longest.lastSeenAtMs)}`
  return `${grouped(notSeen.length)} of ${grouped(total)} clusters are not seen now (${longest.name} ${since})`
}

function minuteOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')}\u00a0UTC`
}

function sentenceCase(text: string): string {
  return text[0].toUpperCase() + text.slice(1)
}
