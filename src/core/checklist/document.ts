import { z } from 'zod'

/**
 * The YAML form of a checklist, field by field; the reference page is made from the descriptions. Every object is strict:
 * a field that nobody reads is a field that somebody believes in.
 *
 * Lengths are bounds against abuse, not style: style is what the lint is for.
 */

const idPattern = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/
const itemIdPattern = /^[A-Z]{1,3}[0-9]{1,3}$/
const probeIdPattern = /^[a-z][a-z0-9]*(?:\.[a-z][a-z0-9]*(?:-[a-z0-9]+)*)+$/
const versionPattern = /^(?:0|[1-9]\d{0,5})\.(?:0|[1-9]\d{0,5})\.(?:0|[1-9]\d{0,5})$/

const text = (characters: number) => z.string().min(1).max(characters)
const line = text(400).regex(/^[^\r\n]*$/, 'has to be one line')
const id = z.string().max(60).regex(idPattern, 'has to be lower-case words joined by hyphens')
const itemId = z.string().regex(itemIdPattern, 'has to be one to three capitals and a number: `N3`')
const role = id.describe('who does it, one of the roles')
const duration = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,5})(?:s|m|h|d)$/, 'has to be a whole number and s, m, h or d: `15m`')
const day = z.iso.date('has to be a day: `2026-11-01`')
const share = z.number().min(0).max(1)
const grade = z.enum(['none', 'configured', 'observed', 'canary'])
const claim = z.enum(['required', 'auto', 'none'])
const version = z.string().regex(versionPattern, 'has to be MAJOR.MINOR.PATCH')

/** A value of a parameter: of the probe's choosing, but flat enough to be compared and printed. */
const scalar = z.union([z.string().max(400), z.number(), z.boolean()])
const parameters = z.record(
  z.string().max(60),
  z.union([scalar, z.array(scalar).max(100), z.record(z.string().max(60), scalar)]),
)
const scope = z
  .record(z.string().max(60), z.union([scalar, z.array(scalar).max(100), parameters]))
  .describe('which part of the fleet: names and labels, `*` for any')

const probe = z.strictObject({
  id: z
    .string()
    .max(60)
    .regex(probeIdPattern, 'has to be a probe of the catalogue: `net.deny-logged`')
    .describe('the question to the fleet'),
  params: parameters.optional().describe('parameters, as the probe declares them'),
  freshness: duration.optional().describe('older answers are stale'),
  minCoverage: share.optional().describe('share of targets and time that has to be seen'),
  maxContradicted: z.number().int().min(0).optional().describe('counterexamples that are tolerated (0)'),
})

const signal = z.strictObject({
  id: z.string().max(60).regex(probeIdPattern).describe('name of the signal: `sig.flow-denied`'),
  layer: id.describe('where the trace appears'),
  forcedAct: line.describe('what an attacker cannot avoid doing'),
  onDeny: parameters.optional().describe('fields of the event when the act is refused'),
  onAllow: parameters.optional().describe('fields of the event when it succeeds'),
  sources: z.array(id).max(20).optional().describe('kinds of records that carry it'),
  retention: duration.optional().describe('how long it has to be kept'),
  maxLag: duration.optional().describe('how late it may arrive'),
  minGrade: grade.optional().describe('how well it has to be proven'),
  blindSpots: z.array(line).max(20).optional().describe('where it is never seen'),
})

const none = z.strictObject({ none: line.describe('the reason') })

const exception = z.strictObject({
  id: id.describe('name of the exception'),
  scope,
  reason: line.optional().describe('why it is tolerated'),
  compensating: itemId.optional().describe('item that makes up for it'),
  owner: text(100).optional().describe('who has to end it'),
  approvedBy: text(100).optional().describe('who allowed it'),
  created: day.optional(),
  expires: day.optional().describe('at most 180 days after it was created'),
})

const item = z.strictObject({
  id: itemId.describe('stable for ever, never given again'),
  tier: z.enum(['killer', 'extended']).describe('`killer`: skilled people forget it, and it hurts'),
  pause: id.describe('pause point at which it is read'),
  text: line.describe('one act, imperative, at most 12 words'),
  why: line.optional().describe('at most 30 words'),
  role,
  after: z.array(itemId).max(100).optional().describe('items that have to be done before'),
  applies: line.optional().describe('condition; false is shown as not applicable, never as a pass'),
  claim: claim.optional().describe('`auto`: a confirmed verdict ticks it; `none`: nobody has to'),
  probe: z.union([probe, none]).optional().describe('the question to the fleet, or why there is none'),
  signal: z.union([signal, none]).optional().describe('the trace that it forces, or why there is none'),
  proof: z
    .strictObject({ drill: line.describe('drill that raises the signal'), every: duration.optional() })
    .optional(),
  evidence: z
    .strictObject({
      keep: duration.optional(),
      class: z.enum(['E0', 'E1', 'E2', 'E3', 'E4']).optional(),
      attach: z.array(id).max(20).optional(),
    })
    .optional()
    .describe('what is kept of the answer; E0 is a story, E4 names affected people'),
  fix: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({
          kind: z.literal('generate'),
          id,
          risk: z.enum(['low', 'medium', 'high']).optional(),
          verify: z.string().regex(probeIdPattern).optional(),
        }),
        z.strictObject({
          kind: z.literal('action'),
          id,
          risk: z.enum(['low', 'medium', 'high']).optional(),
          approvals: z.number().int().min(0).max(2).optional(),
          undo: z.enum(['auto', 'manual']).optional(),
          verify: z.string().regex(probeIdPattern).optional(),
        }),
        z.strictObject({ kind: z.literal('manual'), text: line }),
      ]),
    )
    .max(20)
    .optional()
    .describe('what is offered when the answer is no'),
  refs: z
    .record(z.string().max(20), z.array(z.string().max(60)).max(20))
    .optional()
    .describe('controls and techniques by catalogue: `cis`, `pss`, `nsa`, `attack`, `csf`'),
  tailoring: z
    .strictObject({
      params: z
        .array(
          z.strictObject({
            scope,
            set: parameters,
            owner: text(100).optional(),
            expires: day.optional(),
            reason: line.optional(),
          }),
        )
        .max(100)
        .optional(),
      exceptions: z.array(exception).max(100).optional(),
    })
    .optional()
    .describe('other parameters and exceptions for parts of the fleet'),
})

const pausePoint = z.strictObject({
  id: id.describe('name of the pause point'),
  when: line.describe('the moment at which people stop and read'),
  lead: role.describe('who reads aloud'),
  every: duration.optional().describe('repeated this often'),
  uses: id.optional().describe('another checklist whose items are read here'),
  holdOn: z
    .array(z.enum(['contradicted', 'unknown', 'stale']))
    .max(3)
    .describe('verdicts that hold; none makes the pause point advisory'),
  passAnyway: z
    .strictObject({
      role,
      needs: z.array(z.enum(['reason', 'expiry', 'second-person'])).max(3),
    })
    .optional()
    .describe('who may pass a pause point that holds, and what has to be given'),
})

export const documentSchema = z.strictObject({
  apiVersion: z.literal('allclear/v1'),
  kind: z.literal('Checklist'),
  metadata: z.strictObject({
    // The address of the console where lists are made.
    id: id.regex(/^(?!new$)/, 'cannot be `new`').describe('name of the list, the same through all versions'),
    title: line.describe('what stands above the list'),
    version: version.describe(
      'major: killer removed or rule loosened; minor: added or tightened; patch: wording',
    ),
    status: z.enum(['draft', 'active', 'retired']).describe('only `active` lists are in use'),
    phase: z
      .enum(['pre-incident', 'incident', 'containment', 'rollout', 'content', 'register', 'game-day'])
      .describe('when it is used'),
    stage: z
      .enum(['triage', 'communicate', 'fix', 'rollout', 'after'])
      .nullish()
      .describe('stage of the incident; only with phase `incident`'),
    owner: text(100).describe('who keeps the list: `team:NAME` or `role:NAME`'),
    confidentiality: z.enum(['public', 'internal', 'incident']).describe('who may read it; TLP in an export'),
    lastReviewed: day.optional().describe('when somebody last read it through'),
    lastDrilled: day.optional().describe('when it was last used in an exercise'),
    reviewEvery: duration.optional().describe('the lint says when it is late'),
    derivedFrom: z
      .strictObject({ id, version, cause: line.optional() })
      .optional()
      .describe('the version that this one was made from'),
  }),
  mode: z
    .enum(['READ-DO', 'DO-CONFIRM'])
    .describe('READ-DO: read a line, do it. DO-CONFIRM: work from skill, stop, confirm'),
  scope: scope.optional(),
  defaults: z
    .strictObject({
      freshness: duration.optional(),
      minCoverage: share.optional(),
      claim: claim.optional(),
      minGrade: grade.optional(),
    })
    .optional()
    .describe('values for all items that do not say their own'),
  pausePoints: z.array(pausePoint).max(40),
  items: z.array(item),
  retiredItems: z
    .array(itemId)
    .max(1000)
    .optional()
    .describe('ids of items that are gone; they are never given again'),
})

/** A checklist as it is written in YAML. */
export type ChecklistDocument = z.infer<typeof documentSchema>
