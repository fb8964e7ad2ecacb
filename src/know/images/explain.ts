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
} from '../catalog/index.ts'
import type { Context } from '../context.ts'
import { evaluateEntry, lookupsOf, rankOfSeverity, stateAfter, statementFor } from '../matching/index.ts'
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
  const judge = await context.judge()
  const references = [image.name, ...(await referencesOf(context.store, image.no))]
  const explanations: Explanation[] = []
  const statements = (await Promise.all([...ids].map((alias) => statementsOf(context.store, alias)))).flat()
  for (const document of documents) {
    const versions = await packageVersionsOf(context.store, document.contents)
    for (const [at, no] of document.contents.entries()) {
      const version = versions.get(no)
      if (!version) continue
      explanations.push(
        ...(await explainPackage(context, judge, {
          version,
          document,
          locator: document.locators[at] ?? '',
          image,
          references,
          records,
          statements,
        })),
      )
    }
  }
  const verdict = worstState(explanations.map((explanation) => explanation.verdict))
  return {
    image: image.digest ?? image.name,
    vulnerability: id,
    verdict: documents.length === 0 ? 'unknown' : verdict,
    sentence: sentenceOfExplanation(id, documents.length, explanations, verdict),
    explanations: explanations.sort((a, b) => rankOfSeverity(b.severity) - rankOfSeverity(a.severity)),
  }
}

interface Subject {
  version: { no: number; key: PackageKey; purl: string }
  document: DocumentRow
  locator: string
  image: ImageRow
  references: string[]
  records: { no: number; relation: string }[]
  statements: Awaited<ReturnType<typeof statementsOf>>
}

async function explainPackage(
  context: Context,
  judge: Judge,
  { version, document, locator, image, references, records, statements }: Subject,
): Promise<Explanation[]> {
  const numbers = new Set(records.map(({ no }) => no))
  const { key, purl } = version
  const explanations: Explanation[] = []
  const [matches] = await judge.matches([key])
  for (const lookup of lookupsOf(key)) {
    if (!judge.covered.has(lookup.ecosystem)) continue
    const entries =
      (await loadPackageEntries(context.store, lookup.ecosystem, [lookup.name])).get(lookup.name) ?? []
    for (const entry of entries) {
      if (!numbers.has(entry.advisoryNo)) continue
      const record = (await judge.loadAdvisories([entry.advisoryNo]))(entry.advisoryNo)
      const evaluation = evaluateEntry(schemeForEcosystem(lookup.ecosystem), lookup.version, entry)
      const match = matches.find(({ advisoryNo }) => advisoryNo === entry.advisoryNo)
      const own: FindingState = match
        ? match.state
        : evaluation.state === 'unknown'
          ? 'unknown'
          : 'not_affected'
      const statement = statementFor(statements, { purl, digest: image.digest, references })
      explanations.push({
        advisory: record.id,
        vulnerability:
          record.links.map(({ vulnerability }) => vulnerability).find((alias) => alias.startsWith('CVE-')) ??
          record.id,
        package: {
          purl,
          key,
          evidence: { document: document.source, locator, tool: document.tools.join(', ') },
        },
        verdict: stateAfter(own, statement),
        severity: record.severity,
        steps: [
          {
            rule: 'evidence',
            text: `${document.source} names ${purl} at ${locator} (${document.format} ${document.specVersion}${document.tools.length > 0 ? `, made by ${document.tools.join(', ')}` : ''})`,
          },
          {
            rule: 'ecosystem',
            text: `${key.type || 'package'} of ${key.ecosystem || 'no known ecosystem'}${document.distro ? `; the document's distribution is ${document.distro.id} ${document.distro.versionId ?? 'without release'} (${document.distro.by})` : ''}`,
          },
          {
            rule: lookup.by === 'source' ? 'source package' : 'name',
            text:
              lookup.by === 'source'
                ? `advisories of ${lookup.ecosystem} name source packages: ${key.name} is built from ${lookup.name} ${lookup.version}`
                : `advisories of ${lookup.ecosystem} name ${lookup.name}`,
          },
          { rule: 'range', text: `${record.id} says ${rangeText(entry)}` },
          {
            rule: 'comparison',
            text: `${lookup.version || 'no version'}, ordered as ${schemeForEcosystem(lookup.ecosystem).id}: ${evaluation.decidedBy}, so ${evaluation.state.replaceAll('_', ' ')}`,
          },
          ...(match && match.decidedBy !== evaluation.decidedBy
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
      })
    }
  }
  return explanations
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
