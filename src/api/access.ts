import { AllclearError } from '../base/errors.ts'
import type { ApiAuth, Principal } from './context.ts'

const localPrincipal: Principal = { name: 'local', scope: 'admin' }
export const signInCookie = 'allclear_token'

/** Who asks; throws `auth.required` or `auth.refused`. A token that is given is always checked, on loopback too. */
export async function principalOf(request: Request, auth: ApiAuth): Promise<Principal> {
  const secret = secretOf(request)
  if (secret === null) {
    if (auth.mode === 'local') return localPrincipal
    throw new AllclearError('auth.required', {
      message: 'This server answers only requests with a token.',
      next: 'Send `Authorization: Bearer ac_…`; the command line takes `--token` or ALLCLEAR_TOKEN. An administrator makes one with `allclear token create`; where nobody has one left, stop the server and make it on its machine.',
    })
  }
  const tokens = await auth.tokens()
  const token = await tokens.verify(secret)
  if (token === null) {
    throw new AllclearError('auth.required', {
      message: 'The token is unknown, revoked or has expired.',
      next: 'An administrator makes a new one with `allclear token create`; where nobody has one left, stop the server and make it on its machine.',
    })
  }
  return { name: token.name, scope: token.scope }
}

/** Reading needs any token, everything else needs `admin`. Batch forms and scans keep nothing, so reading is enough. */
export function checkScope(principal: Principal, method: string, segment: string): void {
  const reads = method === 'GET' || method === 'HEAD' || keepsNothing.has(segment)
  if (segment === 'tokens' ? principal.scope === 'admin' : reads || principal.scope === 'admin') return
  throw new AllclearError('auth.refused', {
    message: `The token \`${principal.name}\` may only read.`,
    next: 'Use a token made with `allclear token create --scope admin`.',
  })
}

const keepsNothing = new Set([
  'scan',
  'sbom',
  'versions',
  'purls',
  'scores',
  'ssvc',
  'reach',
  'privileges',
  'sign-in',
  'catalogue',
])

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

function secretOf(request: Request): string | null {
  const header = request.headers.get('authorization')
  if (header !== null) {
    // An unusable header must not fall back to being nobody: whoever sends one means to be somebody.
    return header.startsWith('Bearer ') ? header.slice('Bearer '.length).trim() : ''
  }
  for (const part of (request.headers.get('cookie') ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2)
    if (name === signInCookie && value !== undefined) return value
  }
  return null
}
