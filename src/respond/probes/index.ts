import type { Ask } from '../../core/probe/index.ts'
import { affected } from './affected.ts'
import { blastRadius } from './blast-radius.ts'
import { clocksRegistered } from './clocks.ts'
import { digestCoverage } from './digest-coverage.ts'
import { embargoGate } from './embargo.ts'
import { fixCoverage, fixSafe } from './fix.ts'
import { followUpsOwned } from './follow-ups.ts'
import { herdCoverage, stragglers } from './herd.ts'
import { hypothesesTested } from './hypotheses.ts'
import { decision, record } from './record.ts'
import { acknowledged, assigned } from './roles.ts'
import { scoreDeadline } from './score.ts'
import type { Looked, RespondProbe } from './types.ts'

const probes: readonly RespondProbe[] = [
  acknowledged,
  affected,
  assigned,
  blastRadius,
  clocksRegistered,
  decision,
  digestCoverage,
  embargoGate,
  fixCoverage,
  fixSafe,
  followUpsOwned,
  herdCoverage,
  hypothesesTested,
  record,
  scoreDeadline,
  stragglers,
]

/** Handlers of the probes that the respond wing answers, by id. */
export function respondHandlers(looked: Looked): Record<string, Ask> {
  return Object.fromEntries(probes.map(({ id, ask }) => [id, (params, run) => ask(looked, params, run)]))
}
