import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ask } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import type { Account, Me, Role } from '../api/schema.generated.ts'
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
import styles from './settings.module.css'

const roles: Record<Role, string> = {
  viewer: 'asks and reads',
  responder: 'also works in incidents, declares facts, describes vulnerabilities',
  commander: 'also leads incidents and decides on embargoes',
  administrator: 'also imports, connects clusters, says who may do what',
}
const needsAdministrator = 'Only an administrator changes this.'

/** Accounts, what each may do, and the way to add one. */
export function People({ me }: { me: Me }) {
  const result = useQuery(queries.users())
  const [made, setMade] = useState<{ name: string; password: string } | null>(null)
  const { doing, refused, run } = useDoing()
  const mayNot = me.role === 'administrator' ? undefined : needsAdministrator
  const busy = mayNot ?? (doing ? 'It is being done.' : undefined)
  const change = (work: () => Promise<void>): void => {
    setMade(null)
    run(work)
  }
  const columns: readonly Column<Account>[] = [
    {
      title: 'Name',
      phone: 'line',
      cell: ({ name, display }) => (
        <>
          <Inert text={name} />
          {display !== name && (
            <Second>
              <Inert text={display} />
            </Second>
          )}
        </>
      ),
    },
    {
      title: 'Role',
      cell: ({ name, role }) => (
        <select
          aria-label={`Role of ${name}`}
          value={role}
          disabled={mayNot !== undefined}
          title={mayNot}
          onChange={(event) =>
            change(async () => {
              await ask('POST /api/v1/users/{name}/role', {
                path: { name },
                body: { role: event.target.value as Role },
              })
            })
          }
        >
          {(Object.keys(roles) as Role[]).map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      ),
    },
    {
      title: 'Signs in',
      cell: ({ signsIn, disabledAtMs, lastSignInAtMs }) =>
        disabledAtMs === null ? (
          <>
            with {signsIn === 'oidc' ? 'the provider' : 'a password'}, last <Time atMs={lastSignInAtMs} />
          </>
        ) : (
          <>
            no more, since <Time atMs={disabledAtMs} />
          </>
        ),
    },
    {
      title: 'Change',
      cell: ({ name, disabledAtMs }) => (
        <span className={styles.row}>
          <Button
            disabledReason={busy}
            onClick={() =>
              change(async () => {
                const { password } = await ask('POST /api/v1/users/{name}/password', {
                  path: { name },
                  body: {},
                })
                if (password !== null) setMade({ name, password })
              })
            }
          >
            New password
          </Button>
          <Button
            disabledReason={busy}
            onClick={() =>
              change(async () => {
                await ask('POST /api/v1/users/{name}/disabled', {
                  path: { name },
                  body: { disabled: disabledAtMs === null },
                })
              })
            }
          >
            {disabledAtMs === null ? 'Disable' : 'Enable'}
          </Button>
        </span>
      ),
    },
  ]
  return (
    <Asked result={result} what="the accounts">
      {({ rows }) => (
        <>
          {rows.length === 0 ? (
            <Empty kind="yet" title="Nobody signs in here yet">
              <p>
                The first account has to be an administrator. From then on everybody signs in, on loopback
                too.
              </p>
            </Empty>
          ) : (
            <DataTable caption="Accounts" keyOf={({ name }) => name} columns={columns} rows={rows} />
          )}
          {made && <ShownOnce what={`The password of ${made.name}.`} secret={made.password} />}
          {refused && <Failure error={refused} />}
          <AddPerson
            first={rows.length === 0}
            disabledReason={busy}
            onAdd={(name, display, role) =>
              change(async () => {
                const { account, password } = await ask('POST /api/v1/users', {
                  body: { name, display, role },
                })
                if (password !== null) setMade({ name: account.name, password })
              })
            }
          />
        </>
      )}
    </Asked>
  )
}

function AddPerson({
  first,
  disabledReason,
  onAdd,
}: {
  first: boolean
  disabledReason: string | undefined
  onAdd: (name: string, display: string, role: Role) => void
}) {
  const [name, setName] = useState('')
  const [display, setDisplay] = useState('')
  const [role, setRole] = useState<Role>(first ? 'administrator' : 'responder')
  return (
    <>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          if (disabledReason === undefined) onAdd(name.trim(), display.trim(), role)
        }}
      >
        <label>
          Name
          <input
            value={name}
            required
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <label>
          Called
          <input value={display} autoComplete="off" onChange={(event) => setDisplay(event.target.value)} />
        </label>
        <label>
          Role
          <select value={role} onChange={(event) => setRole(event.target.value as Role)}>
            {(Object.keys(roles) as Role[]).map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <Button type="submit" kind="primary" disabledReason={disabledReason}>
          Add
        </Button>
      </form>
      <p className="meta">
        {role} {roles[role]}.
      </p>
      <Cli line={`allclear user add ${shellWord(name || 'NAME')} --role ${role}`} />
    </>
  )
}
