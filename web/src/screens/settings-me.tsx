import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ask } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import type { Me as Who, Session } from '../api/schema.generated.ts'
import { Asked } from '../parts/asked.tsx'
import { Button } from '../parts/button.tsx'
import { DataTable, type Column } from '../parts/data-table.tsx'
import { useDoing } from '../parts/doing.ts'
import { Empty } from '../parts/empty.tsx'
import { Failure } from '../parts/failure.tsx'
import { Inert } from '../parts/inert.tsx'
import { Ledger, Section } from '../parts/ledger.tsx'
import { Time } from '../parts/time.tsx'
import { pb } from '../paths.ts'
import { Link } from '@tanstack/react-router'
import styles from './settings.module.css'

/** Who I am here, where I am signed in, and my password. */
export function Me({ me }: { me: Who }) {
  if (me.account === null)
    return (
      <Empty kind="yet" title={me.via === 'local' ? 'Nobody signs in here' : `You are the token ${me.name}`}>
        <p>
          On this machine everybody may do everything until the first account is added:{' '}
          <Link {...pb.settings('people')}>People</Link>.
        </p>
      </Empty>
    )
  return (
    <Ledger>
      <Section title="You" note={me.role}>
        <p>
          <strong>
            <Inert text={me.display} />
          </strong>{' '}
          <Inert text={me.name} />
        </p>
      </Section>
      <Section title="Signed in" note="end what is not you">
        <Sessions />
      </Section>
      <Section title="Password" note="other sessions end">
        <ChangePassword />
      </Section>
    </Ledger>
  )
}

function Sessions() {
  const result = useQuery(queries.sessions())
  const { refused, run } = useDoing()
  const columns: readonly Column<Session>[] = [
    { title: 'Browser', phone: 'line', cell: ({ agent }) => <Inert text={agent} max={120} /> },
    { title: 'From', cell: ({ address }) => address },
    { title: 'Last seen', cell: ({ lastSeenAtMs }) => <Time atMs={lastSeenAtMs} /> },
    {
      title: 'Change',
      cell: ({ id }) => (
        <Button
          onClick={() =>
            run(async () => {
              await ask('DELETE /api/v1/me/sessions/{id}', { path: { id } })
            })
          }
        >
          End
        </Button>
      ),
    },
  ]
  return (
    <Asked result={result} what="your sessions">
      {({ rows }) => (
        <>
          <DataTable caption="Where you are signed in" keyOf={({ id }) => id} columns={columns} rows={rows} />
          {refused && <Failure error={refused} />}
        </>
      )}
    </Asked>
  )
}

function ChangePassword() {
  const [form, setForm] = useState({ current: '', next: '' })
  const [changed, setChanged] = useState(false)
  const { doing, refused, run } = useDoing()
  const field = (key: keyof typeof form, label: string, completes: string) => (
    <label>
      {label}
      <input
        type="password"
        autoComplete={completes}
        required
        value={form[key]}
        onChange={(event) => setForm({ ...form, [key]: event.target.value })}
      />
    </label>
  )
  return (
    <>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          setChanged(false)
          run(async () => {
            await ask('POST /api/v1/me/password', { body: form })
            setForm({ current: '', next: '' })
            setChanged(true)
          })
        }}
      >
        {field('current', 'Current password', 'current-password')}
        {field('next', 'New password, 12 characters or more', 'new-password')}
        <Button type="submit" disabledReason={doing ? 'It is being done.' : undefined}>
          Change
        </Button>
      </form>
      {refused && <Failure error={refused} />}
      {changed && <p role="status">Changed. Your other sessions have ended.</p>}
    </>
  )
}
