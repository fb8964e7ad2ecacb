import { z } from 'zod'
import { AllclearError } from '../../../base/errors.ts'
import { draft } from '../entries.ts'
import { commander, personOf, roleOf, titleOfRole } from '../roles.ts'
import { holderOf } from '../state.ts'
import { command, flag, name, text } from './command.ts'

export const join = command({
  do: 'join',
  summary: 'take part',
  input: z.object({ person: name.optional() }),
  decide(state, { person }, { actor }) {
    const who = person === undefined ? actor : personOf(person)
    return state.members[who] === undefined ? [draft(actor, 'member.joined', { person: who })] : []
  },
})

export const role = command({
  do: 'role',
  summary: 'give a role to somebody, say that you know you have it, or end it',
  input: z.object({
    role: name,
    person: name.optional(),
    accept: flag,
    end: flag,
    reason: text.optional(),
  }),
  decide(state, { role: asked, person, accept, end, reason }, { actor }) {
    const wanted = roleOf(asked)
    const held = holderOf(state, wanted)
    const offer = state.handovers.find((one) => one.role === wanted)
    if (accept) {
      if (offer?.to === actor)
        return [draft(actor, 'role.assigned', { role: wanted, person: actor, from: offer.by })]
      if (held?.person !== actor)
        throw new AllclearError('incident.role-needed', {
          message: `You are not ${titleOfRole(wanted)}${held === null ? '' : `; @${held.person} is`}.`,
          next: `Somebody gives it with \`allclear incident role ${wanted} @${actor}\`.`,
        })
      return held.acknowledgedAtMs === null
        ? [draft(actor, 'role.acknowledged', { role: wanted, person: actor })]
        : []
    }
    if (end)
      return held === null
        ? []
        : [draft(actor, 'role.ended', { role: wanted, person: held.person, reason: reason ?? null })]
    const who = person === undefined ? actor : personOf(person)
    if (held?.person === who) return []
    // Command is not taken from somebody who holds it: they hand it over, or end it.
    if (wanted === commander && held !== null && held.acknowledgedAtMs !== null && held.person !== actor)
      throw new AllclearError('incident.role-needed', {
        message: `@${held.person} commands.`,
        next: `They hand over with \`allclear incident handover ${wanted} @${who}\`; where they cannot, end the role first: \`allclear incident role ${wanted} --end --reason '…'\`.`,
      })
    return [draft(actor, 'role.assigned', { role: wanted, person: who, from: held?.person ?? null })]
  },
})

export const handover = command({
  do: 'handover',
  summary: 'offer a role to somebody; it stays yours until they accept',
  input: z.object({ role: name, to: name, note: text.optional() }),
  decide(state, { role: asked, to, note }, { actor }) {
    const wanted = roleOf(asked)
    const who = personOf(to)
    const held = holderOf(state, wanted)
    if (held === null)
      throw new AllclearError('conflict', {
        message: `Nobody is ${titleOfRole(wanted)}.`,
        next: `Give it with \`allclear incident role ${wanted} @${who}\`.`,
      })
    if (held.person !== actor)
      throw new AllclearError('incident.role-needed', {
        message: `@${held.person} is ${titleOfRole(wanted)} and hands it over.`,
        next: `Where they cannot, end the role: \`allclear incident role ${wanted} --end --reason '…'\`.`,
      })
    if (who === actor || state.handovers.some((one) => one.role === wanted && one.to === who)) return []
    return [draft(actor, 'handover.offered', { role: wanted, from: actor, to: who, note: note ?? null })]
  },
})
