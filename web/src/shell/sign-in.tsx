import { useState } from 'react'
import { ask } from '../api/client.ts'
import { Button } from '../parts/button.tsx'
import { Failure } from '../parts/failure.tsx'
import styles from './sign-in.module.css'

/** Asked for where the server is not on loopback; the secret becomes a cookie that scripts cannot read. */
export function SignIn({ onDone }: { onDone: () => void }) {
  const [token, setToken] = useState('')
  const [refused, setRefused] = useState<Error | null>(null)
  return (
    <main id="main" className={styles.signIn}>
      <h1>Sign in to Allclear</h1>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          ask('POST /api/v1/sign-in', { body: { token } }).then(onDone, setRefused)
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
        <Button type="submit" kind="primary">
          Sign in
        </Button>
      </form>
      {refused && <Failure error={refused} />}
      <p className="meta">
        Where the server runs, <code>allclear token create</code> makes a token.
      </p>
    </main>
  )
}
