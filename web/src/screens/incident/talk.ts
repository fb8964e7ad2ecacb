import { useQueryClient } from '@tanstack/react-query'
import { createContext, useCallback, useContext } from 'react'
import { ask } from '../../api/client.ts'
import { queries } from '../../api/queries.ts'
import type { Incident } from '../../api/schema.generated.ts'
import type { Speaker } from '../../api/speaker.ts'
import type { Words } from './words.ts'

/** The incident on the page, who looks at it, and the way to say something in it. */
export interface Talk {
  incident: Incident
  speaker: Speaker
  /** Sends it, and shows the incident as it is then. Throws `Refused`. */
  say: (words: Words) => Promise<void>
}

const TalkContext = createContext<Talk | null>(null)
export const TalkProvider = TalkContext.Provider

export function useTalk(): Talk {
  const talk = useContext(TalkContext)
  if (talk === null) throw new Error('there is no incident around this part of the page')
  return talk
}

/** What is sent twice, because the answer got lost, is written once: each press has a name of its own. */
function commandName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12))
  return `console-${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

export function useSay(id: string, as: string | undefined): Talk['say'] {
  const client = useQueryClient()
  return useCallback(
    async (words) => {
      const answer = await ask('POST /api/v1/incidents/{id}/commands', {
        path: { id },
        query: { as },
        body: { ...words, command: commandName() },
      })
      client.setQueryData(queries.incident(id, as).queryKey, answer)
      await client.invalidateQueries({ queryKey: ['GET /api/v1/incidents'] })
    },
    [client, id, as],
  )
}
