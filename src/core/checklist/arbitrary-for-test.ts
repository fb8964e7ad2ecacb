import fc from 'fast-check'
import type { ChecklistDocument } from './document.ts'

/** Valid documents of every shape; not good ones: the lint has something to say about most. */

const id = fc.stringMatching(/^[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,4})?$/)
const itemId = fc.stringMatching(/^[A-Z]{1,3}[0-9]{1,3}$/)
const probeId = fc.constantFrom('know.affected', 'net.deny-logged', 'incident.record', 'no.such-probe')
const line = fc
  .oneof(
    fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }),
    fc.constantFrom(
      'Do it.',
      'a: b',
      '# c',
      '*x',
      '&y',
      '- z',
      '!t',
      '"',
      "'",
      '{',
      ' lead',
      'trail ',
      '2026-11-01',
      'true',
      '1.0',
    ),
  )
  .filter((text) => text.isWellFormed() && !/[\r\n]/.test(text))
const duration = fc
  .tuple(fc.integer({ min: 0, max: 9999 }), fc.constantFrom('s', 'm', 'h', 'd'))
  .map(([n, unit]) => `${n}${unit}`)
const day = fc
  .integer({ min: 0, max: 9999 })
  .map((days) => new Date(Date.UTC(2020, 0, 1) + days * 86_400_000).toISOString().slice(0, 10))
const version = fc.tuple(fc.nat(20), fc.nat(20), fc.nat(20)).map((numbers) => numbers.join('.'))
const share = fc.constantFrom(0, 0.5, 0.95, 1)
const scalar = fc.oneof(line, fc.integer(), fc.boolean())
const parameters = fc.dictionary(
  fc.stringMatching(/^[a-zA-Z]{1,8}$/),
  fc.oneof(
    scalar,
    fc.array(scalar, { maxLength: 3 }),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), scalar, { maxKeys: 2 }),
  ),
  { maxKeys: 3 },
)
const claim = fc.constantFrom('required' as const, 'auto' as const, 'none' as const)
const grade = fc.constantFrom('none' as const, 'configured' as const, 'observed' as const, 'canary' as const)

const optional = <T>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }, required: (keyof T)[]) =>
  fc.record(shape, { requiredKeys: required as never[] }) as unknown as fc.Arbitrary<T>

const item = optional<ChecklistDocument['items'][number]>(
  {
    id: itemId,
    tier: fc.constantFrom('killer' as const, 'extended' as const),
    pause: id,
    text: line,
    why: line,
    role: fc.oneof(id, fc.constant('incident-commander')),
    after: fc.array(itemId, { maxLength: 3 }),
    applies: line,
    claim,
    probe: fc.oneof(
      line.map((none) => ({ none })),
      fc.record(
        {
          id: probeId,
          params: parameters,
          freshness: duration,
          minCoverage: share,
          maxContradicted: fc.nat(9),
        },
        { requiredKeys: ['id'] },
      ),
    ),
    signal: fc.oneof(
      line.map((none) => ({ none })),
      fc.record(
        {
          id: fc.constant('sig.flow-denied'),
          layer: id,
          forcedAct: line,
          onDeny: parameters,
          onAllow: parameters,
          sources: fc.array(id, { maxLength: 3 }),
          retention: duration,
          maxLag: duration,
          minGrade: grade,
          blindSpots: fc.array(line, { maxLength: 2 }),
        },
        { requiredKeys: ['id', 'layer', 'forcedAct'] },
      ),
    ),
    proof: fc.record({ drill: line, every: duration }, { requiredKeys: ['drill'] }),
    evidence: fc.record(
      {
        keep: duration,
        class: fc.constantFrom('E0' as const, 'E4' as const),
        attach: fc.array(id, { maxLength: 2 }),
      },
      { requiredKeys: [] },
    ),
    fix: fc.array(
      fc.oneof(
        fc.record({ kind: fc.constant('manual' as const), text: line }),
        fc.record(
          {
            kind: fc.constant('generate' as const),
            id,
            risk: fc.constantFrom('low' as const, 'high' as const),
            verify: probeId,
          },
          { requiredKeys: ['kind', 'id'] },
        ),
        fc.record(
          {
            kind: fc.constant('action' as const),
            id,
            risk: fc.constantFrom('low' as const, 'high' as const),
            approvals: fc.nat(2),
            undo: fc.constantFrom('auto' as const, 'manual' as const),
            verify: probeId,
          },
          { requiredKeys: ['kind', 'id'] },
        ),
      ),
      { maxLength: 3 },
    ),
    refs: fc.dictionary(
      fc.constantFrom('cis', 'attack', 'csf'),
      fc.array(fc.constantFrom('5.3.2', 'T1046', '1.10'), { maxLength: 2 }),
      {
        maxKeys: 2,
      },
    ),
    tailoring: fc.record(
      {
        params: fc.array(
          fc.record(
            { scope: parameters, set: parameters, owner: line, expires: day, reason: line },
            { requiredKeys: ['scope', 'set'] },
          ),
          { maxLength: 2 },
        ),
        exceptions: fc.array(
          fc.record(
            {
              id,
              scope: parameters,
              reason: line,
              compensating: itemId,
              owner: line,
              approvedBy: line,
              created: day,
              expires: day,
            },
            { requiredKeys: ['id', 'scope'] },
          ),
          { maxLength: 2 },
        ),
      },
      { requiredKeys: [] },
    ),
  },
  ['id', 'tier', 'pause', 'text', 'role'],
)

export const anyDocument: fc.Arbitrary<ChecklistDocument> = optional<ChecklistDocument>(
  {
    apiVersion: fc.constant('allclear/v1' as const),
    kind: fc.constant('Checklist' as const),
    metadata: fc.record(
      {
        id,
        title: line,
        version,
        status: fc.constantFrom('draft' as const, 'active' as const, 'retired' as const),
        phase: fc.constantFrom('pre-incident' as const, 'incident' as const, 'rollout' as const),
        stage: fc.constantFrom(null, 'triage' as const, 'after' as const),
        owner: line,
        confidentiality: fc.constantFrom('public' as const, 'internal' as const, 'incident' as const),
        lastReviewed: day,
        lastDrilled: day,
        reviewEvery: duration,
        derivedFrom: fc.record({ id, version, cause: line }, { requiredKeys: ['id', 'version'] }),
      },
      { requiredKeys: ['id', 'title', 'version', 'status', 'phase', 'owner', 'confidentiality'] },
    ),
    mode: fc.constantFrom('READ-DO' as const, 'DO-CONFIRM' as const),
    scope: parameters,
    defaults: fc.record(
      { freshness: duration, minCoverage: share, claim, minGrade: grade },
      { requiredKeys: [] },
    ),
    pausePoints: fc.array(
      fc.record(
        {
          id,
          when: line,
          lead: id,
          every: duration,
          uses: id,
          holdOn: fc.subarray(['contradicted' as const, 'unknown' as const, 'stale' as const]),
          passAnyway: fc.record({ role: id, needs: fc.subarray(['reason' as const, 'expiry' as const]) }),
        },
        { requiredKeys: ['id', 'when', 'lead', 'holdOn'] },
      ),
      { maxLength: 4 },
    ),
    items: fc.array(item, { maxLength: 6 }),
    retiredItems: fc.array(itemId, { maxLength: 2 }),
  },
  ['apiVersion', 'kind', 'metadata', 'mode', 'pausePoints', 'items'],
)
