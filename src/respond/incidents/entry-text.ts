import type { TimelineEntry } from '../../core/timeline/index.ts'
import type { TimelineRow } from './answers.ts'
import type { EntryData, EntryKind } from './entries.ts'
import { titleOfRole } from './roles.ts'

type Texts = { readonly [Kind in EntryKind]: (data: EntryData[Kind]) => string }

/** Each kind of entry in one line, as people read it. */
const texts: Texts = {
  'incident.opened': ({ advisory, title }) => `Opened for ${advisory}${title === '' ? '' : `: ${title}`}`,
  'member.joined': ({ person }) => `@${person} joined`,
  'list.adopted': ({ id, version }) => `Goes on with ${id} ${version}`,
  'item.claimed': ({ item, note, value }) =>
    `Ticked ${item}${value === null ? '' : ` (${value})`}${note === null ? '' : `: ${note}`}`,
  'item.unclaimed': ({ item, reason }) => `Took back ${item}: ${reason}`,
  'item.skipped': ({ item, reason }) => `Skipped ${item}: ${reason}`,
  'pause.passed': ({ pause, reason }) =>
    `Passed ${pause}${reason === null ? '' : `, although it held: ${reason}`}`,
  'pause.proposed': ({ pause, reason }) => `Wants to pass ${pause} although it holds: ${reason}`,
  'verdicts.changed': ({ changes }) =>
    changes.length === 1
      ? `${changes[0].question} turned ${changes[0].verdict}: ${changes[0].reason}`
      : `${changes.length} verdicts turned: ${changes.map(({ question, verdict }) => `${question} ${verdict}`).join(', ')}`,
  'coverage.measured': ({ affected, fixed, unknown }) =>
    `${fixed} of ${affected} affected workloads run the fix${unknown === 0 ? '' : `, ${unknown} unknown`}`,
  'decision.made': ({ id, statement, reason }) => `Decision ${id}: ${statement} Because: ${reason}`,
  'note.added': ({ text }) => text,
  'role.assigned': ({ role, person, from }) =>
    `@${person} is ${titleOfRole(role)}${from === null ? '' : `, after @${from}`}`,
  'role.acknowledged': ({ role, person }) => `@${person} acknowledged to be ${titleOfRole(role)}`,
  'role.ended': ({ role, person, reason }) =>
    `@${person} is no longer ${titleOfRole(role)}${reason === null ? '' : `: ${reason}`}`,
  'handover.offered': ({ role, to }) => `Offers ${titleOfRole(role)} to @${to}`,
  'hypothesis.added': ({ id, statement }) => `Hypothesis ${id}: ${statement}`,
  'hypothesis.tested': ({ id, result, evidence }) =>
    `${id} ${result === 'refuted' ? 'refuted' : 'not refuted'}: ${evidence}`,
  'score.set': ({ score, severity, decision }) =>
    `Scored ${[score === null ? null : `${score} ${severity ?? ''}`.trim(), decision].filter((part) => part !== null).join(', fix: ')}`,
  'clock.started': ({ id, title, dueAtMs }) => `Clock ${id} runs: ${title}, due ${at(dueAtMs)}`,
  'clock.stopped': ({ id, outcome, reason }) =>
    `Clock ${id} ${outcome === 'met' ? 'stopped' : 'ruled out'}: ${reason}`,
  'clock.ruled-out': ({ regime, reason }) => `${regime} does not apply: ${reason}`,
  'exception.proposed': ({ id, condition, reason, expiresAtMs }) =>
    `Would live with ${condition} until ${at(expiresAtMs)} (${id}): ${reason}`,
  'exception.accepted': ({ id }) => `Agrees to ${id}`,
  'exception.withdrawn': ({ id, reason }) => `Withdrew ${id}: ${reason}`,
  'followup.added': ({ id, text, owner, dueAtMs }) =>
    `Later work ${id} for @${owner}, due ${at(dueAtMs)}: ${text}`,
  'followup.done': ({ id, note }) => `${id} is done${note === null ? '' : `: ${note}`}`,
  'allclear.called': ({ reads }) => `ALL CLEAR called: ${reads}`,
  'incident.reopened': ({ because }) => `Reopened: ${because}`,
  'incident.closed': ({ reason }) => `Closed: ${reason}`,
  'embargo.proposed': ({ endsAtMs, codeWord }) => `Proposes an embargo until ${at(endsAtMs)}: ${codeWord}`,
  'embargo.accepted': ({ reason }) => `The embargo holds${reason === null ? '' : `: ${reason}`}`,
  'embargo.rejected': ({ reason }) => `What was proposed for the embargo is rejected: ${reason}`,
  'embargo.terminated': ({ reason, early }) => `The embargo has ended${early ? ' early' : ''}: ${reason}`,
  'access.asked': ({ person, reason }) =>
    `@${person} asks to be let in${reason === null ? '' : `: ${reason}`}`,
  'access.granted': ({ person, compartments, endsAtMs, why }) =>
    `@${person} may see ${compartments.join(', ')}${endsAtMs === null ? '' : ` until ${at(endsAtMs)}`}${why === 'member' ? '' : ', by breaking the glass'}`,
  'access.revoked': ({ person, reason }) => `@${person} may see it no more: ${reason}`,
  'terms.accepted': ({ person }) => `@${person} accepted the terms`,
  'glass.asked': ({ person, reason }) => `@${person} wants to break the glass: ${reason}`,
  'glass.broken': ({ person, by, reason }) => `THE GLASS IS BROKEN for @${person} by @${by}: ${reason}`,
  'compartment.noted': ({ compartment }) => `Something was added to ${compartment}`,
  'key.rotated': ({ vouched }) =>
    vouched ? 'Signed with a new key from here on' : 'Signed with a new key; the old one is lost',
}

export function rowOf({ seq, hash, body }: TimelineEntry): TimelineRow {
  const { atMs, actor, kind } = body
  const text = (texts as Record<string, ((data: never) => string) | undefined>)[kind]
  return { seq, atMs, actor, kind, text: text?.(body.data as never) ?? kind, hash }
}

function at(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
