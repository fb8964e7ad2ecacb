import type { ChecklistDocument } from './document.ts'
import { durationMs } from '../probe/index.ts'
import type { Checklist, ChecklistDefaults, ChecklistItem, ItemFix } from './types.ts'

type DocumentItem = ChecklistDocument['items'][number]

/** What holds where a list does not say: checklists are about a fleet that changes, so a quarter of an hour is old. */
export const generalDefaults: ChecklistDefaults = {
  freshnessMs: 15 * 60_000,
  minCoverage: 0.95,
  claim: 'required',
  minGrade: 'canary',
}

/** The checklist that a valid document means, with all defaults filled in. */
export function fromDocument({
  metadata,
  mode,
  scope,
  defaults = {},
  pausePoints,
  items,
  retiredItems = [],
}: ChecklistDocument): Checklist {
  const resolved: ChecklistDefaults = {
    freshnessMs: optionalMs(defaults.freshness) ?? generalDefaults.freshnessMs,
    minCoverage: defaults.minCoverage ?? generalDefaults.minCoverage,
    claim: defaults.claim ?? generalDefaults.claim,
    minGrade: defaults.minGrade ?? generalDefaults.minGrade,
  }
  const { derivedFrom } = metadata
  return {
    id: metadata.id,
    title: metadata.title,
    version: metadata.version,
    status: metadata.status,
    phase: metadata.phase,
    stage: metadata.stage ?? null,
    owner: metadata.owner,
    confidentiality: metadata.confidentiality,
    lastReviewed: metadata.lastReviewed ?? null,
    lastDrilled: metadata.lastDrilled ?? null,
    reviewEveryMs: optionalMs(metadata.reviewEvery),
    derivedFrom:
      derivedFrom === undefined
        ? null
        : { id: derivedFrom.id, version: derivedFrom.version, cause: derivedFrom.cause ?? null },
    mode,
    scope: scope ?? null,
    defaults: resolved,
    pausePoints: pausePoints.map(({ id, when, lead, every, uses, holdOn, passAnyway }) => ({
      id,
      when,
      lead,
      everyMs: optionalMs(every),
      uses: uses ?? null,
      holdOn,
      passAnyway: passAnyway ?? null,
    })),
    items: items.map((item) => itemOf(item, resolved)),
    retiredItems,
  }
}

function itemOf(item: DocumentItem, defaults: ChecklistDefaults): ChecklistItem {
  const { probe, signal, proof, evidence, tailoring } = item
  const asks = probe !== undefined && 'id' in probe ? probe : null
  const traced = signal !== undefined && 'id' in signal ? signal : null
  return {
    id: item.id,
    tier: item.tier,
    pause: item.pause,
    text: item.text,
    why: item.why ?? '',
    role: item.role,
    after: item.after ?? [],
    applies: item.applies ?? null,
    claim: item.claim ?? defaults.claim,
    probe:
      asks === null
        ? null
        : {
            id: asks.id,
            params: asks.params ?? {},
            freshnessMs: optionalMs(asks.freshness) ?? defaults.freshnessMs,
            minCoverage: asks.minCoverage ?? defaults.minCoverage,
            maxContradicted: asks.maxContradicted ?? 0,
          },
    noProbe: probe !== undefined && 'none' in probe ? probe.none : null,
    signal:
      traced === null
        ? null
        : {
            id: traced.id,
            layer: traced.layer,
            forcedAct: traced.forcedAct,
            onDeny: traced.onDeny ?? null,
            onAllow: traced.onAllow ?? null,
            sources: traced.sources ?? [],
            retentionMs: optionalMs(traced.retention),
            maxLagMs: optionalMs(traced.maxLag),
            minGrade: traced.minGrade ?? defaults.minGrade,
            blindSpots: traced.blindSpots ?? [],
          },
    noSignal: signal !== undefined && 'none' in signal ? signal.none : null,
    proof: proof === undefined ? null : { drill: proof.drill, everyMs: optionalMs(proof.every) },
    evidence:
      evidence === undefined
        ? null
        : {
            keepMs: optionalMs(evidence.keep),
            class: evidence.class ?? null,
            attach: evidence.attach ?? [],
          },
    fix: (item.fix ?? []).map(fixOf),
    refs: item.refs ?? {},
    tailoring: {
      params: (tailoring?.params ?? []).map((one) => ({
        scope: one.scope,
        set: one.set,
        owner: one.owner ?? null,
        expires: one.expires ?? null,
        reason: one.reason ?? null,
      })),
      exceptions: (tailoring?.exceptions ?? []).map((one) => ({
        id: one.id,
        scope: one.scope,
        reason: one.reason ?? null,
        compensating: one.compensating ?? null,
        owner: one.owner ?? null,
        approvedBy: one.approvedBy ?? null,
        created: one.created ?? null,
        expires: one.expires ?? null,
      })),
    },
  }
}

function fixOf(fix: NonNullable<DocumentItem['fix']>[number]): ItemFix {
  if (fix.kind === 'manual') return fix
  const shared = { id: fix.id, risk: fix.risk ?? null, verify: fix.verify ?? null }
  if (fix.kind === 'generate') return { kind: 'generate', ...shared }
  return { kind: 'action', ...shared, approvals: fix.approvals ?? 0, undo: fix.undo ?? null }
}

function optionalMs(text: string | undefined): number | null {
  return text === undefined ? null : durationMs(text)
}
