import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ask } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import type { Me, Token } from '../api/schema.generated.ts'
import { Asked } from '../parts/asked.tsx'
import { Button } from '../parts/button.tsx'
import { Cli, shellWord } from '../parts/cli.tsx'
import { DataTable, Second, type Column } from '../parts/data-table.tsx'
import { useDoing } from '../parts/doing.ts'
import { Empty } from '../parts/empty.tsx'
import { Failure } from '../parts/failure.tsx'
import { Inert } from '../parts/inert.tsx'
import { ShownOnce } from '../parts/shown-once.tsx'
import { Time } from '../parts/time.tsx'
import { utc } from '../format.ts'
import styles from './settings.module.css'

type Scope = Token['scope']
const scopes: Record<Scope, string> = {
  read: 'asks and reads',
  respond: 'also works in incidents',
  command: 'also leads incidents',
  admin: 'everything that you may',
}

/** Tokens for programs, with what they may do, their end, and their last use. */
export function Tokens({ me }: { me: Me }) {
  const result = useQuery(queries.tokens())
  const [made, setMade] = useState<string | null>(null)
  const { doing, refused, run } = useDoing()
  const [form, setForm] = useState({ name: '', scope: 'read' as Scope, days: '90' })
  const columns: readonly Column<Token>[] = [
    {
      title: 'Token',
      phone: 'line',
      cell: ({ id, name, account }) => (
        <>
          <Inert text={name} />
          <Second>
            {id}, acts for {account ?? 'itself'}
          </Second>
        </>
      ),
    },
    { title: 'May', cell: ({ scope }) => scope },
    {
      title: 'Ends',
      cell: ({ expiresAtMs }) => <span className="number">{utc(expiresAtMs)}</span>,
    },
    {
      title: 'Last used',
      cell: ({ lastUsedAtMs, lastUsedFrom }) => (
        <>
          <Time atMs={lastUsedAtMs} />
          {lastUsedFrom !== null && <Second>from {lastUsedFrom}</Second>}
        </>
      ),
    },
    {
      title: 'Change',
      cell: ({ id }) => (
        <Button
          onClick={() =>
            run(async () => {
              await ask('DELETE /api/v1/tokens/{id}', { path: { id } })
            })
          }
        >
          Revoke
        </Button>
      ),
    },
  ]
  return (
    <Asked result={result} what="the tokens">
      {({ rows }) => (
        <>
          {rows.length === 0 ? (
            <Empty kind="yet" title="No token yet">
              <p>
                A build, a dashboard or your own command line has one; it acts for {me.name} and does no more.
              </p>
            </Empty>
          ) : (
            <DataTable caption="Tokens" keyOf={({ id }) => id} columns={columns} rows={rows} />
          )}
          {made !== null && <ShownOnce what="The new token." secret={made} />}
          {refused && <Failure error={refused} />}
          <form
            className={styles.form}
            onSubmit={(event) => {
              event.preventDefault()
              run(async () => {
                const { name, scope, days } = form
                const answer = await ask('POST /api/v1/tokens', {
                  body: { name: name.trim(), scope, days: Number(days) },
                })
                setMade(answer.secret)
              })
            }}
          >
            <label>
              What it is for
              <input
                value={form.name}
                required
                autoComplete="off"
                onChange={(event) => setForm({ ...form, name: event.target.value })}
              />
            </label>
            <label>
              May
              <select
                value={form.scope}
                onChange={(event) => setForm({ ...form, scope: event.target.value as Scope })}
              >
                {(Object.keys(scopes) as Scope[]).map((scope) => (
                  <option key={scope} value={scope}>
                    {scope}: {scopes[scope]}
                  </option>
                ))}
              </select>
            </label>
            <label>
              Days
              <input
                type="number"
                min="1"
                max="3650"
                value={form.days}
                required
                onChange={(event) => setForm({ ...form, days: event.target.value })}
              />
            </label>
            <Button type="submit" kind="primary" disabledReason={doing ? 'It is being done.' : undefined}>
              Make it
            </Button>
          </form>
          <Cli
            line={`allclear token create --name ${shellWord(form.name || 'NAME')} --scope ${form.scope} --days ${form.days || '90'}`}
          />
        </>
      )}
    </Asked>
  )
}
