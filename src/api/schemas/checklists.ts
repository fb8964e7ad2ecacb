import { z } from '@hono/zod-openapi'
import { lintRules } from '../../core/checklist/lint/index.ts'
import type { ChecklistProblem } from '../../core/checklist/problem.ts'
import type { Checklist } from '../../core/checklist/types.ts'
import type {
  ChecklistAnswer,
  ChecklistDiffAnswer,
  ChecklistDraft,
  ChecklistImport,
  ChecklistList,
  ChecklistRow,
  ChecklistVersionRow,
} from '../../prepare/checklists/index.ts'
import { exactly } from './exactly.ts'

const count = z.number().int().min(0)
const durationMs = z.number().openapi({ description: 'Milliseconds.' })
const atMs = z.number().openapi({ description: 'Epoch milliseconds.' })
const day = z.string().openapi({ example: '2026-11-01' })
const share = z.number().min(0).max(1)
const grade = z.enum(['none', 'configured', 'observed', 'canary'])
const claim = z.enum(['required', 'auto', 'none'])
const risk = z.enum(['low', 'medium', 'high'])
const step = z.enum(['major', 'minor', 'patch'])

const scalar = z.union([z.string(), z.number(), z.boolean()])
const parameterValue = z.union([scalar, z.array(scalar), z.record(z.string(), scalar)])
const parameters = z.record(z.string(), parameterValue)
const scope = z.record(z.string(), z.union([parameterValue, parameters]))

const status = z.enum(['draft', 'active', 'retired'])
const phase = z.enum([
  'pre-incident',
  'incident',
  'containment',
  'rollout',
  'content',
  'register',
  'game-day',
])
const stage = z.enum(['triage', 'communicate', 'fix', 'rollout', 'after']).nullable()
const mode = z.enum(['READ-DO', 'DO-CONFIRM'])

const item = z.object({
  id: z.string(),
  tier: z.enum(['killer', 'extended']),
  pause: z.string(),
  text: z.string(),
  why: z.string(),
  role: z.string(),
  after: z.array(z.string()),
  applies: z.string().nullable(),
  claim,
  probe: z
    .object({
      id: z.string(),
      params: parameters,
      freshnessMs: durationMs,
      minCoverage: share,
      maxContradicted: count,
    })
    .nullable(),
  noProbe: z.string().nullable(),
  signal: z
    .object({
      id: z.string(),
      layer: z.string(),
      forcedAct: z.string(),
      onDeny: parameters.nullable(),
      onAllow: parameters.nullable(),
      sources: z.array(z.string()),
      retentionMs: durationMs.nullable(),
      maxLagMs: durationMs.nullable(),
      minGrade: grade,
      blindSpots: z.array(z.string()),
    })
    .nullable(),
  noSignal: z.string().nullable(),
  proof: z.object({ drill: z.string(), everyMs: durationMs.nullable() }).nullable(),
  evidence: z
    .object({
      keepMs: durationMs.nullable(),
      class: z.enum(['E0', 'E1', 'E2', 'E3', 'E4']).nullable(),
      attach: z.array(z.string()),
    })
    .nullable(),
  fix: z.array(
    z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('generate'),
        id: z.string(),
        risk: risk.nullable(),
        verify: z.string().nullable(),
      }),
      z.object({
        kind: z.literal('action'),
        id: z.string(),
        risk: risk.nullable(),
        approvals: count,
        undo: z.enum(['auto', 'manual']).nullable(),
        verify: z.string().nullable(),
      }),
      z.object({ kind: z.literal('manual'), text: z.string() }),
    ]),
  ),
  refs: z.record(z.string(), z.array(z.string())),
  tailoring: z.object({
    params: z.array(
      z.object({
        scope,
        set: parameters,
        owner: z.string().nullable(),
        expires: day.nullable(),
        reason: z.string().nullable(),
      }),
    ),
    exceptions: z.array(
      z.object({
        id: z.string(),
        scope,
        reason: z.string().nullable(),
        compensating: z.string().nullable(),
        owner: z.string().nullable(),
        approvedBy: z.string().nullable(),
        created: day.nullable(),
        expires: day.nullable(),
      }),
    ),
  }),
})

const checklist = exactly<Checklist>()(
  z
    .object({
      id: z.string(),
      title: z.string(),
      version: z.string(),
      status,
      phase,
      stage,
      owner: z.string(),
      confidentiality: z.enum(['public', 'internal', 'incident']),
      lastReviewed: day.nullable(),
      lastDrilled: day.nullable(),
      reviewEveryMs: durationMs.nullable(),
      derivedFrom: z.object({ id: z.string(), version: z.string(), cause: z.string().nullable() }).nullable(),
      mode,
      scope: scope.nullable(),
      defaults: z.object({ freshnessMs: durationMs, minCoverage: share, claim, minGrade: grade }),
      pausePoints: z.array(
        z.object({
          id: z.string(),
          when: z.string(),
          lead: z.string(),
          everyMs: durationMs.nullable(),
          uses: z.string().nullable(),
          holdOn: z.array(z.enum(['contradicted', 'unknown', 'stale'])),
          passAnyway: z
            .object({
              role: z.string(),
              needs: z.array(z.enum(['reason', 'expiry', 'second-person'])),
            })
            .nullable(),
        }),
      ),
      items: z.array(item),
      retiredItems: z.array(z.string()),
    })
    .openapi('Checklist'),
)

const problem = exactly<ChecklistProblem>()(
  z
    .object({
      severity: z.enum(['error', 'warning']),
      rule: z.string().openapi({ description: `One of: ${Object.keys(lintRules).join(', ')}.` }),
      item: z.string().nullable(),
      message: z.string(),
      path: z.array(z.union([z.string(), z.number()])),
      line: count.nullable(),
      column: count.nullable(),
    })
    .openapi('ChecklistProblem'),
)

const source = z.enum(['built-in', 'folder', 'edited', 'imported'])

export const versionRow = exactly<ChecklistVersionRow>()(
  z
    .object({
      id: z.string(),
      version: z.string(),
      source,
      state: z.enum(['stored', 'waiting', 'refused']).openapi({
        description: 'waiting: it loosens something, and a second person has to accept it.',
      }),
      author: z.string(),
      reason: z.string(),
      storedAtMs: atMs.nullable(),
      decision: z.object({ by: z.string(), reason: z.string(), atMs }).nullable(),
    })
    .openapi('ChecklistVersion'),
)

const row = exactly<ChecklistRow>()(
  z
    .object({
      id: z.string(),
      title: z.string(),
      version: z.string(),
      source,
      status,
      phase,
      stage,
      mode,
      owner: z.string(),
      items: count,
      killers: count,
      probes: count,
      errors: count,
      warnings: count,
      waiting: count,
      builtIn: z.string().nullable().openapi({
        description:
          'Version that the program brings, when an own one is in force that was made from an older one.',
      }),
      lastReviewed: day.nullable(),
      lastDrilled: day.nullable(),
    })
    .openapi('ChecklistRow'),
)

export const checklistList = exactly<ChecklistList>()(
  z
    .object({
      total: count,
      rows: z.array(row),
      folder: z
        .object({
          path: z.string(),
          problems: z.array(z.object({ file: z.string(), id: z.string().nullable(), problem })),
        })
        .nullable(),
    })
    .openapi('ChecklistList'),
)

export const checklistAnswer = exactly<ChecklistAnswer>()(
  z
    .object({
      row,
      made: versionRow,
      inForce: z.boolean(),
      checklist,
      text: z.string().openapi({ description: 'The YAML, as it was written.' }),
      problems: z.array(problem),
      probes: z.array(
        z.object({
          id: z.string(),
          title: z.string(),
          rule: z.string(),
          cost: z.enum(['continuous', 'periodic', 'demand', 'drill']),
        }),
      ),
      versions: z.array(versionRow),
    })
    .openapi('ChecklistAnswer'),
)

const change = z
  .object({
    kind: z.enum(['added', 'removed', 'tightened', 'loosened', 'reworded']),
    item: z.string().nullable(),
    pause: z.string().nullable(),
    field: z.string(),
    before: z.string().nullable(),
    after: z.string().nullable(),
    step,
  })
  .openapi('ChecklistChange')

export const checklistDiff = exactly<ChecklistDiffAnswer>()(
  z
    .object({
      id: z.string(),
      from: z.string(),
      to: z.string(),
      changes: z.array(change),
      step: step.nullable(),
    })
    .openapi('ChecklistDiff'),
)

export const checklistDraft = exactly<ChecklistDraft>()(
  z
    .object({
      checklist: checklist.nullable(),
      errors: count,
      warnings: count,
      problems: z.array(problem),
      follows: z.string().nullable(),
      changes: z.array(change),
      step: step.nullable(),
      nextVersion: z.string().nullable(),
      needsSecondPerson: z.boolean(),
    })
    .openapi('ChecklistDraft'),
)

export const checklistImport = exactly<ChecklistImport>()(
  z
    .object({
      text: z
        .string()
        .nullable()
        .openapi({ description: 'The checklist as YAML; null when there are errors.' }),
      notes: z.array(z.string()),
      problems: z.array(
        z.object({
          severity: z.enum(['error', 'warning']),
          rule: z.string(),
          step: z.string().nullable(),
          message: z.string(),
        }),
      ),
    })
    .openapi('ChecklistImport'),
)
