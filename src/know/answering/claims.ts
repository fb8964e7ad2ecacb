import { loadVulnerabilityFacts, type VexStatement } from '../advisories/index.ts'
import { packageVersionsOf } from '../catalog/index.ts'
import type { Context } from '../context.ts'
import { stateAfter, statementFor } from '../matching/index.ts'
import { parsePurl } from '../purl/index.ts'
import { digestOf, type FleetIndex, type WorkloadVerdict } from '../where/index.ts'
import type { Vulnerability } from './vulnerability.ts'

/** What VEX statements about a vulnerability do to the images that have a finding of it. */
export interface Claims {
  /** Images in which every finding is judged not affected or fixed; `null` when there is no such image. */
  cleared: ReadonlySet<number> | null
  ofWorkload(images: readonly number[]): WorkloadVerdict
}

const noClaims: Claims = { cleared: null, ofWorkload: () => ({ state: 'affected', claim: null }) }

export async function claimsOf(
  context: Context,
  index: FleetIndex,
  { ids, records }: Vulnerability,
  affected: readonly number[],
): Promise<Claims> {
  const names = [...new Set([...ids, ...records.map(({ id }) => id)])]
  const facts = await loadVulnerabilityFacts(context.store, names)
  const statements = names.flatMap((id) => [...facts.statements(id)])
  if (statements.length === 0) return noClaims
  const packages = await packageVersionsOf(context.store, affected)
  const purlOf = (no: number): string => packages.get(no)?.purl ?? ''
  const asked = new Set(affected)
  const stateOfImage = (image: number): WorkloadVerdict => {
    let cleared: WorkloadVerdict['state'] | null = null
    let claim: string | null = null
    let affectedToo = false
    for (const no of index.contents(image)) {
      if (!asked.has(no)) continue
      const statement = statementFor(statements, {
        purl: purlOf(no),
        digest: digestOf(index.imageId[image]),
        references: [index.imageName[image]],
      })
      if (statement) claim = claimOf(statement)
      const after = stateAfter('affected', statement)
      if (after === 'not_affected' || after === 'fixed') cleared = after
      else affectedToo = true
    }
    return { state: cleared === null || affectedToo ? 'affected' : cleared, claim }
  }
  const cleared = clearedImages(index, statements, affected, purlOf, stateOfImage)
  return {
    cleared: cleared.size > 0 ? cleared : null,
    ofWorkload(images) {
      const own = images.map(stateOfImage)
      const claim = own.find((verdict) => verdict.claim !== null)?.claim ?? null
      const judgedAway = own.length > 0 && own.every(({ state }) => state !== 'affected')
      return { state: judgedAway ? own[0].state : 'affected', claim }
    },
  }
}

function claimOf({ author, status, justification }: VexStatement): string {
  return `${author}: ${status.replaceAll('_', ' ')}${justification ? ` (${justification.replaceAll('_', ' ')})` : ''}`
}

/**
 * Most statements are about a package wherever it is: they are held against each package version once, and an image is
 * cleared when none of its package versions is left. Only images that a statement may mean by name are looked at singly.
 */
function clearedImages(
  index: FleetIndex,
  statements: readonly VexStatement[],
  affected: readonly number[],
  purlOf: (packageNo: number) => string,
  stateOfImage: (image: number) => WorkloadVerdict,
): Set<number> {
  const cleared = new Set<number>()
  const left: number[] = []
  for (const no of affected) {
    const statement = statementFor(statements, { purl: purlOf(no), digest: null, references: [] })
    const after = stateAfter('affected', statement)
    if (after !== 'not_affected' && after !== 'fixed') left.push(no)
    else for (const image of index.imagesOfPackage.row(no)) cleared.add(image)
  }
  for (const no of left) for (const image of index.imagesOfPackage.row(no)) cleared.delete(image)
  const mayMean = [...new Set(statements.map(({ product }) => product))]
    .map(imageTest)
    .filter((test) => test !== null)
  if (mayMean.length === 0) return cleared
  const seen = new Set<number>()
  for (const no of affected)
    for (const image of index.imagesOfPackage.row(no)) {
      if (seen.has(image)) continue
      seen.add(image)
      if (!mayMean.some((test) => test(index.imageId[image], index.imageName[image]))) continue
      if (stateOfImage(image).state === 'affected') cleared.delete(image)
      else cleared.add(image)
    }
  return cleared
}

/** A quick test whether a product of a statement may be an image; `null` for one that cannot be any. */
function imageTest(product: string): ((id: string, name: string) => boolean) | null {
  const digest = /sha256:[0-9a-f]{64}/.exec(product)?.[0]
  if (digest !== undefined) return (id) => id === digest
  if (!product.startsWith('pkg:')) return (_, name) => name === product
  if (!/^pkg:(?:oci|docker)\//.test(product)) return null
  const parsed = parsePurl(product)
  if (!parsed.ok) return null
  const last = parsed.value.name
  return (_, name) => name.includes(last)
}
