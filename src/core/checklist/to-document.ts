import type { ChecklistDocument } from './document.ts'
import { durationText } from './duration-text.ts'
import { generalDefaults } from './from-document.ts'
import type {
  Checklist,
  ChecklistDefaults,
  ChecklistException,
  ChecklistItem,
  ItemFix,
  ItemSignal,
  PausePoint,
  TailoredParameters,
} from './types.ts'

type DocumentItem = ChecklistDocument['items'][number]

/** The YAML form of a checklist, without what the defaults say already: `fromDocument` gives the same checklist again. */
export function toDocument(checklist: Checklist): ChecklistDocument {
  const { derivedFrom, scope, mode, pausePoints, items, retiredItems } = checklist
  const defaults = defaultsOf(checklist.defaults)
  return {
    apiVersion: 'allclear/v1',
    kind: 'Checklist',
    metadata: {
      id: checklist.id,
      title: checklist.title,
      version: checklist.version,
      status: checklist.status,
      phase: checklist.phase,
      ...given({ stage: checklist.stage }),
      owner: checklist.owner,
      confidentiality: checklist.confidentiality,
      ...given({
        lastReviewed: checklist.lastReviewed,
        lastDrilled: checklist.lastDrilled,
        reviewEvery: textOf(checklist.reviewEveryMs),
      }),
      ...(derivedFrom === null
        ? {}
        : {
            derivedFrom: {
              id: derivedFrom.id,
              version: derivedFrom.version,
              ...given({ cause: derivedFrom.cause }),
            },
          }),
    },
    mode,
    ...given({ scope }),
    ...(Object.keys(defaults).length === 0 ? {} : { defaults }),
    pausePoints: pausePoints.map(pauseOf),
    items: items.map((item) => itemOf(item, checklist.defaults)),
    ...(retiredItems.length === 0 ? {} : { retiredItems }),
  }
}

function defaultsOf({ freshnessMs, ...own }: ChecklistDefaults) {
  const { freshnessMs: generalMs, ...general } = generalDefaults
  return {
    ...(freshnessMs === generalMs ? {} : { freshness: durationText(freshnessMs) }),
    ...unlike(own, general),
  }
}

function pauseOf({ id, when, lead, everyMs, uses, holdOn, passAnyway }: PausePoint) {
  return { id, when, lead, ...given({ every: textOf(everyMs), uses }), holdOn, ...given({ passAnyway }) }
}

function itemOf(item: ChecklistItem, defaults: ChecklistDefaults): DocumentItem {
  const { id, tier, pause, text, why, role, after, applies, claim, proof, evidence, fix, refs, tailoring } =
    item
  const probe = probeOf(item, defaults)
  const signal =
    item.signal !== null
      ? signalOf(item.signal, defaults)
      : item.noSignal !== null
        ? { none: item.noSignal }
        : undefined
  const params = tailoring.params.map(tailoredOf)
  const exceptions = tailoring.exceptions.map(exceptionOf)
  return {
    id,
    tier,
    pause,
    text,
    ...(why === '' ? {} : { why }),
    role,
    ...filled({ after }),
    ...given({ applies }),
    ...unlike({ claim }, defaults),
    ...(probe === undefined ? {} : { probe }),
    ...(signal === undefined ? {} : { signal }),
    ...(proof === null ? {} : { proof: { drill: proof.drill, ...given({ every: textOf(proof.everyMs) }) } }),
    ...(evidence === null
      ? {}
      : {
          evidence: {
            ...given({ keep: textOf(evidence.keepMs), class: evidence.class }),
            ...filled({ attach: evidence.attach }),
          },
        }),
    ...filled({ fix: fix.map(fixOf) }),
    ...(Object.keys(refs).length === 0 ? {} : { refs }),
    ...(params.length + exceptions.length === 0
      ? {}
      : { tailoring: { ...filled({ params }), ...filled({ exceptions }) } }),
  }
}

function probeOf({ probe, noProbe }: ChecklistItem, defaults: ChecklistDefaults): DocumentItem['probe'] {
  if (probe === null) return noProbe === null ? undefined : { none: noProbe }
  const { id, params, freshnessMs, minCoverage, maxContradicted } = probe
  return {
    id,
    ...(Object.keys(params).length === 0 ? {} : { params }),
    ...(freshnessMs === defaults.freshnessMs ? {} : { freshness: durationText(freshnessMs) }),
    ...unlike({ minCoverage }, defaults),
    ...(maxContradicted === 0 ? {} : { maxContradicted }),
  }
}

function signalOf(signal: ItemSignal, defaults: ChecklistDefaults): NonNullable<DocumentItem['signal']> {
  const { id, layer, forcedAct, onDeny, onAllow, sources, retentionMs, maxLagMs, minGrade, blindSpots } =
    signal
  return {
    id,
    layer,
    forcedAct,
    ...given({ onDeny, onAllow }),
    ...filled({ sources }),
    ...given({ retention: textOf(retentionMs), maxLag: textOf(maxLagMs) }),
    ...unlike({ minGrade }, defaults),
    ...filled({ blindSpots }),
  }
}

function fixOf(fix: ItemFix): NonNullable<DocumentItem['fix']>[number] {
  if (fix.kind === 'manual') return fix
  const shared = { id: fix.id, ...given({ risk: fix.risk, verify: fix.verify }) }
  if (fix.kind === 'generate') return { kind: 'generate', ...shared }
  return {
    kind: 'action',
    ...shared,
    ...(fix.approvals === 0 ? {} : { approvals: fix.approvals }),
    ...given({ undo: fix.undo }),
  }
}

function tailoredOf({ scope, set, owner, expires, reason }: TailoredParameters) {
  return { scope, set, ...given({ owner, expires, reason }) }
}

function exceptionOf({ id, scope, ...rest }: ChecklistException) {
  return { id, scope, ...given(rest) }
}

function textOf(ms: number | null): string | null {
  return ms === null ? null : durationText(ms)
}

type Given<T> = { [K in keyof T]?: NonNullable<T[K]> }

/** Members that are not null. */
function given<T extends object>(members: T): Given<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null)) as Given<T>
}

/** Members that differ from what holds anyway. */
function unlike<T extends object>(members: T, usual: { [K in keyof T]: unknown }): Partial<T> {
  return Object.fromEntries(
    Object.entries(members).filter(([key, value]) => value !== usual[key as keyof T]),
  ) as Partial<T>
}

/** Lists that have something in them. */
function filled<T extends Record<string, readonly unknown[]>>(members: T): Partial<T> {
  return Object.fromEntries(Object.entries(members).filter(([, list]) => list.length > 0)) as Partial<T>
}
