import { hostname, userInfo } from 'node:os'
import type { TokenRow } from '../../api/index.ts'
import type { Role } from '../../core/people.ts'
import { AllclearError } from '../../base/errors.ts'
import { findServerOf } from '../client/connect.ts'
import { credentialFor, forgetCredential, keepCredential } from '../client/credentials.ts'
import { openRemoteClient } from '../client/remote.ts'
import type { CommandContext } from '../context.ts'
import { formatDate } from '../output/format.ts'
import { print } from '../output/print.ts'
import type { OptionValues } from '../spec.ts'

interface Me {
  name: string
  display: string
  role: Role
  via: string
  account: string | null
}

/** `allclear login`, `logout`, `whoami` */
export async function run(context: CommandContext, args: string[], options: OptionValues): Promise<number> {
  switch (context.path) {
    case 'login':
      return login(context, args[0], options)
    case 'logout':
      return logout(context)
    default: {
      const me = await (await context.client()).get<Me>('/me')
      await printMe(
        context,
        me,
        `${me.name}, ${me.role}${me.via === 'local' ? ': nobody signs in here' : ''}.\n`,
      )
      return 0
    }
  }
}

async function login(
  context: CommandContext,
  typed: string | undefined,
  options: OptionValues,
): Promise<number> {
  const { io } = context
  const server = await serverOf(context)
  const days = options.days === undefined ? undefined : Number(options.days)
  const name = typed ?? io.env.USER ?? userInfo().username
  let secret: string
  let until = ''
  if (options.withToken === true) secret = (await io.readSecret(`Token for ${server}: `)).trim()
  else {
    const password = await io.readSecret(`Password of ${name} at ${server}: `)
    const made = await openRemoteClient(server, null, io).send<TokenRow & { secret: string }>(
      'POST',
      '/sign-in/token',
      {
        name,
        password,
        label: `command line on ${hostname().slice(0, 100)}`,
        ...(days === undefined ? {} : { days }),
      },
    )
    secret = made.secret
    until = ` until ${formatDate(made.expiresAtMs)}`
  }
  const me = await openRemoteClient(server, secret, io).get<Me>('/me')
  const earlier = await credentialFor(server, io)
  await keepCredential(server, secret, io)
  if (earlier !== null && earlier !== secret) await revoke(context, server, earlier)
  await printMe(context, me, `Signed in to ${server} as ${me.name} (${me.role})${until}.\n`)
  return 0
}

async function logout(context: CommandContext): Promise<number> {
  const server = await serverOf(context)
  const kept = await credentialFor(server, context.io)
  if (kept !== null) {
    await forgetCredential(server, context.io)
    await revoke(context, server, kept)
  }
  await print(context, {
    value: { server, signedOut: kept !== null },
    names: () => [server],
    table: () => (kept === null ? `You were not signed in to ${server}.\n` : `Signed out of ${server}.\n`),
  })
  return 0
}

/** A token that is no longer kept here is to work no longer either. One that has ended already is no reason to fail. */
async function revoke({ io }: CommandContext, server: string, secret: string): Promise<void> {
  await openRemoteClient(server, secret, io)
    .send('DELETE', '/sign-in/token')
    .catch((error: unknown) => {
      if (error instanceof AllclearError && error.code === 'auth.required') return
      throw error
    })
}

async function printMe(context: CommandContext, me: Me, text: string): Promise<void> {
  await print(context, { value: me, names: () => [me.name], table: () => text })
}

async function serverOf({ location }: CommandContext): Promise<string> {
  const server = await findServerOf(location)
  if (server !== null) return server
  throw new AllclearError('usage', {
    message: 'There is no server to sign in to: commands work on the data directory themselves.',
    next: 'Name one with `--server URL` or ALLCLEAR_SERVER, or start one with `allclear up`.',
  })
}
