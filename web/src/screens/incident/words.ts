import type { Incident, IncidentCommand } from '../../api/schema.generated.ts'
import { day } from '../../format.ts'
import { shellWord } from '../../parts/cli.tsx'

/** What is said on this page; who may see an incident is said elsewhere. */
export type Words = Exclude<IncidentCommand, { do: 'embargo' | 'grant' | 'revoke' | 'accept-terms' }>
export type Step = NonNullable<Incident['nextForYou']>
export type Stage = Incident['stages'][number]
export type Pause = Stage['pauses'][number]
export type Item = Pause['items'][number]
export type Condition = Incident['allClear']['conditions'][number]
export type Hypothesis = Incident['hypotheses'][number]
export type RoleRow = Incident['roles'][number]

/** Roles that can be given to somebody, by the words of `incident role`. */
export const roleTitles: Readonly<Record<string, string>> = {
  'incident-commander': 'commander',
  'communications-lead': 'communications lead',
  expert: 'expert',
  'operations-lead': 'operations lead',
  'first-responder': 'first responder',
  'reliability-engineer': 'reliability engineer',
  'evidence-keeper': 'evidence keeper',
  'privacy-legal': 'privacy and legal',
}

const told = (option: string, value: string | undefined): string[] =>
  value === undefined || value === '' ? [] : [`--${option} ${shellWord(value)}`]
const flag = (option: string, on: boolean | undefined): string[] => (on === true ? [`--${option}`] : [])
const until = (option: string, atMs: number | undefined): string[] =>
  atMs === undefined ? [] : [`--${option} ${day(atMs)}`]

/** The line of a terminal that says the same. */
export function lineOf(words: Words, incident: string, as?: string): string {
  const options = [`--incident ${incident}`, ...(as === undefined ? [] : [`--as @${as}`])]
  return ['allclear incident', ...partsOf(words), ...options].join(' ')
}

function partsOf(words: Words): string[] {
  switch (words.do) {
    case 'check':
      return [
        'check',
        words.item,
        ...told('note', words.note),
        ...flag('undo', words.undo),
        ...told('reason', words.reason),
      ]
    case 'skip':
      return ['skip', words.item, ...told('reason', words.reason)]
    case 'pass':
      return ['pass', words.pause ?? '', ...told('reason', words.reason)]
    case 'decide':
      return [
        'decide',
        shellWord(words.statement),
        ...flag('declare', words.declare),
        ...flag('dismiss', words.dismiss),
        ...told('reason', words.reason),
        ...(words.alternatives ?? []).flatMap((text) => told('alternative', text)),
      ]
    case 'note':
      return ['note', shellWord(words.text)]
    case 'role':
      return [
        'role',
        words.role,
        ...(words.person === undefined ? [] : [shellWord(`@${words.person.replace(/^@/, '')}`)]),
        ...flag('accept', words.accept),
        ...flag('end', words.end),
        ...told('reason', words.reason),
      ]
    case 'handover':
      return [
        'handover',
        words.role,
        shellWord(`@${words.to.replace(/^@/, '')}`),
        ...told('note', words.note),
      ]
    case 'hypothesis':
      return [
        'hypothesis add',
        shellWord(words.statement),
        `--kind ${words.kind}`,
        ...(words.predictions ?? []).map(({ probe, refutedBy }) => `--refuted-by ${probe}=${refutedBy}`),
      ]
    case 'test':
      return [
        'hypothesis test',
        words.hypothesis,
        ...(words.result === undefined ? [] : [`--${words.result}`]),
        ...told('evidence', words.evidence),
        ...flag('forgeable', words.forgeable),
      ]
    case 'score':
      return ['score', words.vector ?? '', ...told('answers', words.answers), ...told('note', words.note)]
    case 'clock-start':
      return [
        'clock start',
        shellWord(words.regime),
        ...told('owner', words.owner),
        ...told('title', words.title),
        ...until('due', words.dueAtMs),
        ...told('source', words.source),
      ]
    case 'clock-stop':
      return ['clock stop', words.clock, ...told('reason', words.reason)]
    case 'clock-rule-out':
      return ['clock rule-out', words.regime, ...told('reason', words.reason)]
    case 'follow-up':
      return [
        'follow-up',
        shellWord(words.text),
        ...told('owner', words.owner),
        ...until('due', words.dueAtMs),
      ]
    case 'follow-up-done':
      return ['follow-up', words.id, '--done']
    case 'accept':
      return [
        'accept',
        ...words.conditions,
        ...told('reason', words.reason),
        ...until('expires', words.expiresAtMs),
      ]
    case 'withdraw':
      return ['withdraw', words.exception, ...told('reason', words.reason)]
    case 'reopen':
      return ['reopen', ...told('because', words.because)]
    case 'close':
      return ['close', ...told('reason', words.reason)]
    case 'adopt':
      return ['adopt', words.list, words.version]
    case 'join':
    case 'all-clear':
      return [words.do]
  }
}
