import type { TimelineEntry } from '../../core/timeline/index.ts'
import { embargoFolds } from '../embargo/fold.ts'
import { newRecord } from '../embargo/record.ts'
import type { EntryData, EntryKind } from './entries.ts'
import type { IncidentState } from './state.ts'

type Fact<Kind extends EntryKind> = {
  data: EntryData[Kind]
  by: string
  atMs: number
}
type Fold<Kind extends EntryKind> = (state: IncidentState, fact: Fact<Kind>) => void

/**
 * The state after some more entries; null begins with `incident.opened`. A function of its arguments: the store keeps the
 * entries, and whoever has them has the incident. `before` is not changed.
 */
export function foldEntries(before: IncidentState | null, entries: readonly TimelineEntry[]): IncidentState {
  let state = before === null ? null : structuredClone(before)
  for (const { seq, hash, body } of entries) {
    const { kind, data, actor: by, atMs } = body
    if (state === null) {
      if (kind !== 'incident.opened') throw new Error(`entry ${seq} comes before the incident was opened`)
      state = opened(body.timeline, { data: data as unknown as EntryData['incident.opened'], by, atMs })
    } else {
      const fold = folds[kind as EntryKind] as Fold<EntryKind> | undefined
      // A kind of a newer version: it stays in the timeline and means nothing here.
      fold?.(state, { data: data as unknown as EntryData[EntryKind], by, atMs })
    }
    state.changedAtMs = atMs
    state.head = { seq, hash }
  }
  if (state === null) throw new Error('a timeline without entries is no incident')
  return state
}

function opened(id: string, { data, by, atMs }: Fact<'incident.opened'>): IncidentState {
  return {
    id,
    advisory: data.advisory,
    title: data.title,
    source: data.source,
    openedAtMs: atMs,
    openedBy: by,
    status: 'open',
    lap: 1,
    lists: Object.fromEntries(
      data.lists.map(({ stage, id: list, version }) => [stage, { id: list, version }]),
    ) as IncidentState['lists'],
    members: { [by]: { joinedAtMs: atMs } },
    claims: {},
    skips: {},
    passes: {},
    proposedPasses: {},
    verdicts: {},
    decisions: [],
    declared: false,
    watch: null,
    roles: [],
    handovers: [],
    hypotheses: [],
    score: null,
    clocks: [],
    ruledOut: {},
    exceptions: [],
    followUps: [],
    coverage: [],
    allClear: null,
    reopenings: [],
    closedAtMs: null,
    gate: newRecord(),
    changedAtMs: atMs,
    head: { seq: 0, hash: '' },
  }
}

const folds: { readonly [Kind in EntryKind]?: Fold<Kind> } = {
  ...embargoFolds,
  'member.joined': (state, { data, atMs }) => {
    state.members[data.person] ??= { joinedAtMs: atMs }
  },
  'list.adopted': (state, { data: { stage, id, version } }) => {
    state.lists[stage] = { id, version }
  },

  'item.claimed': (state, { data: { item, note, value, probe }, by, atMs }) => {
    state.claims[item] = { by, atMs, note, value, probe: probe ?? null }
    delete state.skips[item]
  },
  'item.unclaimed': (state, { data: { item } }) => {
    delete state.claims[item]
    delete state.skips[item]
  },
  'item.skipped': (state, { data: { item, reason }, by, atMs }) => {
    state.skips[item] = { by, atMs, reason }
    delete state.claims[item]
  },
  'pause.passed': (state, { data: { pause, reason }, by, atMs }) => {
    state.passes[pause] = { by, atMs, reason }
    delete state.proposedPasses[pause]
  },
  'pause.proposed': (state, { data: { pause, reason }, by, atMs }) => {
    state.proposedPasses[pause] = { by, atMs, reason }
  },

  'verdicts.changed': (state, { data, atMs }) => {
    for (const { question, verdict, reason } of data.changes) {
      const known = state.verdicts[question]
      const sinceMs = known?.verdict === verdict ? known.sinceMs : atMs
      state.verdicts[question] = { verdict, reason, sinceMs }
    }
  },
  'coverage.measured': (state, { data, atMs }) => void state.coverage.push({ atMs, ...data }),

  'decision.made': (state, { data: { watch, ...decision }, by, atMs }) => {
    state.decisions.push({ ...decision, by, atMs })
    if (decision.about === 'declare') state.declared = true
    if (decision.about !== 'dismiss') return
    state.status = 'dismissed'
    state.watch = watch
  },

  'role.assigned': (state, { data: { role, person }, by, atMs }) => {
    for (const held of state.roles) if (held.role === role && held.untilMs === null) held.untilMs = atMs
    state.members[person] ??= { joinedAtMs: atMs }
    state.roles.push({
      role,
      person,
      fromMs: atMs,
      // Who takes a role knows it.
      acknowledgedAtMs: person === by ? atMs : null,
      untilMs: null,
    })
    state.handovers = state.handovers.filter((offer) => offer.role !== role)
  },
  'role.acknowledged': (state, { data: { role, person }, atMs }) => {
    const held = state.roles.findLast(
      (one) => one.role === role && one.person === person && one.untilMs === null,
    )
    if (held !== undefined) held.acknowledgedAtMs ??= atMs
  },
  'role.ended': (state, { data: { role, person }, atMs }) => {
    for (const held of state.roles)
      if (held.role === role && held.person === person && held.untilMs === null) held.untilMs = atMs
  },
  'handover.offered': (state, { data: { role, to, note }, by, atMs }) => {
    state.handovers = state.handovers.filter((offer) => offer.role !== role)
    state.handovers.push({ role, to, note, by, atMs })
  },

  'hypothesis.added': (state, { data, by, atMs }) => {
    state.hypotheses.push({ ...data, by, atMs, tests: [] })
  },
  'hypothesis.tested': (state, { data: { id, ...test }, by, atMs }) => {
    state.hypotheses.find((hypothesis) => hypothesis.id === id)?.tests.push({ ...test, by, atMs })
  },

  'score.set': (state, { data, by, atMs }) => {
    state.score = { ...data, by, atMs }
  },
  'clock.started': (state, { data }) => {
    state.clocks.push({ ...data, stopped: null })
    delete state.ruledOut[data.regime]
  },
  'clock.stopped': (state, { data: { id, outcome, reason }, by, atMs }) => {
    const clock = state.clocks.find((one) => one.id === id)
    if (clock !== undefined) clock.stopped = { by, atMs, outcome, reason }
  },
  'clock.ruled-out': (state, { data: { regime, reason }, by, atMs }) => {
    state.ruledOut[regime] = { by, atMs, reason }
  },

  'exception.proposed': (state, { data, by, atMs }) => {
    state.exceptions.push({
      ...data,
      proposedBy: by,
      proposedAtMs: atMs,
      acceptedBy: null,
      acceptedAtMs: null,
      withdrawn: false,
    })
  },
  'exception.accepted': (state, { data: { id }, by, atMs }) => {
    const exception = state.exceptions.find((one) => one.id === id)
    if (exception === undefined) return
    exception.acceptedBy = by
    exception.acceptedAtMs = atMs
  },
  'exception.withdrawn': (state, { data: { id } }) => {
    const exception = state.exceptions.find((one) => one.id === id)
    if (exception !== undefined) exception.withdrawn = true
  },

  'followup.added': (state, { data }) => void state.followUps.push({ ...data, doneAtMs: null }),
  'followup.done': (state, { data: { id }, atMs }) => {
    const followUp = state.followUps.find((one) => one.id === id)
    if (followUp !== undefined) followUp.doneAtMs ??= atMs
  },

  'allclear.called': (state, { data: { reads }, by, atMs }) => {
    state.status = 'clear'
    state.allClear = { by, atMs, reads }
  },
  'incident.reopened': (state, { data: { because, condition }, atMs }) => {
    state.status = 'open'
    state.lap++
    state.allClear = null
    state.closedAtMs = null
    state.watch = null
    // What was true of the last lap has to be read again; the words that were written stay in the timeline.
    state.passes = {}
    state.proposedPasses = {}
    state.reopenings.push({ atMs, because, condition })
  },
  'incident.closed': (state, { atMs }) => {
    state.status = 'closed'
    state.closedAtMs = atMs
  },
}
