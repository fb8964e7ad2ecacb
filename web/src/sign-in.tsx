import { useState } from 'react'
import { Refused, request } from './api.ts'
import { Failure } from './parts.tsx'

/** Asked for where the server is not on loopback; the secret becomes a cookie that scripts cannot read. */
export function SignIn({ onDone }: { onDone: () => void }) {
  const [token, setToken] = useState('')
  const [refused, setRefused] = useState<Refused | null>(null)
  return (
    <main id="main" className="sign-in">
      <h1>Sign in to Allclear</h1>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          request('/sign-in', {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ token }),
          })
            .then(onDone)
            .catch((error: unknown) => setRefused(error instanceof Refused ? error : null))
        }}
      >
        <label htmlFor="token">API token</label>
        <input
          id="token"
          type="password"
          autoComplete="current-password"
          value={token}
          onChange={(event) => setToken(event.target.value)}
        />
        <button type="submit" className="button button--primary">
          Sign in
        </button>
      </form>
      {refused && <Failure refused={refused} />}
      <p className="meta">Tokens are made with `allclear token create` where the server runs.</p>
    </main>
  )
}
