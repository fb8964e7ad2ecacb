import { durationText } from '../duration-text.ts'
import type { ChecklistItem, Claim, HeldVerdict, PausePoint, SignalGrade } from '../types.ts'
import { Changes, type ChecklistChange, textOf } from './change.ts'

const less = (before: number, after: number): boolean => after < before
const more = (before: number, after: number): boolean => after > before
/** What cannot be shown to be as strict as before counts as loosened: a second person looks at it. */
const never = (): boolean => false

const claimRank: Readonly<Record<Claim, number>> = { none: 0, auto: 1, required: 2 }
const gradeRank: Readonly<Record<SignalGrade, number>> = { none: 0, configured: 1, observed: 2, canary: 3 }

/** What the change of an item means to the gates that read it. */
export function diffItem(
  before: ChecklistItem,
  after: ChecklistItem,
  holds: (pause: string, of: 'before' | 'after') => readonly HeldVerdict[],
): ChecklistChange[] {
  const changes = new Changes({ item: before.id })
  changes.reworded('text', before.text, after.text)
  changes.reworded('why', before.why, after.why)
  changes.reworded('role', before.role, after.role)
  changes.reworded('fix', before.fix, after.fix)
  changes.reworded('refs', before.refs, after.refs)
  changes.ordered('tier', before.tier, after.tier, (_, tier) => tier === 'killer')
  if (before.pause !== after.pause) {
    const kept = holds(after.pause, 'after')
    const loses = holds(before.pause, 'before').some((verdict) => !kept.includes(verdict))
    changes.say(loses ? 'loosened' : 'reworded', 'pause', before.pause, after.pause)
  }
  changes.members('after', before.after, after.after, 'tightened')
  changes.ordered('applies', before.applies, after.applies, never, 'tightest')
  changes.ordered('claim', before.claim, after.claim, (a, b) => claimRank[b] > claimRank[a])
  diffProbe(changes, before, after)
  diffSignal(changes, before, after)
  diffTailoring(changes, before, after)
  return changes.found
}

function diffProbe(changes: Changes, before: ChecklistItem, after: ChecklistItem): void {
  changes.ordered('probe', before.probe?.id ?? null, after.probe?.id ?? null, never)
  changes.reworded('probe.none', before.noProbe, after.noProbe)
  if (before.probe === null || after.probe === null) return
  changes.ordered('probe.params', before.probe.params, after.probe.params, never)
  changes.ordered(
    'probe.freshness',
    before.probe.freshnessMs,
    after.probe.freshnessMs,
    less,
    'loosest',
    durationText,
  )
  changes.ordered('probe.minCoverage', before.probe.minCoverage, after.probe.minCoverage, more)
  changes.ordered('probe.maxContradicted', before.probe.maxContradicted, after.probe.maxContradicted, less)
}

function diffSignal(changes: Changes, before: ChecklistItem, after: ChecklistItem): void {
  changes.ordered('signal', before.signal?.id ?? null, after.signal?.id ?? null, never)
  changes.reworded('signal.none', before.noSignal, after.noSignal)
  const [left, right] = [before.signal, after.signal]
  if (left !== null && right !== null) {
    changes.ordered('signal.minGrade', left.minGrade, right.minGrade, (a, b) => gradeRank[b] > gradeRank[a])
    changes.ordered('signal.retention', left.retentionMs, right.retentionMs, more, 'loosest', durationText)
    changes.ordered('signal.maxLag', left.maxLagMs, right.maxLagMs, less, 'loosest', durationText)
    changes.members('signal.sources', left.sources, right.sources, 'tightened')
    changes.members('signal.blindSpots', left.blindSpots, right.blindSpots, 'loosened')
    for (const field of ['layer', 'forcedAct', 'onDeny', 'onAllow'] as const)
      changes.reworded(`signal.${field}`, left[field], right[field])
  }
  changes.ordered('proof', before.proof?.drill ?? null, after.proof?.drill ?? null, never)
  if (before.proof !== null && after.proof !== null)
    changes.ordered('proof.every', before.proof.everyMs, after.proof.everyMs, less, 'loosest', durationText)
  changes.ordered(
    'evidence.keep',
    before.evidence?.keepMs,
    after.evidence?.keepMs,
    more,
    'loosest',
    durationText,
  )
  changes.reworded('evidence.class', before.evidence?.class, after.evidence?.class)
  changes.members('evidence.attach', before.evidence?.attach ?? [], after.evidence?.attach ?? [], 'tightened')
}

function diffTailoring(changes: Changes, before: ChecklistItem, after: ChecklistItem): void {
  const texts = (item: ChecklistItem): string[] => item.tailoring.params.map((one) => textOf(one) ?? '')
  changes.members('tailoring.params', texts(before), texts(after), 'loosened')
  const known = new Map(before.tailoring.exceptions.map((one) => [one.id, one]))
  const kept = new Set(after.tailoring.exceptions.map(({ id }) => id))
  for (const { id } of before.tailoring.exceptions)
    if (!kept.has(id)) changes.say('tightened', 'exception', id, null)
  for (const exception of after.tailoring.exceptions) {
    const old = known.get(exception.id)
    const field = `exception.${exception.id}`
    if (old === undefined) {
      changes.say('loosened', 'exception', null, exception.id)
      continue
    }
    changes.ordered(`${field}.scope`, old.scope, exception.scope, never)
    changes.ordered(`${field}.expires`, old.expires, exception.expires, (a, b) => b < a)
    changes.ordered(`${field}.compensating`, old.compensating, exception.compensating, never)
    for (const name of ['reason', 'owner', 'approvedBy', 'created'] as const)
      changes.reworded(`${field}.${name}`, old[name], exception[name])
  }
}

/** What the change of a pause point means. */
export function diffPause(before: PausePoint, after: PausePoint): ChecklistChange[] {
  const changes = new Changes({ pause: before.id })
  changes.reworded('when', before.when, after.when)
  changes.reworded('lead', before.lead, after.lead)
  changes.ordered('every', before.everyMs, after.everyMs, less, 'loosest', durationText)
  changes.ordered('uses', before.uses, after.uses, never)
  changes.members('holdOn', before.holdOn, after.holdOn, 'tightened')
  changes.ordered(
    'passAnyway',
    before.passAnyway?.role ?? null,
    after.passAnyway?.role ?? null,
    never,
    'tightest',
  )
  if (before.passAnyway !== null && after.passAnyway !== null)
    changes.members('passAnyway.needs', before.passAnyway.needs, after.passAnyway.needs, 'tightened')
  return changes.found
}
