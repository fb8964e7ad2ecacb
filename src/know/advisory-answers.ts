import { AllclearError } from '../base/errors.ts'
import {
  exploitationFacts,
  listAdvisories,
  loadAdvisoryFacts,
  rawRecord,
  recordsOfVulnerability,
} from './advisories/index.ts'
import { canonicalId, summaryOf, windowOf } from './answering/index.ts'
import type { Context } from './context.ts'
import type { Knowledge } from './knowledge.ts'

type AdvisoryQuery = Parameters<Knowledge['advisories']>[0]

/** A page of records, each with what it means for the fleet. */
export async function answerAdvisories(
  context: Context,
  query: AdvisoryQuery,
): ReturnType<Knowledge['advisories']> {
  const index = await context.index()
  const { total, rows } = await listAdvisories(context.store, { ...query, ...windowOf(query) })
  return { total, rows: rows.map((record) => summaryOf(index, context.imageCounter(index), record)) }
}

/** The record as it came. Throws `not-found`, with the records that are about the id. */
export async function answerRecord(context: Context, id: string): Promise<unknown> {
  const record = (await rawRecord(context.store, id)) ?? (await rawRecord(context.store, canonicalId(id)))
  if (record !== null) return record
  const { records } = await recordsOfVulnerability(context.store, canonicalId(id))
  const named = await loadAdvisoryFacts(
    context.store,
    records.map(({ no }) => no),
  )
  throw new AllclearError('not-found', {
    message: `There is no record with the id ${id}.`,
    next:
      named.length > 0
        ? `Records about it: ${named
            .map((one) => one.id)
            .slice(0, 8)
            .join(', ')}.`
        : 'List records with `allclear advisory list`.',
  })
}

export function answerExploitation(context: Context, id: string): ReturnType<Knowledge['exploitation']> {
  return exploitationFacts(context.store, canonicalId(id))
}
