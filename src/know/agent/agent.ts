import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import type { KubeConnection, Surroundings } from '../../base/kube/index.ts'
import { AllclearError } from '../../base/errors.ts'
import { limit } from '../../base/limits.ts'
import { watchCluster } from '../fleet/live/index.ts'
import { createKeyPair, freshNonce, keyPairOf, sign, verify, type KeyPair } from './keys.ts'
import { Outbox, type Batch } from './outbox.ts'
import {
  deltasAnswer,
  digestOf,
  enrolAnswer,
  protocolVersion,
  rotateAnswer,
  sessionAnswer,
  signedText,
} from './protocol.ts'

/** One POST under `/api/v1/agent/`. Throws when nothing answers; a refusal is an answer. */
export type Post = (
  path: string,
  body: string,
  headers: Record<string, string>,
  signal: AbortSignal,
) => Promise<{ status: number; body: string }>

export interface AgentOptions {
  post: Post
  /** Where the agent keeps its key: it survives a restart there. */
  stateDirectory: string
  cluster: string
  version: string
  /** One-time token of `allclear cluster enrol`; needed the first time. */
  token: string | null
  connection: KubeConnection
  secretMetadata: boolean
  surroundings: Surroundings
  signal: AbortSignal
  /** How old a key may become. */
  rotateAfterMs: number
  say(message: string): void
}

/** What is kept in the state directory. */
interface Identity {
  agentId: string
  hubPublicKey: string
  key: KeyPair
  keyMadeAtMs: number
  /** Announced, and perhaps not known to the hub yet. */
  nextKey: KeyPair | null
}

/** A hub that answers something else than what was asked, or is another one: nothing is told to it. */
class NotOurHub extends Error {
  override readonly name = 'NotOurHub'
}

/** The hub refuses for a reason that trying again does not change. */
class Refused extends Error {
  override readonly name = 'Refused'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * The agent: watches its own cluster and tells the hub, until the signal ends it. It only dials out. When the hub cannot
 * be reached it goes on watching; what happens meanwhile waits in bounded memory.
 */
export async function runAgent(options: AgentOptions): Promise<void> {
  const { connection, surroundings, signal, secretMetadata, say } = options
  let identity = (await readIdentity(options.stateDirectory)) ?? (await enrol(options))
  const outbox = new Outbox()
  const watching = watchCluster({
    connection,
    sink: outbox,
    surroundings,
    signal,
    secretMetadata,
    onProbe: ({ version, reason }) => outbox.probed(version, reason),
  })
  const epoch = freshNonce()
  let failures = 0
  let told = ''
  while (!signal.aborted) {
    try {
      const session = await openSession(options, identity, epoch, outbox)
      if (told !== '') say('The hub answers again.')
      told = ''
      failures = 0
      identity = await talk(options, session, outbox)
    } catch (error) {
      if (signal.aborted) break
      if (error instanceof Refused && error.code === 'agent.refused') throw asRefusal(error, options.cluster)
      const reason = reasonOf(error)
      if (reason !== told) say(`The hub cannot be told: ${reason}. Trying again.`)
      told = reason
      const ms = Math.min(limit('kubeBackoffMs'), 250 * 2 ** Math.min(failures++, 20))
      await surroundings.wait(ms * (0.5 + surroundings.random() / 2), signal)
    }
  }
  await watching
}

interface OpenSession {
  id: string
  identity: Identity
}

async function openSession(
  options: AgentOptions,
  identity: Identity,
  epoch: string,
  outbox: Outbox,
): Promise<OpenSession> {
  // After a crash within a rotation either key may be the one that the hub knows.
  const keys = identity.nextKey === null ? [identity.key] : [identity.nextKey, identity.key]
  for (const [at, key] of keys.entries()) {
    const nonce = freshNonce()
    const { agentId, hubPublicKey } = identity
    const text = signedText('session', agentId, epoch, nonce, options.version)
    try {
      const answer = await ask(options, sessionAnswer, 'session', {
        agentId,
        epoch,
        nonce,
        version: options.version,
        protocol: protocolVersion,
        signature: sign(key, text),
      })
      const { session, position, version, signature } = answer
      if (!verify(hubPublicKey, signedText('opened', nonce, session, position ?? 'anew', version), signature))
        throw new NotOurHub('another hub answers under this address')
      if (position === null) outbox.tellEverything()
      else outbox.acknowledge(position)
      if (key === identity.nextKey)
        identity = await writeIdentity(options.stateDirectory, {
          ...identity,
          key,
          keyMadeAtMs: options.surroundings.clock.nowMs(),
          nextKey: null,
        })
      return { id: session, identity }
    } catch (error) {
      if (!(error instanceof Refused) || at === keys.length - 1) throw error
    }
  }
  throw new Error('there is no key')
}

/** Tells batch after batch; returns, to open a new session, when the key has been rotated. */
async function talk(options: AgentOptions, { id, identity }: OpenSession, outbox: Outbox): Promise<Identity> {
  const { surroundings, signal, rotateAfterMs } = options
  for (;;) {
    if (signal.aborted) return identity
    if (surroundings.clock.nowMs() - identity.keyMadeAtMs > rotateAfterMs)
      return rotate(options, id, identity)
    const batch = outbox.take()
    if (batch !== null) await tell(options, id, identity, outbox, batch)
    else await somethingToTell(outbox, options)
  }
}

async function tell(
  options: AgentOptions,
  session: string,
  { key, hubPublicKey }: Identity,
  outbox: Outbox,
  { from, frames }: Batch,
): Promise<void> {
  const body = JSON.stringify({ session, from, frames })
  const digest = digestOf(body)
  const answer = await ask(options, deltasAnswer, 'deltas', body, {
    'allclear-signature': sign(key, signedText('deltas', session, from, digest)),
  })
  const { position, signature } = answer
  if (!verify(hubPublicKey, signedText('acknowledged', session, position, digest), signature))
    throw new NotOurHub('an acknowledgement is not signed by our hub')
  outbox.acknowledge(position)
}

async function somethingToTell(outbox: Outbox, { surroundings, signal }: AgentOptions): Promise<void> {
  const woken = new AbortController()
  outbox.onDirty = () => woken.abort()
  if (!outbox.hasFrames)
    await surroundings.wait(limit('kubeProbeMs'), AbortSignal.any([signal, woken.signal]))
  outbox.onDirty = () => {}
  // What comes within a moment goes together.
  await surroundings.wait(limit('liveFlushMs'), signal)
}

/** Written before it is announced: after a crash at any point the agent holds a key that the hub knows. */
async function rotate(options: AgentOptions, session: string, identity: Identity): Promise<Identity> {
  const nextKey = createKeyPair()
  const prepared = await writeIdentity(options.stateDirectory, { ...identity, nextKey })
  const text = signedText('rotate', session, nextKey.publicKey)
  const { signature } = await ask(options, rotateAnswer, 'rotate', {
    session,
    publicKey: nextKey.publicKey,
    signature: sign(identity.key, text),
    proof: sign(nextKey, text),
  })
  if (!verify(identity.hubPublicKey, signedText('rotated', session, nextKey.publicKey), signature))
    throw new NotOurHub('the rotation is not signed by our hub')
  return prepared
}

async function enrol(options: AgentOptions): Promise<Identity> {
  const { token, cluster, version, stateDirectory, surroundings, signal, say } = options
  const parts = /^ae_([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})$/.exec(token?.trim() ?? '')
  if (parts === null) {
    throw new AllclearError('agent.refused', {
      message:
        token === null
          ? 'This agent was never enrolled, and no token is given.'
          : 'This is not an enrolment token.',
      next: `Make one on the hub with \`allclear cluster enrol ${cluster}\`, and name its file with --token-file.`,
    })
  }
  const [, secret, hubPublicKey] = parts
  const key = createKeyPair()
  for (let failures = 0; ; failures++) {
    const nonce = freshNonce()
    try {
      const { agentId, signature } = await ask(options, enrolAnswer, 'enrol', {
        secret,
        cluster,
        publicKey: key.publicKey,
        nonce,
        version,
        signature: sign(key, signedText('enrol', digestOf(secret), cluster, key.publicKey, nonce)),
      })
      if (!verify(hubPublicKey, signedText('enrolled', nonce, agentId, key.publicKey), signature))
        throw new NotOurHub('it is not the hub that made the token')
      say(`Enrolled as ${agentId} for ${cluster}.`)
      return await writeIdentity(stateDirectory, {
        agentId,
        hubPublicKey,
        key,
        keyMadeAtMs: surroundings.clock.nowMs(),
        nextKey: null,
      })
    } catch (error) {
      if (error instanceof Refused) throw asRefusal(error, cluster)
      if (error instanceof NotOurHub || signal.aborted) throw error
      if (failures === 0) say(`The hub cannot be reached: ${reasonOf(error)}. Trying again.`)
      await surroundings.wait(Math.min(limit('kubeBackoffMs'), 250 * 2 ** Math.min(failures, 20)), signal)
    }
  }
}

async function ask<Schema extends z.ZodType>(
  { post, signal }: AgentOptions,
  schema: Schema,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<z.infer<Schema>> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const own = AbortSignal.any([signal, AbortSignal.timeout(limit('kubeRequestMs'))])
  const answer = await post(path, text, headers, own)
  let parsed: unknown
  try {
    parsed = JSON.parse(answer.body)
  } catch {
    throw new Error(`${answer.status} without JSON`)
  }
  if (answer.status < 200 || answer.status > 299) {
    const { code, message } = (parsed as { error?: { code?: string; message?: string } }).error ?? {}
    const said = `${answer.status} ${message ?? ''}`.trim()
    if (code === 'agent.refused') throw new Refused(code, message ?? said)
    throw new Error(said)
  }
  return schema.parse(parsed)
}

const identityFile = 'agent.json'

async function readIdentity(directory: string): Promise<Identity | null> {
  let text: string
  try {
    text = await readFile(join(directory, identityFile), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  const kept = JSON.parse(text) as {
    agentId: string
    hubPublicKey: string
    key: string
    keyMadeAtMs: number
    nextKey: string | null
  }
  return {
    ...kept,
    key: keyPairOf(kept.key),
    nextKey: kept.nextKey === null ? null : keyPairOf(kept.nextKey),
  }
}

/** Whole or not at all, and on the disk before anybody relies on it. */
async function writeIdentity(directory: string, identity: Identity): Promise<Identity> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const fresh = join(directory, `${identityFile}.new`)
  await rm(fresh, { force: true })
  const file = await open(fresh, 'wx', 0o600)
  try {
    await file.writeFile(
      JSON.stringify({
        ...identity,
        key: identity.key.privateKey,
        nextKey: identity.nextKey?.privateKey ?? null,
      }),
    )
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(fresh, join(directory, identityFile))
  return identity
}

function asRefusal(error: Refused, cluster: string): AllclearError {
  return new AllclearError('agent.refused', {
    message: error.message,
    next: `Enrol it again: allclear cluster enrol ${cluster} on the hub, a new token here, and an empty state directory.`,
    cause: error,
  })
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error
  const code = (cause as { code?: string } | undefined)?.code
  return code ?? message ?? String(error)
}
