import { AllclearError } from '../../base/errors.ts'
import { parseDuration } from '../output/format.ts'
import type { OptionValues } from '../spec.ts'

/** What a command line says to an incident: the body of the request. */
type Words = { do: string } & Record<string, unknown>
type Read = (args: string[], options: OptionValues, nowMs: number) => Words

const dayMs = 86_400_000

/** Each command line of `allclear incident`, as what it says. */
export const incidentWords: Readonly<Record<string, Read>> = {
  join: () => ({ do: 'join' }),
  check: ([item], { note, value, undo, reason }) => ({
    do: 'check',
    item,
    note,
    value: value === undefined ? undefined : wholeNumber(value as string),
    undo,
    reason,
  }),
  skip: ([item], options) => ({ do: 'skip', item, reason: reasonOf(options, 'Skipping') }),
  pass: ([pause], { reason }) => ({ do: 'pass', pause, reason }),
  decide: ([statement], { alternative, about, declare, dismiss, watch, ...options }) => ({
    do: 'decide',
    statement,
    reason: reasonOf(options, 'A decision'),
    alternatives: alternative,
    about,
    declare,
    dismiss,
    watch,
  }),
  note: ([text]) => ({ do: 'note', text }),
  score: ([vector], { answers, note }) => ({ do: 'score', vector, answers, note }),
  role: ([role, person], { accept, end, reason }) => ({ do: 'role', role, person, accept, end, reason }),
  handover: ([role, to], { note }) => ({ do: 'handover', role, to, note }),
  'hypothesis add': ([statement], { kind, refutedBy }) => ({
    do: 'hypothesis',
    statement,
    kind: kind ?? 'attack',
    predictions: ((refutedBy as string[] | undefined) ?? []).map(prediction),
  }),
  'hypothesis test': ([hypothesis], { refuted, held, evidence, forgeable }) => ({
    do: 'test',
    hypothesis,
    result: refuted === true ? 'refuted' : held === true ? 'held' : undefined,
    evidence,
    forgeable,
  }),
  'clock start': ([regime], { owner, from, due, title, source, stops }, nowMs) => ({
    do: 'clock-start',
    regime,
    owner,
    title,
    source,
    stops,
    startedAtMs: from === undefined ? undefined : timeOf(from as string, nowMs, -1),
    dueAtMs: due === undefined ? undefined : timeOf(due as string, nowMs),
  }),
  'clock stop': ([clock], options) => ({
    do: 'clock-stop',
    clock,
    reason: reasonOf(options, 'Stopping a clock'),
  }),
  'clock rule-out': ([regime], options) => ({
    do: 'clock-rule-out',
    regime,
    reason: reasonOf(options, 'Ruling out'),
  }),
  'follow-up': ([text], { owner, due, done, as }, nowMs) =>
    done === true
      ? { do: 'follow-up-done', id: text }
      : {
          do: 'follow-up',
          text,
          owner: owner ?? as ?? 'local',
          dueAtMs: timeOf((due as string | undefined) ?? '30d', nowMs),
        },
  accept: (conditions, { reason, expires, target }, nowMs) => ({
    do: 'accept',
    conditions,
    reason,
    targets: target,
    expiresAtMs: expires === undefined ? undefined : timeOf(expires as string, nowMs),
  }),
  withdraw: ([exception], options) => ({
    do: 'withdraw',
    exception,
    reason: reasonOf(options, 'Withdrawing'),
  }),
  'all-clear': () => ({ do: 'all-clear' }),
  reopen: (_, { because }) => ({ do: 'reopen', because: because ?? reasonOf({}, 'Reopening', '--because') }),
  close: (_, options) => ({ do: 'close', reason: reasonOf(options, 'Closing') }),
}

/** `2026-12-01T12:00Z`, `2026-12-01`, or a time from now: `30d`. `direction` -1: before now. */
export function timeOf(text: string, nowMs: number, direction: 1 | -1 = 1): number {
  const durationMs = parseDuration(text)
  if (durationMs !== null) return nowMs + direction * durationMs
  const atMs = Date.parse(text)
  // A day ends with its last moment: what is due that day is not late on it.
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(atMs))
    return direction === 1 ? atMs + dayMs - 1 : atMs
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text) && !Number.isNaN(atMs)) return atMs
  throw new AllclearError('usage', {
    message: `\`${text}\` is no time.`,
    next: 'Write 30d, 12h, a date like 2026-12-01, or a time like 2026-12-01T12:00Z.',
  })
}

function reasonOf({ reason }: OptionValues, what: string, option = '--reason'): string {
  if (typeof reason === 'string') return reason
  throw new AllclearError('usage', {
    message: `${what} needs a reason.`,
    next: `Give it with ${option} '…'.`,
  })
}

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new AllclearError('usage', {
    message: `\`${text}\` is no number.`,
    next: 'Write a whole number: 14.',
  })
}

function prediction(text: string) {
  const [probe, verdict] = text.split('=', 2)
  if (verdict === undefined)
    throw new AllclearError('usage', {
      message: `\`${text}\` names no verdict.`,
      next: 'Write PROBE=VERDICT: know.coverage=confirmed.',
    })
  return { text: `${probe} turns ${verdict}`, probe, refutedBy: verdict }
}
