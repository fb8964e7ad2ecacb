import { durationMs, type Counterexample } from '../../core/probe/index.ts'
import { neededRoles, operationsLead, titleOfRole } from '../incidents/roles.ts'
import { holderOf } from '../incidents/state.ts'
import { incidentOf, ofRecord } from './measure.ts'
import type { RespondProbe } from './types.ts'

const limitDefault = '5m'
/** From so many clusters on one person cannot both command and roll out. */
const largeDefault = 20

/** Whether somebody took the lead in time. */
export const acknowledged: RespondProbe = {
  id: 'page.acked',
  async ask(looked, params, { nowMs }) {
    const state = await incidentOf(looked, params)
    const withinMs = durationMs((params.limit as string | undefined) ?? limitDefault)
    const first = state.roles.find(({ acknowledgedAtMs }) => acknowledgedAtMs !== null)
    if (first?.acknowledgedAtMs != null) {
      const tookMs = first.acknowledgedAtMs - state.openedAtMs
      return ofRecord(state, {
        sentence: `@${first.person} took the lead ${tookMs < 1000 ? 'at once' : `after ${Math.round(tookMs / 1000)} s`}.`,
        examined: 1,
        values: { tookMs },
      })
    }
    const late = nowMs - state.openedAtMs > withinMs
    return ofRecord(state, {
      sentence: 'Nobody has taken the lead.',
      examined: 1,
      against: late ? [{ target: state.id, because: 'nobody acknowledged in time' }] : [],
      withheld: 'Nobody has taken the lead yet.',
    })
  },
}

/** Whether the roles that are needed are held by people who know it. */
export const assigned: RespondProbe = {
  id: 'roles.assigned',
  async ask(looked, params, { nowMs }) {
    const state = await incidentOf(looked, params)
    const { clusters } = await looked.knowledge.fleetState(state.advisory)
    const withinMs = durationMs((params.limit as string | undefined) ?? limitDefault)
    const large = (params.large as number | undefined) ?? largeDefault
    const wanted = clusters > large ? [...neededRoles, operationsLead] : neededRoles
    const against: Counterexample[] = []
    let waiting = 0
    for (const role of wanted) {
      const held = holderOf(state, role)
      if (held === null) against.push({ target: titleOfRole(role), because: 'nobody holds the role' })
      else if (held.acknowledgedAtMs === null) {
        if (nowMs - held.fromMs > withinMs)
          against.push({
            target: titleOfRole(role),
            because: `@${held.person} did not acknowledge it in time`,
          })
        else waiting++
      }
    }
    return ofRecord(state, {
      sentence:
        against.length === 0
          ? `${wanted.map(titleOfRole).join(', ')} are named and know it.`
          : against.map(({ target, because }) => `${target}: ${because}`).join('; '),
      examined: wanted.length,
      against,
      ...(waiting > 0 ? { withheld: `${waiting} of ${wanted.length} have not acknowledged yet.` } : {}),
      values: { roles: wanted.length, held: wanted.length - against.length },
    })
  },
}
