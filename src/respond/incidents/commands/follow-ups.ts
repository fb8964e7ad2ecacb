import { z } from 'zod'
import { draft } from '../entries.ts'
import { personOf } from '../roles.ts'
import { command, name, nextId, notFound, text, timeMs } from './command.ts'

export const followUp = command({
  do: 'follow-up',
  summary: 'write down later work, with owner and date',
  input: z.object({ text, owner: name, dueAtMs: timeMs }),
  decide(state, { text: written, owner, dueAtMs }, { actor }) {
    if (state.followUps.some((one) => one.text === written)) return []
    const id = nextId('F', state.followUps)
    return [draft(actor, 'followup.added', { id, text: written, owner: personOf(owner), dueAtMs })]
  },
})

export const followUpDone = command({
  do: 'follow-up-done',
  summary: 'later work is done',
  input: z.object({ id: name, note: text.optional() }),
  whenOver: true,
  decide(state, { id: asked, note }, { actor }) {
    const found = state.followUps.find(({ id }) => id.toLowerCase() === asked.toLowerCase())
    if (found === undefined)
      throw notFound(
        'follow-up',
        asked,
        state.followUps.map(({ id }) => id),
      )
    return found.doneAtMs === null
      ? [draft(actor, 'followup.done', { id: found.id, note: note ?? null })]
      : []
  },
})
