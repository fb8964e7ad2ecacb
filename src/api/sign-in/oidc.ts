import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import { AllclearError } from '../../base/errors.ts'
import { limit } from '../../base/limits.ts'
import type { OidcConfig } from '../../base/oidc.config.ts'
import { outboundFetch } from '../../base/outbound/fetch.ts'

/** What a provider says of somebody who signed in there. */
export interface Claims {
  issuer: string
  subject: string
  /** Everything else, of the ID token and of its user info. */
  all: Readonly<Record<string, unknown>>
}

/** Sign-in through an OpenID Connect provider: authorization code with PKCE, state and nonce. */
export interface Oidc {
  /** Where the browser goes, and the secret of the cookie with which it has to come back. */
  begin(returnTo: string): Promise<{ address: string; secret: string }>
  /**
   * `query` is what the provider sent the browser back with. Throws `auth.required` when it was not begun here, by this
   * browser, in the last minutes, or when anything of what the provider says does not hold.
   */
  finish(query: string, secret: string | null): Promise<{ claims: Claims; returnTo: string }>
}

interface Begun {
  state: string
  nonce: string
  verifier: string
  returnTo: string
  untilMs: number
}

type Library = typeof import('openid-client')

export function openOidc(config: OidcConfig, redirectUri: () => string, clock: Clock): Oidc {
  const begun = new Map<string, Begun>()
  let found: Promise<{ library: Library; provider: InstanceType<Library['Configuration']> }> | null = null

  /** Asked for once; a provider that did not answer is asked again by the next who signs in. */
  function provider() {
    found ??= discover(config).catch((error: unknown) => {
      found = null
      throw unreachable(config, error)
    })
    return found
  }

  return {
    async begin(returnTo) {
      const { library, provider: at } = await provider()
      const one: Begun = {
        state: library.randomState(),
        nonce: library.randomNonce(),
        verifier: library.randomPKCECodeVerifier(),
        returnTo: localPath(returnTo),
        untilMs: clock.nowMs() + limit('oidcMs'),
      }
      const secret = randomBytes(32).toString('base64url')
      begun.set(hashOf(secret), one)
      for (const [key, { untilMs }] of begun) {
        if (begun.size <= limit('oidcBegun') && untilMs > clock.nowMs()) break
        begun.delete(key)
      }
      const address = library.buildAuthorizationUrl(at, {
        redirect_uri: redirectUri(),
        scope: config.scopes.join(' '),
        state: one.state,
        nonce: one.nonce,
        code_challenge: await library.calculatePKCECodeChallenge(one.verifier),
        code_challenge_method: 'S256',
      })
      return { address: address.href, secret }
    },

    async finish(query, secret) {
      const key = secret === null ? '' : hashOf(secret)
      const one = begun.get(key)
      // Once: what the provider sent cannot be used again.
      begun.delete(key)
      if (one === undefined || one.untilMs <= clock.nowMs()) throw notBegun()
      const { library, provider: at } = await provider()
      try {
        // The address is ours by configuration: what the request says of its host is not believed.
        const tokens = await library.authorizationCodeGrant(at, new URL(`${redirectUri()}?${query}`), {
          pkceCodeVerifier: one.verifier,
          expectedState: one.state,
          expectedNonce: one.nonce,
          idTokenExpected: true,
        })
        const claims = tokens.claims()!
        const more =
          at.serverMetadata().userinfo_endpoint === undefined
            ? {}
            : await library.fetchUserInfo(at, tokens.access_token, claims.sub)
        return {
          claims: { issuer: claims.iss, subject: claims.sub, all: { ...more, ...claims } },
          returnTo: one.returnTo,
        }
      } catch (error) {
        throw refused(error)
      }
    },
  }
}

async function discover(config: OidcConfig) {
  const library = await import('openid-client')
  const insecure = config.issuer.startsWith('http:') ? [library.allowInsecureRequests] : []
  const provider = await library.discovery(
    new URL(config.issuer),
    config.clientId,
    config.clientSecret ?? undefined,
    undefined,
    {
      execute: insecure,
      timeout: limit('oidcRequestMs') / 1_000,
      [library.customFetch]: (url, { method, headers, body, signal }) =>
        outboundFetch(url, {
          method: method as 'GET' | 'POST',
          headers: Object.fromEntries(new Headers(headers)),
          ...(body == null ? {} : { body: String(body) }),
          signal: signal ?? undefined,
        }),
    },
  )
  return { library, provider }
}

/** A path of this console, or its first page: nobody is sent anywhere else (open redirect). */
export function localPath(text: string): string {
  // Browsers take `//host`, `/\host` and control characters in between for another host.
  return /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(text) && text.length <= 2_000 ? text : '/'
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}

function notBegun(): AllclearError {
  return new AllclearError('auth.required', {
    message: 'This sign-in was not begun in this browser, or too long ago.',
    next: 'Begin again on the sign-in page.',
  })
}

function refused(cause: unknown): AllclearError {
  const code = (cause as { error?: unknown }).error
  return new AllclearError('auth.required', {
    // Only a word of the standard is repeated: the rest is whatever somebody put into the address.
    message: `The provider did not sign you in${typeof code === 'string' && /^[a-z_]{1,40}$/.test(code) ? `: ${code}` : ''}.`,
    next: 'Begin again on the sign-in page. When that does not help, an administrator compares client id, secret and address with the provider.',
    cause,
  })
}

function unreachable({ issuer }: OidcConfig, cause: unknown): AllclearError {
  return new AllclearError('auth.unreachable', {
    message: `The sign-in provider ${new URL(issuer).host} does not answer as one.`,
    next: 'Look at `oidc.issuer` (ALLCLEAR_OIDC_ISSUER): below it there has to be `/.well-known/openid-configuration`. Passwords and tokens work meanwhile.',
    cause,
  })
}
