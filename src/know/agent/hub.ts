import { AllclearError } from '../../base/errors.ts'
import type { Clock } from '../../base/clock.ts'
import type { Store } from '../../base/store/index.ts'
import type { z } from 'zod'
import {
  announceKey,
  createEnrolment,
  enrolAgent,
  findAgent,
  hubKey,
  isEnrolment,
  noteAgent,
  type AgentRow,
} from './agents.store.ts'
import { freshNonce, sign, verify, type KeyPair } from './keys.ts'
import {
  areCompatible,
  bodyOf,
  deltasRequest,
  digestOf,
  protocolVersion,
  signedText,
  type deltasAnswer,
  type enrolAnswer,
  type enrolRequest,
  type Frame,
  type rotateAnswer,
  type rotateRequest,
  type sessionAnswer,
  type sessionRequest,
} from './protocol.ts'

/** Where the hub puts what an agent tells. */
export interface AgentCluster {
  /** Applies one frame. */
  apply(frame: Frame): void
}

export interface AgentHubOptions {
  store: Store
  clock: Clock
  version: string
  /** The number of the cluster of an agent; the cluster is made when it is new. */
  clusterNumber(cluster: string): Promise<number>
  /** The cluster is told from now on by this agent, from nothing when `anew`. */
  open(agent: AgentRow, anew: boolean): Promise<AgentCluster>
}

/** Sessions of one agent at a time: a second one ends the first. */
interface Session {
  id: string
  agent: AgentRow
  /** The key that opened it. */
  publicKey: string
  epoch: string
  /** Sequence number of the last frame that was applied. */
  position: number
  cluster: AgentCluster
}

/**
 * The hub's side of the protocol. Positions are kept in memory beside the cluster that they speak of: when the process
 * ends both are gone, and the agent tells everything anew.
 */
export class AgentHub {
  readonly #options: AgentHubOptions
  readonly #sessions = new Map<string, Session>()
  readonly #sessionOf = new Map<string, Session>()
  #key: Promise<KeyPair> | null = null

  constructor(options: AgentHubOptions) {
    this.#options = options
  }

  /** A token for `allclear agent`: the secret, and the key by which the agent will know this hub. */
  async invite({
    cluster,
    by,
    expiresAtMs,
  }: {
    cluster: string
    by: string
    expiresAtMs: number
  }): Promise<string> {
    const { store, clock } = this.#options
    const secret = await createEnrolment(store, { cluster, by, atMs: clock.nowMs(), expiresAtMs })
    return `ae_${secret}.${(await this.#hubKey()).publicKey}`
  }

  async enrol(request: z.infer<typeof enrolRequest>): Promise<z.infer<typeof enrolAnswer>> {
    const { secret, cluster, publicKey, nonce, version, signature } = request
    const { store, clock } = this.#options
    this.#checkVersion(version)
    if (!verify(publicKey, signedText('enrol', digestOf(secret), cluster, publicKey, nonce), signature))
      throw refused('The agent does not hold the key that it shows.')
    // Nobody makes a cluster with a secret that is none.
    if (!(await isEnrolment(store, secret, cluster, clock.nowMs()))) throw spent(cluster)
    const clusterNo = await this.#options.clusterNumber(cluster)
    const agentId = await enrolAgent(store, {
      secret,
      cluster,
      clusterNo,
      publicKey,
      version,
      atMs: clock.nowMs(),
    })
    if (agentId === null) throw spent(cluster)
    const proof = signedText('enrolled', nonce, agentId, publicKey)
    return { agentId, signature: sign(await this.#hubKey(), proof) }
  }

  async openSession(request: z.infer<typeof sessionRequest>): Promise<z.infer<typeof sessionAnswer>> {
    const { agentId, epoch, nonce, version, protocol, signature } = request
    const { store, clock } = this.#options
    const agent = await findAgent(store, agentId)
    if (agent === null || agent.revoked)
      throw refused('This agent is not known here, or another has taken its place.')
    const text = signedText('session', agentId, epoch, nonce, version)
    const publicKey = [agent.publicKey, agent.nextPublicKey].find(
      (key): key is string => key !== null && verify(key, text, signature),
    )
    if (publicKey === undefined) throw refused('The signature of the agent does not fit its key.')
    if (protocol !== protocolVersion)
      throw refused(`The agent speaks protocol ${protocol}; this hub speaks ${protocolVersion}.`)
    this.#checkVersion(version)
    const before = this.#sessionOf.get(agentId)
    const goesOn = before !== undefined && before.epoch === epoch
    await noteAgent(store, agentId, {
      version,
      promote: publicKey === agent.nextPublicKey,
      atMs: clock.nowMs(),
    })
    const session: Session = {
      id: freshNonce(),
      agent,
      publicKey,
      epoch,
      position: goesOn ? before.position : 0,
      cluster: await this.#options.open(agent, !goesOn),
    }
    if (before !== undefined) this.#sessions.delete(before.id)
    this.#sessions.set(session.id, session)
    this.#sessionOf.set(agentId, session)
    const position = goesOn ? session.position : null
    return {
      session: session.id,
      position,
      version: this.#options.version,
      signature: sign(
        await this.#hubKey(),
        signedText('opened', nonce, session.id, position ?? 'anew', this.#options.version),
      ),
    }
  }

  /** Applies the frames of a body that the agent signed, each once. Throws `conflict` when some are missing before them. */
  async applyDeltas(body: string, signature: string): Promise<z.infer<typeof deltasAnswer>> {
    const parsed = deltasRequest.safeParse(JSON.parse(body))
    if (!parsed.success) {
      throw new AllclearError('usage', {
        message: `The frames do not fit: ${parsed.error.issues[0]?.message ?? 'unknown reason'}.`,
        next: 'Update the agent, or the hub.',
        where: parsed.error.issues[0]?.path.join('.'),
      })
    }
    const { session: id, from, frames } = parsed.data
    const session = this.#session(id)
    const digest = digestOf(body)
    if (!verify(session.publicKey, signedText('deltas', id, from, digest), signature))
      throw refused('The signature of the frames does not fit.')
    if (from > session.position + 1) {
      throw new AllclearError('conflict', {
        message: `Frames from ${session.position + 1} to ${from - 1} are missing.`,
        next: 'Open a new session.',
      })
    }
    for (const [at, frame] of frames.entries()) {
      if (from + at <= session.position) continue
      session.position = from + at
      session.cluster.apply(believed(frame as Frame))
    }
    return {
      position: session.position,
      signature: sign(await this.#hubKey(), signedText('acknowledged', id, session.position, digest)),
    }
  }

  /** The agent announces its next key; it counts from the first session that is opened with it. */
  async rotate(request: z.infer<typeof rotateRequest>): Promise<z.infer<typeof rotateAnswer>> {
    const { session: id, publicKey, signature, proof } = request
    const session = this.#session(id)
    const text = signedText('rotate', id, publicKey)
    if (!verify(session.publicKey, text, signature) || !verify(publicKey, text, proof))
      throw refused('The new key is not proven.')
    await announceKey(this.#options.store, session.agent.id, publicKey)
    return { signature: sign(await this.#hubKey(), signedText('rotated', id, publicKey)) }
  }

  /** Ends the sessions of a cluster that was removed. */
  forget(cluster: string): void {
    for (const [id, session] of this.#sessions) {
      if (session.agent.cluster !== cluster) continue
      this.#sessions.delete(id)
      this.#sessionOf.delete(session.agent.id)
    }
  }

  #session(id: string): Session {
    const session = this.#sessions.get(id)
    if (session !== undefined) return session
    throw new AllclearError('conflict', {
      message: 'The session is not known here; the hub may have been restarted.',
      next: 'Open a new session.',
    })
  }

  #checkVersion(version: string): void {
    const own = this.#options.version
    if (areCompatible(own, version)) return
    throw refused(
      `The agent is version ${version.slice(0, 50)}, this hub ${own}: at most one minor apart works.`,
    )
  }

  #hubKey(): Promise<KeyPair> {
    this.#key ??= hubKey(this.#options.store)
    return this.#key
  }
}

/** A body that does not fit its resource is told as a problem; the frame keeps its number. */
function believed(frame: Frame): Frame {
  if (frame.k !== 'put') return frame
  const body = bodyOf(frame.r, frame.o.body)
  if (body.success) return { ...frame, o: { ...frame.o, body: body.data } }
  const object = frame.o.namespace === '' ? frame.o.name : `${frame.o.namespace}/${frame.o.name}`
  return {
    k: 'problem',
    p: { resource: frame.r, object, reason: body.error.issues[0]?.message ?? 'its body does not fit' },
  }
}

function refused(message: string): AllclearError {
  return new AllclearError('agent.refused', {
    message,
    next: 'Enrol it again with `allclear cluster enrol NAME`, or update the older side.',
  })
}

function spent(cluster: string): AllclearError {
  return new AllclearError('agent.refused', {
    message: `The enrolment token is not for ${cluster}, was used before, or has expired.`,
    next: `Make a new one: allclear cluster enrol ${cluster}.`,
  })
}
