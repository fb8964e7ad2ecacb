import type { Account } from '../../api/index.ts'
import { AllclearError } from '../../base/errors.ts'
import type { CommandContext } from '../context.ts'
import { formatAge, formatDate } from '../output/format.ts'
import { print } from '../output/print.ts'
import { formatTable } from '../output/table.ts'
import type { OptionValues } from '../spec.ts'

interface WithPassword {
  account: Account
  /** The one that was made; null when it was given. */
  password: string | null
}

/** `allclear user add|list|role|password|disable|enable` */
export async function run(context: CommandContext, args: string[], options: OptionValues): Promise<number> {
  const [name, role] = args
  switch (context.path) {
    case 'user add':
      return withPassword(context, '/users', {
        name,
        role: options.role ?? 'viewer',
        ...(options.display === undefined ? {} : { display: options.display }),
        ...(await askedPassword(context, options)),
      })
    case 'user password':
      return withPassword(context, pathOf(name, 'password'), await askedPassword(context, options))
    case 'user role':
      return change(context, pathOf(name, 'role'), { role }, ({ name: who }) => `${who} is ${role} now.`)
    case 'user disable':
      return change(
        context,
        pathOf(name, 'disabled'),
        { disabled: true },
        ({ name: who }) => `${who} may sign in no more.`,
      )
    case 'user enable':
      return change(
        context,
        pathOf(name, 'disabled'),
        { disabled: false },
        ({ name: who }) => `${who} may sign in again.`,
      )
    default:
      return list(context)
  }
}

function pathOf(name: string, what: string): string {
  return `/users/${encodeURIComponent(name)}/${what}`
}

async function askedPassword({ io }: CommandContext, { ask }: OptionValues): Promise<{ password?: string }> {
  if (ask !== true) return {}
  const password = await io.readSecret('Password: ')
  if (io.stdinIsTerminal && (await io.readSecret('Once more: ')) !== password)
    throw new AllclearError('usage', { message: 'The two are not the same.', next: 'Run the command again.' })
  return { password }
}

async function withPassword(context: CommandContext, path: string, body: object): Promise<number> {
  const client = await context.client()
  const made = await client.send<WithPassword>('POST', path, body)
  const { account, password } = made
  await print(context, {
    value: made,
    names: () => [account.name],
    // The password alone on stdout, so that it can be handed on without being seen.
    table() {
      const said =
        path === '/users'
          ? `${account.name} may sign in as ${account.role}.`
          : `${account.name} has a new password.`
      if (password === null) return `${said}\n`
      context.io.writeError(`${said} The password is shown only now:\n`)
      return `${password}\n`
    },
  })
  return 0
}

async function change(
  context: CommandContext,
  path: string,
  body: object,
  said: (account: Account) => string,
): Promise<number> {
  const client = await context.client()
  const account = await client.send<Account>('POST', path, body)
  await print(context, { value: account, names: () => [account.name], table: () => `${said(account)}\n` })
  return 0
}

async function list(context: CommandContext): Promise<number> {
  const client = await context.client()
  const { rows } = await client.get<{ rows: Account[] }>('/users')
  const nowMs = context.io.clock.nowMs()
  await print(context, {
    value: { rows },
    names: () => rows.map((row) => row.name),
    table: (wide) =>
      rows.length === 0
        ? 'No account yet: on loopback nobody signs in. `allclear user add NAME --role administrator` adds the first.\n'
        : formatTable(
            [
              { title: 'name', value: (row) => row.name },
              { title: 'called', value: (row) => row.display, flexible: true },
              { title: 'role', value: (row) => row.role },
              {
                title: 'signs in',
                value: (row) => (row.disabledAtMs === null ? `by ${row.signsIn}` : 'no more'),
              },
              {
                title: 'last',
                value: (row) =>
                  row.lastSignInAtMs === null ? 'never' : formatAge(row.lastSignInAtMs, nowMs),
              },
              {
                title: 'added',
                value: (row) => `${formatDate(row.createdAtMs)} by ${row.createdBy}`,
                wide: true,
              },
            ],
            rows,
            context.terminal,
            wide,
          ),
  })
  return 0
}
