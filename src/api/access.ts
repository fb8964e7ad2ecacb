import { includesRole, lesserRole, type Role } from '../core/people.ts'
import { AllclearError } from '../base/errors.ts'
import type { ApiAuth, Principal } from './context.ts'
import { powerFor } from './powers.ts'
import { csrfHeader, sessionSecretOf } from './sign-in/cookies.ts'
import type { People } from './sign-in/people.ts'
import { isCsrfOf } from './sign-in/sessions.store.ts'
import { scopeRoles } from './sign-in/tokens.store.ts'

export const nobody: Principal = {
  name: 'nobody',
  display: 'nobody',
  role: 'viewer',
  via: 'nobody',
  through: null,
}
const local: Principal = {
  name: 'local',
  display: 'somebody on this machine',
  role: 'administrator',
  via: 'local',
  through: null,
}

/**
 * Who asks; throws `auth.required` or `auth.refused`. A token or session that is given is always checked, on loopback too.
 * `address` is where the request came from.
 */
export async function principalOf(request: Request, auth: ApiAuth, address: string): Promise<Principal> {
  const header = request.headers.get('authorization')
  if (header !== null) return principalOfToken(header, await auth.people(), address)
  const cookie = sessionSecretOf(request)
  if (cookie !== null) return principalOfSession(cookie, request, await auth.people(), address)
  if (!(await isSignInNeeded(auth))) return local
  throw new AllclearError('auth.required', {
    message: 'This server answers only those who are signed in.',
    next: 'Sign in with `allclear login`, or give a token: `--token`, ALLCLEAR_TOKEN, `Authorization: Bearer ac_…`. An administrator adds people with `allclear user add`; where none is left, stop the server and do it on its machine.',
  })
}

/** On loopback nobody signs in until there is somebody who can. */
export async function isSignInNeeded(auth: ApiAuth): Promise<boolean> {
  if (auth.mode === 'local') return false
  return auth.mode === 'sign-in' || (await (await auth.people()).accounts.any())
}

export async function principalOfToken(header: string, people: People, address: string): Promise<Principal> {
  // An unusable header must not fall back to being nobody: whoever sends one means to be somebody.
  const secret = header.startsWith('Bearer ') ? header.slice('Bearer '.length).trim() : ''
  const token = await people.tokens.verify(secret, address)
  const account = token?.account == null ? null : await people.accounts.find(token.account)
  if (token === null || (token.account !== null && (account === null || account.disabledAtMs !== null)))
    throw new AllclearError('auth.required', {
      message: 'The token is unknown, revoked or has expired.',
      next: 'Sign in again with `allclear login`, or make a new one with `allclear token create`.',
    })
  const role = scopeRoles[token.scope]
  return {
    name: account?.name ?? token.name,
    display: account?.display ?? token.name,
    role: account === null ? role : lesserRole(role, account.role),
    via: 'token',
    through: token.id,
    ...(account === null ? {} : { account: account.name }),
  }
}

async function principalOfSession(
  secret: string,
  request: Request,
  people: People,
  address: string,
): Promise<Principal> {
  const session = await people.sessions.find(secret, address)
  if (session === 'stolen') {
    throw new AllclearError('auth.required', {
      message:
        'This session was ended: a cookie that had been replaced was used again, as somebody would who copied it.',
      next: 'Sign in again. If you do not know why, look at your sessions and change your password.',
    })
  }
  const ended = new AllclearError('auth.required', {
    message: 'You are not signed in, or no longer.',
    next: 'Sign in again.',
  })
  if (session === null) throw ended
  const csrf = request.headers.get(csrfHeader)
  if (request.method !== 'GET' && request.method !== 'HEAD' && !isCsrfOf(session, csrf)) {
    throw new AllclearError('auth.refused', {
      message: 'The request does not prove that it comes from a page of this server.',
      next: `Load the page again. A program uses a token; with a session it sends \`${csrfHeader}\` as \`GET /api/v1/me\` gives it.`,
    })
  }
  const shared = {
    via: 'session' as const,
    through: session.id,
    csrf: session.csrf,
    ...(session.renewed === null ? {} : { renewed: session.renewed }),
  }
  if (session.tokenId !== null) {
    const token = await people.tokens.find(session.tokenId)
    if (token === null) throw ended
    return { name: token.name, display: token.name, role: scopeRoles[token.scope], ...shared }
  }
  const account = session.account === null ? null : await people.accounts.find(session.account)
  if (account === null || account.disabledAtMs !== null) throw ended
  return {
    name: account.name,
    display: account.display,
    role: account.role,
    account: account.name,
    ...shared,
  }
}

/** Throws `auth.refused` when the role of who asks is not enough; see `powers.ts`. */
export function checkPower(principal: Principal, method: string, segment: string): void {
  const needed = powerFor(method, segment)
  if (needed !== 'anybody') checkRole(principal, needed)
}

export function checkRole(principal: Principal, needed: Role): void {
  if (includesRole(principal.role, needed)) return
  throw new AllclearError('auth.refused', {
    message: `This needs the role ${needed}; ${principal.name} is ${principal.role} here.`,
    next:
      principal.via === 'token'
        ? 'Use a token with a wider scope (`allclear token create --scope …`), or ask somebody who may.'
        : 'Ask somebody who may, or an administrator for the role (`allclear user role`).',
  })
}

/**
 * A page of a foreign site can make its name resolve to 127.0.0.1 and then read our answers as its own origin (DNS
 * rebinding); its requests still carry its name in `Host`.
 */
export function checkHost(request: Request, hosts: readonly string[]): void {
  const host = (request.headers.get('host') ?? '').toLowerCase()
  if (hosts.includes(host)) return
  throw new AllclearError('auth.refused', {
    message: `The request is addressed to \`${host.slice(0, 200)}\`, which is not a name of this server.`,
    next: `Use one of: ${hosts.join(', ')}. More names can be given with \`allclear up --name NAME\`.`,
  })
}

/**
 * Nothing that a browser sends for the page of somebody else is answered, another port of this machine included: writes
 * carry that page's `Origin`, and every request says in `Sec-Fetch-Site` whose page it is for
 * (https://www.w3.org/TR/fetch-metadata). A link that a person follows is a navigation and may be read by nobody else.
 */
export function checkOrigin(request: Request): void {
  const { method, headers } = request
  const reads = method === 'GET' || method === 'HEAD'
  const site = headers.get('sec-fetch-site')
  const foreign = site === 'cross-site' || site === 'same-site'
  if (foreign && !(reads && headers.get('sec-fetch-mode') === 'navigate')) throw foreignPage('another site')
  const origin = headers.get('origin')
  if (reads || origin === null) return
  const host = headers.get('host') ?? ''
  if (origin === `http://${host}` || origin === `https://${host}`) return
  throw foreignPage(`\`${origin.slice(0, 200)}\``)
}

function foreignPage(of: string): AllclearError {
  return new AllclearError('auth.refused', {
    message: `A page of ${of} may not use this server.`,
    next: 'Open the console under the address of this server.',
  })
}
