import type { AccessAnswer, AccessPerson } from '../../respond/embargo/answers.ts'
import type { CommandContext } from '../context.ts'
import { formatAge, formatDuration, formatTime } from './format.ts'
import { formatTable } from './table.ts'
import { inert } from './terminal.ts'

const standings: Record<AccessPerson['standing'], string> = {
  reads: 'sees it',
  terms: 'has not accepted the terms',
  ended: 'has ended',
  'account-reset': 'sign-in was reset: let in anew',
  compartment: 'not in it',
  'not-a-member': 'no member',
}

/** Who may see an embargoed incident, until when, and what can be done about it. */
export function formatAccess(answer: AccessAnswer, { terminal, io }: CommandContext, wide: boolean): string {
  const { codeWord, incident, state, endsAtMs, proposal, terms, people, asks, glass, legal, you } = answer
  const nowMs = io.clock.nowMs()
  if (state === 'none' || state === 'exited')
    return `${incident}: ${state === 'none' ? 'no embargo' : 'the embargo has ended'}. Everybody who may sign in sees it.\n`
  const until = (ms: number) => `${formatTime(ms)} (${formatDuration(Math.max(0, ms - nowMs))})`
  const lines = [
    terminal.bold(`${codeWord}  EMBARGO ${endsAtMs === null ? 'proposed' : `until ${until(endsAtMs)}`}`),
    `${incident}  ${state}. One can ${legal.join(', ')}.`,
  ]
  if (proposal !== null) lines.push(`Proposed: until ${until(proposal.endsAtMs)}. ${inert(proposal.text)}`)
  lines.push('', `Terms, version ${terms.version}: ${inert(terms.text)}`)
  if (you.standing === 'terms') {
    lines.push(
      '',
      `You have not accepted them: \`allclear incident access accept ${incident}\` shows the facts.`,
      '',
    )
    return lines.join('\n')
  }
  lines.push('')
  const table = formatTable(
    [
      { title: 'who', value: (row: AccessPerson) => `@${row.person}` },
      { title: 'sees', value: (row) => row.compartments.join(', '), flexible: true },
      { title: 'stands', value: (row) => standings[row.standing] },
      {
        title: 'last read',
        value: (row) => (row.lastReadAtMs === null ? 'never' : formatAge(row.lastReadAtMs, nowMs)),
      },
      { title: 'since', value: (row) => `${formatTime(row.grantedAtMs)} by @${row.grantedBy}`, wide: true },
      { title: 'until', value: (row) => (row.endsAtMs === null ? '' : formatTime(row.endsAtMs)), wide: true },
      { title: 'why', value: (row) => row.why, wide: true },
    ],
    people,
    terminal,
    wide,
  )
  const waiting = [
    ...asks.map(
      ({ person, reason, atMs }) =>
        `@${person} asks to be let in, ${formatAge(atMs, nowMs)}${reason === null ? '' : `: ${inert(reason)}`}`,
    ),
    ...glass.map(
      ({ person, reason, atMs }) =>
        `@${person} wants to break the glass, ${formatAge(atMs, nowMs)}: ${inert(reason)}`,
    ),
  ]
  return `${lines.join('\n')}${table}${waiting.length === 0 ? '' : `\n${waiting.join('\n')}\n`}`
}
