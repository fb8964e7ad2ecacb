import { AllclearError } from '../../base/errors.ts'
import {
  loadPackageEntries,
  recordsOfVulnerability,
  statementsOf,
  type PackedEntry,
} from '../advisories/index.ts'
import { canonicalId } from '../answering/index.ts'
import type { ExplainAnswer } from '../answers.ts'
import {
  documentsOf,
  packageVersionsOf,
  referencesOf,
  type DocumentRow,
  type ImageRow,
  type Judge,
  type PackageVersion,
} from '../catalog/index.ts'
import type { Context } from '../context.ts'
import {
  comparedVersion,
  judgeKey,
  lookupsOf,
  rankOfSeverity,
  stateAfter,
  statementFor,
  type Statement,
} from '../matching/index.ts'
import type { Explanation, FindingState, PackageKey } from '../matching/types.ts'
import { schemeForEcosystem } from '../versions/index.ts'
import { oneImage } from './find.ts'

/** Why an image has a vulnerability, or why not: every package of the names concerned, step by step. */
export async function explainFinding(context: Context, name: string, asked: string): Promise<ExplainAnswer> {
  const image = await oneImage(context, name)
  const id = canonicalId(asked)
  const { ids, records } = await recordsOfVulnerability(context.store, id)
  if (records.length === 0) {
    throw new AllclearError('not-found', {
      message: `No feed knows ${id}.`,
      next: `Describe it yourself: allclear advisory add --id ${id} --package pkg:… --range '…' --title '…'.`,
    })
  }
  const documents = await documentsOf(context.store, image.no)
  const explain: Explainer = {
    context,
    judge: await context.judge(),
    advisories: new Set(records.map(({ no }) => no)),
    statements: (await Promise.all([...ids].map((alias) => statementsOf(context.store, alias)))).flat(),
    image,
    references: [image.name, ...(await referencesOf(context.store, image.no))],
  }
  const explanations: Explanation[] = []
  for (const subject of await subjectsOf(context, documents))
    explanations.push(...(await explainPackage(explain, subject)))
  const verdict = worstState(explanations.map((explanation) => explanation.verdict))
  return {
    image: image.digest ?? image.name,
    vulnerability: id,
    verdict: documents.length === 0 ? 'unknown' : verdict,
    sentence: sentenceOfExplanation(id, documents.length, explanations, verdict),
    explanations: explanations.sort((a, b) => rankOfSeverity(b.severity) - rankOfSeverity(a.severity)),
  }
}

/** What every package of an image is explained with. */
interface Explainer {
  context: Context
  judge: Judge
  advisories: ReadonlySet<number>
  statements: Awaited<ReturnType<typeof statementsOf>>
  image: ImageRow
  references: string[]
}

/** A package version and where it is named; by more than one document of the image, perhaps. */
interface Subject {
  version: PackageVersion
  named: { document: DocumentRow; locator: string }[]
}

async function subjectsOf(context: Context, documents: readonly DocumentRow[]): Promise<Iterable<Subject>> {
  const subjects = new Map<number, Subject>()
  for (const document of documents) {
    const versions = await packageVersionsOf(context.store, document.contents)
    for (const [at, no] of document.contents.entries()) {
      const version = versions.get(no)
      if (!version) continue
      const place = { document, locator: document.locators[at] ?? '' }
      const known = subjects.get(no)
      if (known) known.named.push(place)
      else subjects.set(no, { version, named: [place] })
    }
  }
  return subjects.values()
}

/** One explanation for each advisory: the steps of the entry that decided, and what else it says of the package. */
async function explainPackage(
  { context, judge, advisories, statements, image, references }: Explainer,
  { version: { key, purl }, named }: Subject,
): Promise<Explanation[]> {
  const entries = new Map<string, PackedEntry[]>()
  for (const lookup of lookupsOf(key)) {
    if (!judge.covered.has(lookup.ecosystem)) continue
    const rows = await loadPackageEntries(context.store, lookup.ecosystem, [lookup.name])
    const own = (rows.get(lookup.name) ?? []).filter(({ advisoryNo }) => advisories.has(advisoryNo))
    if (own.length > 0) entries.set(`${lookup.ecosystem} ${lookup.name}`, own)
  }
  if (entries.size === 0) return []
  const [{ document, locator }] = named
  const statement = statementFor(statements, { purl, digest: image.digest, references })
  const record = await judge.loadAdvisories(advisories)
  return judgeKey(key, (lookup) => entries.get(`${lookup.ecosystem} ${lookup.name}`) ?? []).map(
    ({ advisoryNo, match, deciding, others }): Explanation => {
      const { id, links, severity } = record(advisoryNo)
      return {
        advisory: id,
        vulnerability:
          links.map(({ vulnerability }) => vulnerability).find((alias) => alias.startsWith('CVE-')) ?? id,
        package: {
          purl,
          key,
          evidence: { document: document.source, locator, tool: document.tools.join(', ') },
        },
        verdict: stateAfter(match?.state ?? 'not_affected', statement),
        severity,
        steps: [
          ...named.map((place) => ({ rule: 'evidence', text: evidenceText(place, purl) })),
          {
            rule: 'ecosystem',
            text: `${key.type || 'package'} of ${key.ecosystem || 'no known ecosystem'}${document.distro ? `; the document's distribution is ${document.distro.id} ${document.distro.versionId ?? 'without release'} (${document.distro.by})` : ''}`,
          },
          ...stepsOf(id, key, deciding),
          ...(match && match.decidedBy !== deciding.evaluation.decidedBy
            ? [{ rule: 'channels', text: match.decidedBy }]
            : []),
          ...(statement
            ? [
                {
                  rule: 'VEX',
                  text: `${statement.author} says ${statement.status.replaceAll('_', ' ')}${statement.statement ? `: ${statement.statement}` : ''}`,
                },
              ]
            : []),
        ],
        alsoConsidered: [...new Set(others.map(statementText))],
        vex: statement
          ? [
              {
                author: statement.author,
                status: statement.status,
                statement: statement.statement,
                documentId: statement.documentId,
              },
            ]
          : [],
      }
    },
  )
}

function evidenceText({ document, locator }: Subject['named'][number], purl: string): string {
  return `${document.source} names ${purl} at ${locator} (${document.format} ${document.specVersion}${document.tools.length > 0 ? `, made by ${document.tools.join(', ')}` : ''})`
}

/** From the name that was looked up to the comparison. */
function stepsOf(advisory: string, key: PackageKey, statement: Statement): Explanation['steps'] {
  const { lookup, entry } = statement
  return [
    lookup.by === 'source'
      ? {
          rule: 'source package',
          text: `advisories of ${lookup.ecosystem} name source packages: ${key.name} is built from ${lookup.name} ${lookup.version}`,
        }
      : { rule: 'name', text: `advisories of ${lookup.ecosystem} name ${lookup.name}` },
    { rule: 'range', text: `${advisory} says ${rangeText(entry)}` },
    { rule: 'comparison', text: comparisonText(statement) },
  ]
}

function comparisonText({ lookup, entry, evaluation }: Statement): string {
  return `${comparedVersion(lookup, entry) || 'no version'}, ordered as ${schemeForEcosystem(lookup.ecosystem).id}: ${evaluation.decidedBy}, so ${evaluation.state.replaceAll('_', ' ')}`
}

function statementText(statement: Statement): string {
  const { lookup, entry } = statement
  return `${lookup.name} in ${lookup.ecosystem}, ${rangeText(entry)}: ${comparisonText(statement)}`
}

function rangeText(entry: PackedEntry): string {
  const ranges = entry.ranges.map(({ events }) =>
    events.map(({ kind, version }) => `${kind.replace('_', ' ')} ${version}`).join(', '),
  )
  if (entry.versions.length > 0)
    ranges.push(
      entry.versions.length > 5
        ? `${entry.versions.length} listed versions`
        : `listed versions ${entry.versions.join(', ')}`,
    )
  return ranges.join('; or ') || 'nothing that can be compared'
}

function worstState(states: readonly FindingState[]): FindingState {
  for (const state of ['affected', 'under_investigation', 'unknown', 'fixed'] as const)
    if (states.includes(state)) return state
  return 'not_affected'
}

function sentenceOfExplanation(
  id: string,
  documents: number,
  explanations: readonly Explanation[],
  verdict: FindingState,
): string {
  if (documents === 0) return `Cannot tell: no SBOM describes this image.`
  if (explanations.length === 0) return `Not affected: no record of ${id} names a package of this image.`
  const affected = explanations.filter((explanation) => explanation.verdict === 'affected')
  if (affected.length > 0)
    return `Affected: ${[...new Set(affected.map(({ package: found }) => `${found.key.name} ${found.key.version}`))].join(', ')}.`
  if (verdict === 'unknown')
    return `Cannot tell: ${explanations[0].package.key.name} ${explanations[0].package.key.version} cannot be ordered.`
  const [first] = explanations
  return `Not affected: ${first.package.key.name} ${first.package.key.version} is outside the range.`
}
