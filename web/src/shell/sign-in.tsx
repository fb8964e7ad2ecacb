import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ask } from '../api/client.ts'
import { forgetProof } from '../api/proof.ts'
import { queries } from '../api/queries.ts'
import { Button, buttonClass } from '../parts/button.tsx'
import { Failure } from '../parts/failure.tsx'
import styles from './sign-in.module.css'

/** Asked for where people sign in; what comes back is a cookie that scripts cannot read. */
export function SignIn({ onDone }: { onDone: () => void }) {
  const ways = useQuery(queries.signIn())
  const [chosen, setChosen] = useState<'password' | 'token' | null>(null)
  const [form, setForm] = useState({ name: '', password: '', token: '' })
  const [refused, setRefused] = useState<Error | null>(null)
  const [sending, setSending] = useState(false)
  const way = chosen ?? (ways.data?.password === false ? 'token' : 'password')
  const send = async (): Promise<void> => {
    setSending(true)
    setRefused(null)
    try {
      const { name, password, token } = form
      await ask('POST /api/v1/sign-in', {
        body: way === 'token' ? { token: token.trim() } : { name, password },
      })
      forgetProof()
      onDone()
    } catch (error) {
      setRefused(error as Error)
      setForm({ ...form, password: '', token: '' })
    } finally {
      setSending(false)
    }
  }
  const field = (key: keyof typeof form, label: string, kind: string, completes: string) => (
    <>
      <label htmlFor={key}>{label}</label>
      <input
        id={key}
        key={key}
        type={kind}
        autoComplete={completes}
        autoCapitalize="none"
        spellCheck={false}
        required
        value={form[key]}
        onChange={(event) => setForm({ ...form, [key]: event.target.value })}
      />
    </>
  )
  return (
    <main id="main" className={styles.signIn}>
      <h1>Sign in to Allclear</h1>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        {way === 'password' && field('name', 'Name', 'text', 'username')}
        {way === 'password' && field('password', 'Password', 'password', 'current-password')}
        {way === 'token' && field('token', 'API token', 'password', 'off')}
        <Button type="submit" kind="primary" disabledReason={sending ? 'It is being checked.' : undefined}>
          Sign in
        </Button>
      </form>
      {refused && <Failure error={refused} />}
      {ways.data?.oidc && (
        <a
          className={buttonClass()}
          href={`${ways.data.oidc.address}?to=${encodeURIComponent(location.pathname + location.search)}`}
        >
          Sign in with {ways.data.oidc.title}
        </a>
      )}
      <p>
        <Button kind="quiet" onClick={() => setChosen(way === 'token' ? 'password' : 'token')}>
          {way === 'token' ? 'Sign in with a name and password' : 'Sign in with an API token'}
        </Button>
      </p>
      <p className="meta">
        {way === 'token' ? (
          <>
            Where the server runs, <code>allclear token create</code> makes a token.
          </>
        ) : (
          <>
            An administrator adds people with <code>allclear user add</code>.
          </>
        )}
      </p>
    </main>
  )
}
