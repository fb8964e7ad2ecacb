import { useQuery } from '@tanstack/react-query'
import { followed } from '../followed.ts'
import { queries } from './queries.ts'

/** Who somebody says they are where nobody signs in; remembered in this tab, so that two tabs are two people. */
const said = followed(sessionStorage.getItem('speaks-as') ?? '')

function speakAs(name: string): void {
  const plain = name.trim().replace(/^@/, '')
  sessionStorage.setItem('speaks-as', plain)
  said.set(plain)
}

export interface Speaker {
  /** The name that stands in the timeline. */
  name: string
  /** What is sent along with what they say; undefined for who is signed in. */
  as: string | undefined
  /** Where nobody signs in people say who they are. */
  change: ((name: string) => void) | undefined
}

export function useSpeaker(): Speaker {
  const me = useQuery(queries.me()).data
  const own = said.use()
  if (me?.via !== 'local') return { name: me?.name ?? '', as: undefined, change: undefined }
  return { name: own === '' ? me.name : own, as: own === '' ? undefined : own, change: speakAs }
}
