import { z } from '@hono/zod-openapi'
import type {
  IncidentAnswer,
  IncidentExport,
  IncidentSummary,
  IncidentVerification,
  TimelineRow,
  VerdictAnswer,
} from '../../respond/incidents/answers.ts'
import { exactly } from './exactly.ts'
import { probeResult, verdict } from './probes.ts'

const stage = z.enum(['triage', 'communicate', 'fix', 'rollout', 'after'])
const said = { by: z.string(), atMs: z.number() }
const reasoned = z.object({ ...said, reason: z.string() })
const count = z.number().int()

const summaryShape = {
  id: z.string().openapi({ example: 'inc-3f9a1c22' }),
  advisory: z.string().openapi({ example: 'CVE-2021-44228' }),
  title: z.string(),
  status: z.enum(['open', 'clear', 'closed', 'dismissed']),
  stage,
  openedAtMs: z.number(),
  changedAtMs: z.number(),
  codeWord: z.string().nullable().openapi({
    description: 'What it is called outside while it is under embargo.',
    example: 'quiet-harbour',
  }),
}

export const incidentSummary = exactly<IncidentSummary>()(z.object(summaryShape).openapi('IncidentSummary'))

const item = z
  .object({
    id: z.string().openapi({ example: 'T3' }),
    tier: z.enum(['killer', 'extended']),
    text: z.string(),
    why: z.string(),
    role: z.string(),
    state: z.enum(['done', 'disputed', 'claimed', 'offered', 'open', 'waived']).openapi({
      description:
        'The claim of a person and the verdict of the fleet together. `disputed`: ticked, and contradicted.',
    }),
    holds: z.boolean(),
    question: z.string().nullable(),
    verdict: verdict.nullable(),
    reason: z.string().nullable(),
    claim: z.object({ ...said, note: z.string().nullable(), value: z.number().nullable() }).nullable(),
    skip: reasoned.nullable(),
    blockedBy: z.array(z.string()),
  })
  .openapi('IncidentItem')

const exception = z
  .object({
    id: z.string(),
    condition: z.string(),
    targets: z.array(z.string()),
    reason: z.string(),
    expiresAtMs: z.number(),
    proposedBy: z.string(),
    acceptedBy: z.string().nullable().openapi({ description: 'The second person; null until there is one.' }),
    live: z.boolean(),
  })
  .openapi('IncidentException')

const nextStep = z
  .object({
    role: z.string(),
    person: z.string().nullable(),
    text: z.string(),
    about: z.object({
      kind: z.enum(['item', 'pause', 'role', 'condition', 'exceptions', 'clock', 'all-clear', 'close']),
      id: z.string().nullable().openapi({ description: 'The item, pause point, role or condition.' }),
    }),
    command: z.string(),
    why: z.string(),
  })
  .openapi('NextStep')

export const incidentAnswer = exactly<IncidentAnswer>()(
  z
    .object({
      ...summaryShape,
      atMs: z.number(),
      sentence: z.string(),
      lap: count,
      source: z.string().nullable(),
      openedBy: z.string(),
      declared: z.boolean(),
      members: z.array(z.object({ person: z.string(), joinedAtMs: z.number(), roles: z.array(z.string()) })),
      nextForYou: nextStep.nullable(),
      next: z.array(nextStep),
      stages: z.array(
        z
          .object({
            stage,
            list: z.string(),
            title: z.string(),
            version: z.string(),
            mode: z.enum(['READ-DO', 'DO-CONFIRM']),
            done: z.boolean(),
            pauses: z.array(
              z.object({
                id: z.string(),
                when: z.string(),
                lead: z.string(),
                everyMs: z.number().nullable(),
                passed: z.object({ ...said, reason: z.string().nullable() }).nullable(),
                proposed: reasoned.nullable(),
                heldBy: z.array(z.string()),
                items: z.array(item),
              }),
            ),
          })
          .openapi('IncidentStage'),
      ),
      allClear: z.object({
        fixed: z.boolean(),
        clear: z.boolean(),
        closed: z.boolean(),
        reads: z.string(),
        holds: count,
        of: count,
        conditions: z.array(
          z
            .object({
              probe: z.string(),
              part: z.enum(['fixed', 'clear', 'closed']),
              title: z.string(),
              standing: z.enum(['holds', 'accepted', 'not-applicable', 'missing', 'proposed']),
              verdict,
              reason: z.string(),
              exception: exception.nullable(),
            })
            .openapi('IncidentCondition'),
        ),
        called: z.object({ ...said, reads: z.string() }).nullable(),
      }),
      fleet: z.object({
        affected: count,
        fixed: count,
        vulnerable: count,
        dormant: count,
        unknown: count,
        unseen: count,
        gone: count,
        pods: count,
        clusters: count,
        places: z.array(
          z.object({
            id: z.string(),
            owner: z.string().nullable(),
            pods: count,
            state: z.enum(['vulnerable', 'dormant', 'unknown']),
          }),
        ),
      }),
      coverage: z.array(
        z
          .object({
            atMs: z.number(),
            affected: count,
            fixed: count,
            vulnerable: count,
            dormant: count,
            unknown: count,
            unseen: count,
          })
          .openapi('CoveragePoint'),
      ),
      roles: z.array(
        z.object({
          role: z.string(),
          title: z.string(),
          person: z.string().nullable(),
          fromMs: z.number().nullable(),
          acknowledgedAtMs: z.number().nullable(),
          offeredTo: z.string().nullable(),
          needed: z.boolean(),
        }),
      ),
      decisions: z.array(
        z.object({
          ...said,
          id: z.string(),
          statement: z.string(),
          reason: z.string(),
          alternatives: z.array(z.string()),
          about: z.string().nullable(),
        }),
      ),
      hypotheses: z.array(
        z
          .object({
            ...said,
            id: z.string(),
            kind: z.enum(['attack', 'benign', 'detector']),
            statement: z.string(),
            predictions: z.array(
              z.object({ text: z.string(), probe: z.string(), refutedBy: verdict, verdict }),
            ),
            tests: z.array(
              z.object({
                ...said,
                result: z.enum(['refuted', 'held']),
                evidence: z.string(),
                forgeable: z.boolean(),
              }),
            ),
            state: z.enum(['not yet refuted', 'refuted']),
            against: count,
          })
          .openapi('IncidentHypothesis'),
      ),
      score: z
        .object({
          ...said,
          vector: z.string().nullable(),
          score: z.number().nullable(),
          severity: z.string().nullable(),
          inputs: z.record(z.string(), z.string()),
          decision: z.string().nullable(),
          dueAtMs: z.number().nullable(),
          note: z.string().nullable(),
        })
        .nullable(),
      clocks: z.array(
        z
          .object({
            id: z.string(),
            regime: z.string(),
            title: z.string(),
            source: z.string(),
            owner: z.string(),
            startedAtMs: z.number(),
            dueAtMs: z.number(),
            warnAtMs: z.number(),
            stops: z.string(),
            state: z.enum(['running', 'warning', 'past', 'met', 'ruled-out']),
            stopped: reasoned.nullable(),
          })
          .openapi('IncidentClock'),
      ),
      regimes: z.array(
        z.object({
          id: z.string(),
          title: z.string(),
          applies: z.string(),
          ruledOut: reasoned.nullable(),
        }),
      ),
      exceptions: z.array(exception),
      followUps: z.array(
        z.object({
          id: z.string(),
          text: z.string(),
          owner: z.string(),
          dueAtMs: z.number(),
          doneAtMs: z.number().nullable(),
        }),
      ),
      reopenings: z.array(
        z.object({ atMs: z.number(), because: z.string(), condition: z.string().nullable() }),
      ),
      head: z.object({ seq: count, hash: z.string() }),
    })
    .openapi('Incident'),
)

export const timelineRow = exactly<TimelineRow>()(
  z
    .object({
      seq: count,
      atMs: z.number(),
      actor: z.string(),
      kind: z.string(),
      text: z.string(),
      hash: z.string(),
    })
    .openapi('TimelineRow'),
)

export const verdictAnswer = exactly<VerdictAnswer>()(
  z
    .object({
      question: z.string(),
      result: probeResult,
      history: z.array(z.object({ verdict, reason: z.string(), fromMs: z.number(), untilMs: z.number() })),
    })
    .openapi('IncidentVerdict'),
)

const entry = z
  .object({
    seq: count,
    previous: z.string(),
    body: z
      .object({
        timeline: z.string(),
        atMs: z.number(),
        actor: z.string(),
        kind: z.string(),
        data: z.record(z.string(), z.unknown()),
        keyId: z.string(),
        introduces: z.object({ id: z.string(), publicKey: z.string() }).optional(),
      })
      .openapi({ description: 'What is hashed, as canonical JSON (RFC 8785).' }),
    hash: z.string().openapi({ description: 'SHA-256 of number, previous hash and body.' }),
    signature: z.string().openapi({ description: 'Ed25519 over the hash, base64url.' }),
  })
  .openapi('TimelineEntry')

/** Looser than the type where JSON is JSON; a reader verifies before it believes. */
export const incidentExport = z
  .object({
    format: z.literal('allclear-incident/1'),
    incident: z.string(),
    exportedAtMs: z.number(),
    entries: z.array(entry),
    head: z.object({
      timeline: z.string(),
      seq: count,
      hash: z.string(),
      atMs: z.number(),
      keyId: z.string(),
      signature: z.string(),
    }),
  } satisfies Record<keyof IncidentExport, z.ZodType>)
  .openapi('IncidentExport')

export const incidentVerification = exactly<IncidentVerification>()(
  z
    .object({
      incident: z.string(),
      whole: z.boolean(),
      problems: z.array(
        z.object({
          seq: count.nullable(),
          kind: z.enum([
            'empty',
            'altered',
            'missing',
            'reordered',
            'doubled',
            'unlinked',
            'foreign',
            'unsigned',
            'unknown-key',
            'unvouched-key',
            'cut-off',
            'head-unsigned',
          ]),
          text: z.string(),
        }),
      ),
      entries: count,
      keys: z.array(z.object({ id: z.string(), from: count })),
      head: z.object({ seq: count, hash: z.string() }).nullable(),
      ours: z.boolean().nullable(),
    })
    .openapi('IncidentVerification'),
)
