import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { withoutTrailingSlashes } from '../../../core/trailing-slashes.ts'
import { AllclearError } from '../../errors.ts'
import { limit } from '../../limits.ts'
import type { AddressClass } from '../../outbound/addresses.ts'
import type { OutboundPolicy } from '../../outbound/policy.ts'
import { openOutbound, readBody, type OutboundResponse } from '../../outbound/send.ts'
import { checkDigest } from '../verify.ts'
import { parseChallenge, type Challenge } from './challenge.ts'
import { findCredential, type Credential } from './credentials.ts'
import type { RegistryReference } from './reference.ts'

/** What a registry client needs to know; plain data, so that a thread can open one for itself. */
export interface RegistrySettings {
  /** `docker.io` to the places that are asked before it, in their order: `mirror.example.org` or `http://10.0.0.5:5000`. */
  mirrors: Readonly<Record<string, readonly string[]>>
  /** Registries that are called without encryption. Loopback always is. */
  insecure: readonly string[]
  /** Files of credentials, see `credentials.ts`. */
  credentialFiles: readonly string[]
  outbound: OutboundPolicy
}

export interface RegistryManifest {
  bytes: Buffer
  digest: string
  mediaType: string
}

/** One repository of a registry (OCI distribution specification 1.1). */
export interface Repository {
  manifest(tagOrDigest: string): Promise<RegistryManifest>
  /** Null where there is none of that name. */
  findManifest(tagOrDigest: string): Promise<RegistryManifest | null>
  /** A blob from its start; a cut connection is taken up where it ended. Its digest is for the reader to check. */
  blob(digest: string, sizeBytes: number): AsyncGenerator<Uint8Array>
  document(digest: string, bytesMax: number): Promise<Buffer>
  /** What refers to a manifest: an index document, or null when the registry knows of nothing. */
  referrers(digest: string): Promise<Buffer | null>
  close(): void
}

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]

const attemptsMax = 5
/** A token that is about to end is asked for again. */
const tokenSlackMs = 10_000
const tokenBytesMax = 1024 * 1024
/** Slower than this over a minute is not a slow network but somebody who keeps us busy. */
const slowestBytesPerSecond = 1024
const slowAfterMs = 60_000

/** A place that is asked: the registry itself or a mirror of it. */
interface Endpoint {
  base: string
  /** Name under which credentials are kept. */
  name: string
  token: { text: string; untilMs: number } | null
  basic: string | null
}

export function openRepository(
  reference: RegistryReference,
  settings: RegistrySettings,
  signal?: AbortSignal,
): Repository {
  const outbound = openOutbound(settings.outbound)
  const endpoints = endpointsOf(reference.registry, settings)
  const { repository } = reference

  /** Asks each place in turn; what a mirror does not have or cannot give, the next may. */
  async function ask(path: string, headers: Record<string, string>): Promise<OutboundResponse> {
    let last: unknown = null
    for (const [at, endpoint] of endpoints.entries()) {
      try {
        const answer = await askPatiently(endpoint, path, headers)
        if (answer.status < 400 || at === endpoints.length - 1) return answer
        answer.body.destroy()
      } catch (error) {
        signal?.throwIfAborted()
        if (at === endpoints.length - 1) throw error
        last = error
      }
    }
    throw last ?? new Error('a registry has no endpoint')
  }

  /** Tries again when the network or the server fails for a moment, no sooner than it asks for. */
  async function askPatiently(
    endpoint: Endpoint,
    path: string,
    headers: Record<string, string>,
  ): Promise<OutboundResponse> {
    let reason = ''
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      let waitMs = limit('registryBackoffMs') * 2 ** attempt * (1 + Math.random() / 2)
      try {
        const answer = await askSignedIn(endpoint, path, headers)
        if (answer.status !== 408 && answer.status !== 429 && answer.status < 500) return answer
        answer.body.destroy()
        reason = `it answers ${answer.status}`
        waitMs = Math.max(waitMs, retryAfterMs(answer.headers['retry-after']))
      } catch (error) {
        signal?.throwIfAborted()
        if (error instanceof AllclearError) throw error
        reason = reasonOf(error)
      }
      if (waitMs > limit('registryWaitMs')) break
      if (attempt + 1 < attemptsMax) await pause(waitMs, undefined, { signal })
    }
    throw unreachable(endpoint.base, reason)
  }

  /** Signs in when the registry asks for it: first as far as a token is known, then as it says. */
  async function askSignedIn(
    endpoint: Endpoint,
    path: string,
    headers: Record<string, string>,
  ): Promise<OutboundResponse> {
    const url = `${endpoint.base}/v2/${repository}${path}`
    const first = await outbound.send(url, { headers: { ...headers, ...signedIn(endpoint) }, signal })
    if (first.status !== 401 && !(first.status === 403 && endpoint.token === null && endpoint.basic === null))
      return first
    const challenge = parseChallenge(first.headers['www-authenticate'])
    if (challenge === null) return first
    first.body.destroy()
    endpoint.token = null
    await signIn(endpoint, challenge, first.from)
    return outbound.send(url, { headers: { ...headers, ...signedIn(endpoint) }, signal })
  }

  async function signIn(endpoint: Endpoint, challenge: Challenge, from: AddressClass): Promise<void> {
    const credential = await findCredential(endpoint.name, repository, settings.credentialFiles)
    if (challenge.scheme === 'basic') {
      if (credential?.kind !== 'password')
        throw refused(endpoint.name, repository, 'it asks for a name and password, and none are known here')
      endpoint.basic = Buffer.from(`${credential.user}:${credential.password}`).toString('base64')
      return
    }
    if (credential?.kind === 'bearer') {
      endpoint.token = { text: credential.token, untilMs: Infinity }
      return
    }
    endpoint.token = await fetchToken(endpoint, challenge, credential, from)
  }

  /** The token server is named by the registry, so it may not lie further inside than the registry does. */
  async function fetchToken(
    endpoint: Endpoint,
    { realm, service, scope }: Challenge,
    credential: Credential | null,
    from: AddressClass,
  ) {
    let url: URL
    try {
      url = new URL(realm)
    } catch {
      throw refused(endpoint.name, repository, 'it names no usable token server')
    }
    if (endpoint.base.startsWith('https:') && url.protocol !== 'https:' && credential !== null)
      throw refused(endpoint.name, repository, 'its token server would get the password without encryption')
    const wanted = scope ?? `repository:${repository}:pull`
    let answer: OutboundResponse
    if (credential?.kind === 'refresh') {
      const body = new URLSearchParams({
        grant_type: 'refresh_token',
        service: service ?? endpoint.name,
        scope: wanted,
        client_id: 'allclear',
        refresh_token: credential.token,
      }).toString()
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      answer = await outbound.send(url.href, { method: 'POST', headers, body, signal }, from)
    } else {
      if (service !== null) url.searchParams.set('service', service)
      url.searchParams.set('scope', wanted)
      const headers: Record<string, string> =
        credential?.kind === 'password'
          ? {
              authorization: `Basic ${Buffer.from(`${credential.user}:${credential.password}`).toString('base64')}`,
            }
          : {}
      answer = await outbound.send(url.href, { headers, signal }, from)
    }
    const body = await readBody(answer, tokenBytesMax, url.host)
    if (answer.status !== 200)
      throw refused(
        endpoint.name,
        repository,
        `its token server answers ${answer.status}${credential === null ? ' to nobody in particular: no credentials are known here' : ' to the credentials known here'}`,
      )
    const parsed = z
      .object({
        token: z.string().optional(),
        access_token: z.string().optional(),
        expires_in: z.number().optional(),
      })
      .safeParse(parseOrNull(body))
    const text = parsed.data?.token ?? parsed.data?.access_token
    if (text === undefined) throw refused(endpoint.name, repository, 'its token server gives no token')
    // "If omitted, this defaults to 60 seconds" (Token Authentication Specification).
    return { text, untilMs: Date.now() + (parsed.data?.expires_in ?? 60) * 1000 - tokenSlackMs }
  }

  async function findManifest(tagOrDigest: string): Promise<RegistryManifest | null> {
    const answer = await ask(`/manifests/${tagOrDigest}`, { accept: manifestTypes.join(', ') })
    if (answer.status === 404) {
      answer.body.destroy()
      return null
    }
    const where = `${reference.registry}/${repository}: ${tagOrDigest}`
    if (answer.status !== 200) throw await statusError(answer, where)
    const bytes = await readBody(answer, limit('imageManifestBytes'), where)
    const digest = tagOrDigest.includes(':')
      ? tagOrDigest
      : `sha256:${createHash('sha256').update(bytes).digest('hex')}`
    checkDigest(bytes, digest, where)
    return { bytes, digest, mediaType: answer.headers['content-type']?.split(';', 1)[0] ?? '' }
  }

  async function* blob(digest: string, sizeBytes: number): AsyncGenerator<Uint8Array> {
    const where = `${reference.registry}/${repository}: ${digest}`
    let done = 0
    for (let attempt = 0; ; attempt++) {
      const before = done
      const startedMs = Date.now()
      try {
        const answer = await ask(`/blobs/${digest}`, done > 0 ? { range: `bytes=${done}-` } : {})
        if (answer.status !== 200 && answer.status !== 206) throw await statusError(answer, where)
        // A registry that knows no ranges sends the blob again from its start.
        let skip = answer.status === 206 ? 0 : done
        try {
          for await (const chunk of answer.body as AsyncIterable<Buffer>) {
            const part = skip > 0 ? chunk.subarray(skip) : chunk
            skip = Math.max(0, skip - chunk.length)
            done += part.length
            if (done > sizeBytes) throw tooLong(where, sizeBytes)
            const tookMs = Date.now() - startedMs
            if (tookMs > slowAfterMs && (done - before) / (tookMs / 1000) < slowestBytesPerSecond)
              throw new Error('it sends less than 1 KiB a second')
            if (part.length > 0) yield part
          }
        } finally {
          answer.body.destroy()
        }
        if (done === sizeBytes) return
        throw new Error(`it ends after ${done} of ${sizeBytes} bytes`)
      } catch (error) {
        signal?.throwIfAborted()
        if (error instanceof AllclearError) throw error
        // Progress starts the count anew: a large blob over a bad network may be cut many times.
        if (done > before + sizeBytes / 20) attempt = 0
        if (attempt + 1 >= attemptsMax) throw unreachable(where, reasonOf(error))
        await pause(limit('registryBackoffMs') * 2 ** attempt, undefined, { signal })
      }
    }
  }

  return {
    async manifest(tagOrDigest) {
      const found = await findManifest(tagOrDigest)
      if (found !== null) return found
      throw new AllclearError('not-found', {
        message: `${reference.registry} has no ${repository}${tagOrDigest.includes(':') ? '@' : ':'}${tagOrDigest}.`,
        next: 'Look at the name; a tag may have been removed since.',
        where: reference.text,
      })
    },
    findManifest,
    blob,
    async document(digest, bytesMax) {
      const where = `${reference.registry}/${repository}: ${digest}`
      const answer = await ask(`/blobs/${digest}`, {})
      if (answer.status !== 200) throw await statusError(answer, where)
      const bytes = await readBody(answer, bytesMax, where)
      checkDigest(bytes, digest, where)
      return bytes
    },
    async referrers(digest) {
      const where = `${reference.registry}/${repository}: referrers of ${digest}`
      const answer = await ask(`/referrers/${digest}`, { accept: manifestTypes[0] })
      if (answer.status === 200 && /\bjson\b/.test(answer.headers['content-type'] ?? ''))
        return readBody(answer, limit('imageManifestBytes'), where)
      answer.body.destroy()
      // Registries before distribution 1.1 keep the same index under a tag ("Referrers Tag Schema").
      return (await findManifest(digest.replace(':', '-')))?.bytes ?? null
    },
    close: () => outbound.close(),
  }
}

function endpointsOf(registry: string, { mirrors, insecure }: RegistrySettings): Endpoint[] {
  const own = registry === 'docker.io' ? 'registry-1.docker.io' : registry
  return [...(mirrors[registry] ?? []), own].map((place) => {
    const name = withoutTrailingSlashes(place.replace(/^https?:\/\//, ''))
    const plain =
      place.startsWith('http://') ||
      (!place.startsWith('https://') && (insecure.includes(name) || isLoopback(name)))
    return {
      base: `${plain ? 'http' : 'https'}://${name}`,
      name: name === 'registry-1.docker.io' ? 'docker.io' : name,
      token: null,
      basic: null,
    }
  })
}

/** As Docker does: a registry on this machine is asked without encryption. */
function isLoopback(name: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/.test(name)
}

function signedIn({ token, basic }: Endpoint): Record<string, string> {
  if (token !== null && token.untilMs > Date.now()) return { authorization: `Bearer ${token.text}` }
  return basic === null ? {} : { authorization: `Basic ${basic}` }
}

/** Seconds or a date (RFC 9110, section 10.2.3). */
export function retryAfterMs(header: string | undefined, nowMs = Date.now()): number {
  if (header === undefined) return 0
  if (/^\d+$/.test(header)) return Number(header) * 1000
  const at = Date.parse(header)
  return Number.isNaN(at) ? 0 : Math.max(0, at - nowMs)
}

async function statusError(answer: OutboundResponse, where: string): Promise<AllclearError> {
  // Registries explain themselves in `{"errors":[{"code","message"}]}`; anything else is not worth repeating.
  const body = await readBody(answer, 64 * 1024, where).catch(() => Buffer.alloc(0))
  const errors = z
    .object({ errors: z.array(z.object({ code: z.string(), message: z.string().optional() })).min(1) })
    .safeParse(parseOrNull(body))
  const said = errors.success ? ` (${errors.data.errors[0].code.slice(0, 60)})` : ''
  if (answer.status === 404)
    return new AllclearError('not-found', {
      message: `${where} is not there${said}.`,
      next: 'It may have been removed since; ask for another tag or digest.',
      where,
    })
  return new AllclearError('registry.refused', {
    message: `${where} is refused with ${answer.status}${said}.`,
    next: 'Sign in with `docker login` or `podman login`, or ask who runs the registry for access.',
    where,
  })
}

function refused(registry: string, repository: string, why: string): AllclearError {
  return new AllclearError('registry.refused', {
    message: `${registry} does not give ${repository}: ${why}.`,
    next: `Sign in with \`docker login ${registry}\` or \`podman login ${registry}\`.`,
    where: registry,
  })
}

function unreachable(where: string, why: string): AllclearError {
  return new AllclearError('registry.unreachable', {
    message: `${where} cannot be read: ${why}.`,
    next: 'Look at the name and the network; `allclear config show` lists mirrors.',
    where,
  })
}

function tooLong(where: string, sizeBytes: number): AllclearError {
  return new AllclearError('image.wrong-digest', {
    message: `${where} is longer than the ${sizeBytes} bytes that its manifest promises.`,
    next: 'The registry or somebody on the way is not to be trusted with it.',
    where,
  })
}

function parseOrNull(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return null
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message: string }
  return code ?? message
}
