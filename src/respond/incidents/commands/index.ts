import { check, skip, pass, adopt } from './checklist.ts'
import { clockRuleOut, clockStart, clockStop } from './clocks.ts'
import type { Command } from './command.ts'
import { decide, note } from './decisions.ts'
import { accept, allClear, close, reopen, withdraw } from './ending.ts'
import { followUp, followUpDone } from './follow-ups.ts'
import { hypothesis, test } from './hypotheses.ts'
import { handover, join, role } from './people.ts'
import { embargoCommands } from '../../embargo/commands.ts'
import { score } from './score.ts'

export type { Command, Moment } from './command.ts'
export { firstHypotheses } from './hypotheses.ts'

/** Everything that people can say to an incident. */
export const incidentCommands: readonly Command[] = [
  join,
  check,
  skip,
  pass,
  adopt,
  decide,
  note,
  role,
  handover,
  hypothesis,
  test,
  score,
  clockStart,
  clockStop,
  clockRuleOut,
  followUp,
  followUpDone,
  accept,
  withdraw,
  allClear,
  reopen,
  close,
  ...embargoCommands,
]
