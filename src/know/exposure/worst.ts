import type { ReachOrUnknown } from '../posture/index.ts'
import type { FleetIndex } from '../where/index.ts'
import { compareCases, decide } from './decide.ts'
import { verdictsOfVulnerability, type FleetVulnerability } from './vulnerabilities.ts'

/** No vulnerability. */
export const none = 0xffff_ffff

/**
 * For each way in which a workload may be reached, the vulnerability of each image that puts it first. Which of two
 * vulnerabilities is worse depends on the place only by that, so there are as many orders as levels of reach.
 */
interface WorstOfImages {
  vulnerabilities: readonly FleetVulnerability[]
  of(reach: ReachOrUnknown): WorstAt
}

export interface WorstAt {
  /** By image: a number of `vulnerabilities`, or `none`. */
  ofImage: Uint32Array
  /** By number of the vulnerability: its place, 0 is the worst. */
  placeOf: Uint32Array
}

function worstOfImages(index: FleetIndex, vulnerabilities: readonly FleetVulnerability[]): WorstOfImages {
  const byReach = new Map<ReachOrUnknown, WorstAt>()
  return {
    vulnerabilities,
    of(reach) {
      let worst = byReach.get(reach)
      if (worst === undefined) byReach.set(reach, (worst = worstAt(index, vulnerabilities, reach)))
      return worst
    },
  }
}

const kept = new WeakMap<
  readonly FleetVulnerability[],
  { index: FleetIndex; contents: number; worst: WorstOfImages }
>()

/** … kept as long as its vulnerabilities are. */
export function keptWorstOfImages(
  index: FleetIndex,
  vulnerabilities: readonly FleetVulnerability[],
): WorstOfImages {
  const known = kept.get(vulnerabilities)
  if (known?.index === index && known.contents === index.contentsVersion) return known.worst
  const worst = worstOfImages(index, vulnerabilities)
  kept.set(vulnerabilities, { index, contents: index.contentsVersion, worst })
  return worst
}

function worstAt(
  index: FleetIndex,
  vulnerabilities: readonly FleetVulnerability[],
  reach: ReachOrUnknown,
): WorstAt {
  const order = orderAt(vulnerabilities, reach)
  const place = new Uint32Array(vulnerabilities.length)
  order.forEach((no, at) => (place[no] = at))
  // By package version first: a package version has many findings and is in many images.
  const ofPackage = new Uint32Array(index.packageCount + 1).fill(none)
  const ofImage = new Uint32Array(index.imageCount + 1).fill(none)
  vulnerabilities.forEach((vulnerability, no) => {
    const { affected } = verdictsOfVulnerability(index, vulnerability)
    for (const packageNo of affected) {
      if (vulnerability.cleared === null) {
        if (place[no] < ofPackage[packageNo]) ofPackage[packageNo] = place[no]
        continue
      }
      for (const image of index.imagesOfPackage.row(packageNo))
        if (!vulnerability.cleared.has(image) && place[no] < ofImage[image]) ofImage[image] = place[no]
    }
  })
  const { values, starts, counts } = index.imagesOfPackage
  for (let packageNo = 1; packageNo <= index.packageCount; packageNo++) {
    const own = ofPackage[packageNo]
    if (own === none) continue
    const end = starts[packageNo] + counts[packageNo]
    for (let at = starts[packageNo]; at < end; at++) if (own < ofImage[values[at]]) ofImage[values[at]] = own
  }
  for (let image = 0; image < ofImage.length; image++)
    if (ofImage[image] !== none) ofImage[image] = order[ofImage[image]]
  return { ofImage, placeOf: place }
}

/** Numbers of the vulnerabilities, the worst first. */
function orderAt(vulnerabilities: readonly FleetVulnerability[], reach: ReachOrUnknown): number[] {
  const cases = vulnerabilities.map((vulnerability) =>
    decide({ reach, privilege: 'normal', criticality: null }, vulnerability),
  )
  return [...vulnerabilities.keys()].sort(
    (a, b) => compareCases(cases[a], cases[b]) || (vulnerabilities[a].id < vulnerabilities[b].id ? -1 : 1),
  )
}
