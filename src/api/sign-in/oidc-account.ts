import { accountName, displayName, type Role, roles } from '../../core/people.ts'
import { AllclearError } from '../../base/errors.ts'
import type { OidcConfig } from '../../base/oidc.config.ts'
import type { Account } from './accounts.store.ts'
import type { Claims } from './oidc.ts'
import type { People } from './people.ts'

/** Names that are tried when the own one is taken: the 99th alice has other worries. */
const namesMax = 99

/**
 * The account of somebody whom the provider vouches for. They are known by issuer and subject, and by nothing else: a name
 * or an address that somebody else here has too gives no way into that account. Whoever is new gets an account, when the
 * configuration lets newcomers in. Where groups give roles, they do at each sign-in.
 */
export async function accountFor(
  { issuer, subject, all }: Claims,
  { accounts }: People,
  config: OidcConfig,
): Promise<Account> {
  const role = roleOf(all[config.rolesClaim], config.roles)
  const known = await accounts.findSubject({ issuer, subject })
  if (known !== null) {
    if (known.disabledAtMs !== null)
      throw new AllclearError('auth.refused', {
        message: `The account ${known.name} is disabled.`,
        next: 'Ask an administrator.',
      })
    if (role === null || role === known.role) return known
    // The last administrator stays one, whatever the groups say.
    await accounts.setRole(known.name, role).catch((error: unknown) => {
      if (!(error instanceof AllclearError) || error.code !== 'conflict') throw error
    })
    return (await accounts.find(known.name))!
  }
  const given = role ?? config.newcomers
  if (given === 'nobody')
    throw new AllclearError('auth.refused', {
      message: 'You are known to the provider, and not let in here.',
      next: 'Ask an administrator for a group that is.',
    })
  const name = await freeName(all, subject, accounts)
  const display = displayName(textOf(all.name)) || name
  return accounts.add({
    name,
    display,
    role: given,
    password: null,
    subject: { issuer, subject },
    by: 'oidc',
  })
}

/** The highest role that a group gives; null where none does, or groups give none at all. */
function roleOf(claim: unknown, byRole: OidcConfig['roles']): Role | null {
  const groups = new Set((Array.isArray(claim) ? claim : [claim]).filter((one) => typeof one === 'string'))
  return roles.findLast((role) => byRole[role]?.some((group) => groups.has(group)) === true) ?? null
}

async function freeName(all: Claims['all'], subject: string, accounts: People['accounts']): Promise<string> {
  const wanted = [all.preferred_username, all.email, subject]
    .map((one) => accountName(textOf(one)))
    .find((one) => one.ok)
  const name = wanted?.ok === true ? wanted.value : 'person'
  for (let number = 1; number <= namesMax; number++) {
    const tried = number === 1 ? name : name.replace(/(?=@|$)/, `-${number}`)
    if ((await accounts.find(tried)) === null) return tried
  }
  throw new AllclearError('conflict', {
    message: `${name} and ${namesMax - 1} like it are taken.`,
    next: 'Ask an administrator to look at `allclear user list`.',
  })
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
