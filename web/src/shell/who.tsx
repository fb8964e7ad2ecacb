import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ask } from '../api/client.ts'
import { forgetProof } from '../api/proof.ts'
import { queries } from '../api/queries.ts'
import { signInNeeded } from '../api/sign-in-needed.ts'
import { pb } from '../paths.ts'

/** In the top bar: who is signed in, and the way out. Nothing where nobody signs in. */
export function Who({ className }: { className: string }) {
  const { data } = useQuery(queries.me())
  if (data === undefined || data.via === 'local') return null
  const signOut = async (): Promise<void> => {
    await ask('DELETE /api/v1/sign-in', {}).catch(() => {})
    forgetProof()
    signInNeeded.set(true)
  }
  return (
    <>
      <Link {...pb.settings('me')} className={className} title={`${data.name}, ${data.role}`}>
        {data.display}
      </Link>
      <button type="button" className={className} onClick={() => void signOut()}>
        Sign out
      </button>
    </>
  )
}
