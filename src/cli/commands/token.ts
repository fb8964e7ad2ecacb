import { userInfo } from 'node:os'
import type { TokenRow } from '../../api/index.ts'
import { scopeOf } from '../../api/sign-in/tokens.store.ts'
import type { Role } from '../../core/people.ts'
import { AllclearError } from '../../base/errors.ts'
import type { CommandContext } from '../context.ts'
import { formatAge, formatDate } from '../output/format.ts'
import { print } from '../output/print.ts'
import { formatTable } from '../output/table.ts'
import type { OptionValues } from '../spec.ts'

/** What the API takes: a quarter of an hour to ten years. */
const daysMin = 0.01
const daysMax = 3650

/** `allclear token create|list|revoke` */
export async function run(context: CommandContext, args: string[], options: OptionValues): Promise<number> {
  switch (context.path) {
    case 'token create':
      return createToken(context, options)
    case 'token revoke':
      return revokeToken(context, args[0])
    default:
      return listTokens(context)
  }
}

async function createToken(context: CommandContext, options: OptionValues): Promise<number> {
  const days = options.days === undefined ? undefined : Number(options.days)
  if (days !== undefined && !(days >= daysMin && days <= daysMax)) {
    throw new AllclearError('usage', {
      message: `\`${String(options.days)}\` is no number of days that a token can have.`,
      next: `Write a number from ${daysMin} to ${daysMax}, like \`--days 30\`.`,
    })
  }
  const client = await context.client()
  const { role } = await client.get<{ role: Role }>('/me')
  const token = await client.send<TokenRow & { secret: string }>('POST', '/tokens', {
    name: options.name ?? context.io.env.USER ?? userInfo().username,
    scope: options.scope ?? scopeOf(role),
    ...(days === undefined ? {} : { days }),
  })
  await print(context, {
    value: token,
    names: () => [token.id],
    // The secret alone on stdout, so that `TOKEN=$(allclear token create)` works.
    table() {
      context.io.writeError(
        `Token ${token.id} (${token.scope}) for ${token.name}, valid until ${formatDate(token.expiresAtMs)}; it is shown only now.\n`,
      )
      return `${token.secret}\n`
    },
  })
  return 0
}

async function listTokens(context: CommandContext): Promise<number> {
  const client = await context.client()
  const { rows } = await client.get<{ rows: TokenRow[] }>('/tokens')
  const nowMs = context.io.clock.nowMs()
  await print(context, {
    value: { rows },
    names: () => rows.map((row) => row.id),
    table: (wide) =>
      rows.length === 0
        ? 'No token yet. `allclear token create` makes one.\n'
        : formatTable(
            [
              { title: 'token', value: (row) => row.id },
              { title: 'name', value: (row) => row.name, flexible: true },
              { title: 'scope', value: (row) => row.scope },
              { title: 'acts for', value: (row) => row.account ?? 'itself' },
              {
                title: 'expires',
                value: (row) => (row.expiresAtMs <= nowMs ? 'expired' : formatDate(row.expiresAtMs)),
              },
              {
                title: 'last used',
                value: (row) => (row.lastUsedAtMs === null ? 'never' : formatAge(row.lastUsedAtMs, nowMs)),
              },
              { title: 'from', value: (row) => row.lastUsedFrom ?? '', wide: true },
              { title: 'made', value: (row) => formatDate(row.createdAtMs), wide: true },
            ],
            rows,
            context.terminal,
            wide,
          ),
  })
  return 0
}

async function revokeToken(context: CommandContext, id: string): Promise<number> {
  const client = await context.client()
  await client.send('DELETE', `/tokens/${encodeURIComponent(id)}`)
  await print(context, {
    value: { id, revoked: true },
    names: () => [id],
    table: () => `Revoked ${id}.\n`,
  })
  return 0
}
