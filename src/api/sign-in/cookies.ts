/** Name of the header in which a page proves that it is ours; see `GET /api/v1/me`. */
export const csrfHeader = 'x-allclear-csrf'

const name = 'allclear_session'
/** Browsers set and send such a cookie only over TLS, for this host alone and all of it (RFC 6265bis, 4.1.3.2). */
const secureName = `__Host-${name}`
/** A provider sends the browser back from its own site, so that this one may not be strict. */
const oidcName = 'allclear_oidc'

/** The secret of the session that a request names. */
export function sessionSecretOf(request: Request): string | null {
  const cookies = cookiesOf(request)
  return cookies.get(secureName) ?? cookies.get(name) ?? null
}

export function sessionCookie(secret: string, secure: boolean): string {
  return `${secure ? secureName : name}=${secret}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`
}

/** Takes the cookies of a session away, whichever name it has. */
export function endedSessionCookies(secure: boolean): string[] {
  const gone = `${name}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`
  return secure ? [gone, `${secureName}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0; Secure`] : [gone]
}

export function oidcSecretOf(request: Request): string | null {
  return cookiesOf(request).get(oidcName) ?? null
}

/** Life 0 takes it away. */
export function oidcCookie(secret: string, secure: boolean, lifeSeconds: number): string {
  return `${oidcName}=${secret}; Path=/api/v1/sign-in; HttpOnly; SameSite=Lax; Max-Age=${lifeSeconds}${secure ? '; Secure' : ''}`
}

/** Whether the browser came by TLS, to us or to a proxy before us. Who lies about it gets a cookie that is not sent back. */
export function isSecure(request: Request): boolean {
  return request.headers.get('x-forwarded-proto') === 'https' || request.url.startsWith('https:')
}

function cookiesOf(request: Request): Map<string, string> {
  const found = new Map<string, string>()
  for (const part of (request.headers.get('cookie') ?? '').split(';')) {
    const at = part.indexOf('=')
    const key = part.slice(0, at).trim()
    // Of several with one name the first is of the longest path; a later one may be planted by a sibling host.
    if (at > 0 && !found.has(key)) found.set(key, part.slice(at + 1).trim())
  }
  return found
}
