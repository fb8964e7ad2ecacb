import { z } from 'zod'
import { AllclearError } from '../../base/errors.ts'
import { limit } from '../../base/limits.ts'
import { verifyTimeline, type TimelineEntry, type TimelineHead } from '../../core/timeline/index.ts'
import type { IncidentVerification } from './answers.ts'

const hash = z.string().max(200)
const body = z.looseObject({
  timeline: z.string().max(200),
  atMs: z.number(),
  actor: z.string().max(1000),
  kind: z.string().max(200),
  data: z.record(z.string(), z.unknown()),
  keyId: z.string().max(200),
  introduces: z.object({ id: z.string().max(200), publicKey: z.string().max(1000) }).optional(),
})
/** What is checked is what is hashed: a body keeps every field that it came with. */
const document = z.object({
  format: z.literal('allclear-incident/1'),
  incident: z.string().max(200),
  entries: z
    .array(z.object({ seq: z.number().int(), previous: hash, body, hash, signature: z.string().max(500) }))
    .max(limit('timelineEntries')),
  head: z
    .object({
      timeline: z.string().max(200),
      seq: z.number().int(),
      hash,
      atMs: z.number(),
      keyId: z.string().max(200),
      signature: z.string().max(500),
    })
    .nullish(),
})

/**
 * Proves an exported incident from itself. Needs no store and no network, so it can be done anywhere. `trusted`: ids of
 * keys that may begin it. Throws `timeline.not-whole` for what is no export.
 */
export function verifyExport(value: unknown, trusted?: readonly string[]): IncidentVerification {
  const parsed = document.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new AllclearError('timeline.not-whole', {
      message: `This is no exported incident: ${issue.path.join('/') || 'the document'}: ${issue.message}.`,
      next: 'Export one with `allclear incident export --format json`.',
      where: `/${issue.path.join('/')}`,
    })
  }
  const { incident, entries, head } = parsed.data
  const verified = verifyTimeline(entries as unknown as TimelineEntry[], {
    head: (head ?? null) as TimelineHead | null,
    trusted,
  })
  const problems = [...verified.problems]
  if (head == null)
    problems.push({
      seq: null,
      kind: 'head-unsigned',
      text: 'There is no statement of where the timeline ends, so entries may have been cut off.',
    })
  if (entries.length > 0 && entries[0].body.timeline !== incident)
    problems.push({ seq: 1, kind: 'foreign', text: `Entry 1 belongs to ${entries[0].body.timeline}.` })
  return { incident, ...verified, whole: problems.length === 0, problems, ours: null }
}
