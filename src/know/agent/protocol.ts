import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { KubeObject, KubeProblem, ResourceStatus } from '../../base/kube/index.ts'

/**
 * How an agent and its hub speak. The agent dials out; every message is a POST under `/api/v1/agent/`.
 *
 *     enrol     one-time secret, the agent's public key   →  agent id, signed by the hub
 *     session   agent id, nonce, versions, epoch          →  session, position, signed by the hub
 *     deltas    session, first sequence number, frames    →  position, signed by the hub
 *     rotate    session, new public key, proof            →  signed by the hub
 *
 * Both sides hold an Ed25519 key (RFC 8032). The hub's public key is part of the enrolment token, so the agent knows its
 * hub before the first word, whatever stands between them; the hub learns the agent's key while the token is spent.
 * Every message is signed over its purpose and what makes it fresh: a nonce of the other side, or the session, which is
 * random for each connection, with the position. A clock is part of nothing.
 *
 * An *epoch* is one run of the agent. Frames are numbered within it; the hub keeps the last number that it applied as
 * the *position*. After a cut the agent goes on behind that: what arrived twice is passed over, and nothing is left out.
 * When the hub does not know the epoch (either side was restarted), the agent tells everything anew.
 */
export const protocolVersion = 1

/** What an agent tells, in the order in which it happened. */
export type Frame =
  | { k: 'replacing'; r: string }
  | { k: 'put'; r: string; o: KubeObject }
  | { k: 'remove'; r: string; key: string; uid: string }
  | { k: 'replaced'; r: string }
  | { k: 'status'; r: string; s: ResourceStatus }
  | { k: 'problem'; p: KubeProblem }
  | { k: 'probe'; version: string | null; reason: string | null }
  /** The buffer was full: so many frames were given up, and these resources follow whole. */
  | { k: 'dropped'; resources: string[]; frames: number }

export type SignedPurpose =
  | 'enrol'
  | 'enrolled'
  | 'session'
  | 'opened'
  | 'deltas'
  | 'acknowledged'
  | 'rotate'
  | 'rotated'

/** The bytes that are signed: the purpose and its parts, each on a line of its own, which none of them can contain. */
export function signedText(purpose: SignedPurpose, ...parts: (string | number)[]): Buffer {
  return Buffer.from(
    ['allclear-agent-1', purpose, ...parts.map((part) => JSON.stringify(String(part)))].join('\n'),
  )
}

export function digestOf(body: string): string {
  return createHash('sha256').update(body).digest('base64url')
}

/** The same major version, and minor versions one apart: so that hub and agents can be updated in any order. */
export function areCompatible(hub: string, agent: string): boolean {
  const parse = (version: string) => /^(\d+)\.(\d+)\./.exec(version)
  const [own, other] = [parse(hub), parse(agent)]
  if (own === null || other === null) return false
  return own[1] === other[1] && Math.abs(Number(own[2]) - Number(other[2])) <= 1
}

const text = (max: number) => z.string().max(max)
const key = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
const signature = z.string().regex(/^[A-Za-z0-9_-]{86}$/)
const nonce = z.string().regex(/^[A-Za-z0-9_-]{22,64}$/)

export const enrolRequest = z.object({
  secret: text(100),
  cluster: text(253),
  publicKey: key,
  nonce,
  version: text(100),
  signature,
})
export const enrolAnswer = z.object({ agentId: text(100), signature })

export const sessionRequest = z.object({
  agentId: text(100),
  epoch: nonce,
  nonce,
  version: text(100),
  protocol: z.number().int(),
  signature,
})
export const sessionAnswer = z.object({
  session: nonce,
  /** Sequence number of the last frame that was applied; null: tell everything anew. */
  position: z.number().int().min(0).nullable(),
  version: text(100),
  signature,
})

export const rotateRequest = z.object({
  session: nonce,
  publicKey: key,
  /** By the key in use. */
  signature,
  /** By the new key: whoever asks holds it. */
  proof: signature,
})
export const rotateAnswer = z.object({ signature })

const labels = z.record(z.string(), z.string())
const owner = z.object({ kind: text(253), name: text(253) }).nullable()
const container = z.object({
  name: text(253),
  kind: z.enum(['main', 'init', 'ephemeral']),
  reference: text(4096),
  digest: text(200).nullable(),
})
const bodies: Readonly<Record<string, z.ZodType>> = {
  pods: z.object({
    node: text(253).nullable(),
    phase: text(100),
    startedAtMs: z.number().nullable(),
    serviceAccount: text(253).nullable(),
    hostNetwork: z.boolean(),
    addresses: z.array(text(64)).max(16),
    labels,
    owner,
    containers: z.array(container).max(10_000),
  }),
  nodes: z.object({ labels, osImage: text(500).nullable(), kubeletVersion: text(100).nullable() }),
  namespaces: z.object({ labels, annotations: labels }),
}
const workloadBody = z.object({
  record: z.object({
    namespace: text(253),
    kind: text(253),
    name: text(253),
    labels,
    annotations: labels,
    serviceAccount: text(253).nullable(),
    replicas: z.number().nullable(),
    containers: z.array(container).max(10_000),
    owner: z.null(),
  }),
  owner,
})

/** Bodies of the fleet are read strictly: an agent is believed no more than its cluster. Others are kept as they are. */
export function bodyOf(resource: string, body: unknown): z.ZodSafeParseResult<unknown> {
  const schema = bodies[resource] ?? (/\.(?:apps|batch)$/.test(resource) ? workloadBody : z.unknown())
  return schema.safeParse(body)
}

const status = z.object({
  state: z.enum(['starting', 'listing', 'watching', 'waiting', 'refused', 'not-served', 'stopped']),
  reason: text(500).nullable(),
  objects: z.number(),
  syncedAtMs: z.number().nullable(),
  heardAtMs: z.number().nullable(),
  lists: z.number(),
  watches: z.number(),
  problems: z.number(),
})
const resource = text(253)
const frame = z.discriminatedUnion('k', [
  z.object({ k: z.literal('replacing'), r: resource }),
  z.object({
    k: z.literal('put'),
    r: resource,
    o: z.object({
      namespace: text(253),
      name: z.string().min(1).max(253),
      uid: z.string().min(1).max(253),
      resourceVersion: text(100),
      body: z.unknown(),
    }),
  }),
  z.object({ k: z.literal('remove'), r: resource, key: text(510), uid: text(253) }),
  z.object({ k: z.literal('replaced'), r: resource }),
  z.object({ k: z.literal('status'), r: resource, s: status }),
  z.object({
    k: z.literal('problem'),
    p: z.object({ resource, object: text(510).nullable(), reason: text(500) }),
  }),
  z.object({ k: z.literal('probe'), version: text(100).nullable(), reason: text(500).nullable() }),
  z.object({ k: z.literal('dropped'), resources: z.array(resource).max(100), frames: z.number() }),
])

export const deltasRequest = z.object({
  session: nonce,
  /** Sequence number of the first frame. */
  from: z.number().int().min(1),
  frames: z.array(frame).max(100_000),
})
export const deltasAnswer = z.object({ position: z.number().int().min(0), signature })

export type SessionAnswer = z.infer<typeof sessionAnswer>
