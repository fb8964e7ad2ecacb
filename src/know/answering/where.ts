import { AllclearError } from '../../base/errors.ts'
import type { Coverage, WhereAnswer } from '../answers.ts'
import { cataloguedImages, findImages, imagesWithContent, imagesWithPath } from '../catalog/index.ts'
import type { Context } from '../context.ts'
import type { WhereQuery } from '../knowledge.ts'
import {
  clusterRows,
  countPackages,
  findPackages,
  findWorkloads,
  imageRows,
  isBlind,
  nodeRows,
  ownerRows,
  packageRows,
  parseQuestion,
  PurlBlanks,
  radiusOf,
  sentenceOf,
  verdictFor,
  workloadRows,
  type FindingVerdict,
  type FleetIndex,
  type Question,
  type Reach,
  type ReachFilter,
} from '../where/index.ts'
import { anywhere, filterOf } from './filter.ts'
import { windowOf } from './paging.ts'
import { distributionNames, unjudgedNamesakes } from './namesakes.ts'
import { fillPurls } from './purls.ts'
import { affectedWithoutFix, findVulnerability, verdictsOf } from './vulnerability.ts'

/** What was found of a question, before it is put into rows. */
interface Found {
  kind: WhereAnswer['kind']
  understoodAs: string
  reach: Reach
  /** Of the name asked for, but impossible to judge. */
  unknown: readonly number[]
  verdictOf: (packageNo: number) => FindingVerdict
  /** Something of this name or id is there at all, now or in the past. */
  present: boolean
  /** Whether more may be hidden in contents that are unknown: an image or a workload is known by its name. */
  needsContents: boolean
  /** Running images whose files would have to be known, and are not. */
  unreadImages?: number
}

export async function answerWhere(context: Context, query: WhereQuery): Promise<WhereAnswer> {
  const question = parseQuestion(query.query)
  const index = await context.index()
  const inputs = await context.coverageInputs()
  const walk = await prepare(context, index, question)
  // From here to the last row nothing is waited for: the next question uses the same arrays.
  const found = walk(filterOf(context, index, query))
  const { reach } = found
  const coverage = coverageFor(context.meter.of(index, inputs, context.clock.nowMs()), found)
  const unseen = { unknownPackages: found.unknown.length, unreadImages: found.unreadImages ?? 0 }
  const blind = found.needsContents && isBlind(coverage, unseen)
  const radius = radiusOf(reach, blind || coverage.clusters.notSeen.length > 0)
  const verdict = verdictFor(found.present, coverage, unseen)
  const page = windowOf(query)
  const blanks = new PurlBlanks()
  const answer: WhereAnswer = {
    query: query.query,
    kind: found.kind,
    understoodAs: found.understoodAs,
    sentence: sentenceOf(verdict, radius, coverage, unseen),
    verdict,
    atMs: context.clock.nowMs(),
    version: index.version,
    coverage,
    radius,
    packages: packageRows(reach, countPackages(reach), page, found.verdictOf, blanks),
    images: imageRows(reach, page, found.verdictOf, blanks),
    workloads: workloadRows(reach, page, () => ({ state: 'affected', claim: null })),
    nodes: nodeRows(reach, page),
    clusters: clusterRows(reach),
    owners: ownerRows(reach),
  }
  await fillPurls(context, blanks)
  return answer
}

/** An SBOM names packages, not files: for a file only images whose layers were read count as known. */
function coverageFor(coverage: Coverage, { unreadImages }: Found): Coverage {
  if (unreadImages === undefined) return coverage
  const { images } = coverage
  const known = Math.min(images.known, Math.max(0, images.running - unreadImages))
  return { ...coverage, images: { ...images, known, partly: Math.min(images.partly, known) } }
}

/** Looks up what has to be waited for; the function that is returned walks the fleet. */
async function prepare(
  context: Context,
  index: FleetIndex,
  question: Question,
): Promise<(filter: ReachFilter) => Found> {
  switch (question.kind) {
    case 'package':
      return (filter) => whoContains(context, index, question, filter)
    case 'vulnerability': {
      const vulnerability = await findVulnerability(context, question.id)
      const names = await distributionNames(context, vulnerability.records)
      const { covered } = await context.coverageInputs()
      return (filter) => {
        const { affected, unknown: unordered, verdictOf } = verdictsOf(index, vulnerability.records)
        const unknown = [...unordered, ...unjudgedNamesakes(index, names, covered)]
        const reach = context.reach(index).ofPackages(affected, filter)
        return {
          kind: 'vulnerability',
          understoodAs: `vulnerability ${vulnerability.id}`,
          reach,
          unknown,
          verdictOf,
          present: anywhere(reach),
          needsContents: true,
        }
      }
    }
    case 'digest':
    case 'reference': {
      const name = question.kind === 'digest' ? question.digest : question.reference
      const images = (await findImages(context.store, name)).map(({ no }) => no)
      // The path of a repository is that of a Go module too: `github.com/Masterminds/sprig`.
      if (images.length === 0 && question.kind === 'reference' && !isTagged(name))
        return (filter) => whoContains(context, index, { name, ecosystem: null, range: null }, filter)
      return (filter) => ({
        kind: question.kind === 'digest' ? 'image' : 'reference',
        understoodAs: `image ${name}`,
        reach: context.reach(index).ofImages(images, filter),
        unknown: [],
        verdictOf: () => affectedWithoutFix,
        present: images.length > 0,
        needsContents: false,
      })
    }
    case 'file': {
      const { path, sha256 } = question
      const images =
        path === null
          ? await imagesWithContent(context.store, sha256 as string)
          : await imagesWithPath(context.store, path)
      const read = await cataloguedImages(context.store)
      return (filter) => {
        const unread = unreadImages(index, read)
        const reach = context.reach(index).ofImages(images, filter)
        return {
          kind: 'file',
          understoodAs: `file ${path === null ? `with SHA-256 ${sha256}` : `/${path}`} in the layers of ${read.size} images${unread > 0 ? `; the layers of ${unread} running images were not read` : ''}`,
          reach,
          unknown: [],
          verdictOf: () => affectedWithoutFix,
          present: anywhere(reach),
          needsContents: true,
          unreadImages: unread,
        }
      }
    }
    case 'workload':
      return (filter) => whatWorkloadRuns(context, index, question.id, filter)
  }
}

function whoContains(
  context: Context,
  index: FleetIndex,
  { name, ecosystem, range }: Pick<Extract<Question, { kind: 'package' }>, 'name' | 'ecosystem' | 'range'>,
  filter: ReachFilter,
): Found {
  const { matching, unknown } = findPackages(index, name, ecosystem, range)
  const reach = context.reach(index).ofPackages(matching, filter)
  return {
    kind: 'package',
    understoodAs: `package ${ecosystem ? `${ecosystem} ` : ''}${name}${range ? ` ${range.native}` : ', any version'}`,
    reach,
    unknown,
    verdictOf: () => affectedWithoutFix,
    present: anywhere(reach),
    needsContents: true,
  }
}

/** Whether the last part of a reference has a tag; a colon before it is that of a port. */
function isTagged(reference: string): boolean {
  return reference.includes(':', reference.lastIndexOf('/') + 1)
}

/** Running images whose files are not known: an SBOM names packages, not files. */
function unreadImages(index: FleetIndex, read: ReadonlySet<number>): number {
  const unread = new Set<number>()
  for (let run = 1; run <= index.runCount; run++)
    if (index.runLastMs[run] === 0 && index.runImage[run] !== 0 && !read.has(index.runImage[run]))
      unread.add(index.runImage[run])
  return unread.size
}

function whatWorkloadRuns(context: Context, index: FleetIndex, id: string, filter: ReachFilter): Found {
  const workloads = findWorkloads(index, id)
  if (workloads.length === 0) {
    throw new AllclearError('not-found', {
      message: `No workload is called ${id}.`,
      next: 'Names are CLUSTER/NAMESPACE/KIND/NAME; a unique end of one is enough.',
    })
  }
  const images = new Set<number>()
  for (const workload of workloads)
    for (const run of index.runsOfWorkload.row(workload))
      if (index.runImage[run] !== 0) images.add(index.runImage[run])
  return {
    kind: 'workload',
    understoodAs: `workload ${workloads.map((no) => index.workloadId(no)).join(', ')}`,
    reach: context.reach(index).ofImages(images, filter, new Set(workloads)),
    unknown: [],
    verdictOf: () => affectedWithoutFix,
    present: true,
    needsContents: false,
  }
}
