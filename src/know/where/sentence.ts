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
  const share = `${knownShare(coverage)}\u00a0%`
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
    return `No. Nothing runs it: ${share} of ${counted({ value: coverage.images.running, atLeast: false }, 'running image')} checked.${before}`
  if (coverage.images.running === 0) return 'Cannot tell: no fleet is known yet.'
  if (unknownPackages > 0)
    return `Cannot tell: nothing found, but ${counted({ value: unknownPackages, atLeast: false }, 'package version')} of that name cannot be judged.${before}`
  if (unreadImages > 0)
    return `Cannot tell: nothing found, but the files of ${counted({ value: unreadImages, atLeast: false }, 'running image')} are not known.${before}`
  if (coverage.images.known === coverage.images.running)
    return `Cannot tell: nothing found, but ${counted({ value: coverage.images.partly, atLeast: false }, 'running image')} ${coverage.images.partly === 1 ? 'was' : 'were'} understood only in part.${before}`
  return `Cannot tell: nothing found in the ${share} of running images that can be checked.${before}`
}

function sentenceCase(text: string): string {
  return text[0].toUpperCase() + text.slice(1)
}
