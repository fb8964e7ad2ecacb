import { createHash, randomBytes } from 'node:crypto'
import type { Store } from '../../base/store/index.ts'
import type { ClusterDetail } from '../live-answers.ts'
import { createKeyPair, keyPairOf, type KeyPair } from './keys.ts'

export interface AgentRow {
  id: string
  cluster: string
  clusterNo: number
  publicKey: string
  nextPublicKey: string | null
  version: string
  revoked: boolean
}

const hubKeySetting = 'agent.hub-key'

/** The key by which agents know this hub; made on first use and kept in the store. */
export async function hubKey(store: Store): Promise<KeyPair> {
  const read = () =>
    store.prepare<{ value: string }>('select value from setting where key = ?').get(hubKeySetting)
  let row = await read()
  if (row === undefined) {
    const fresh = JSON.stringify(createKeyPair().privateKey)
    await store.transaction((transaction) =>
      transaction.insert('setting', ['key', 'value'], [[hubKeySetting, fresh]], { onConflict: 'ignore' }),
    )
    row = await read()
  }
  return keyPairOf(JSON.parse(row!.value) as string)
}

/** A one-time secret for a cluster; only its hash is kept. */
export async function createEnrolment(
  store: Store,
  { cluster, by, atMs, expiresAtMs }: { cluster: string; by: string; atMs: number; expiresAtMs: number },
): Promise<string> {
  const secret = randomBytes(32).toString('base64url')
  await store.transaction((transaction) =>
    transaction.insert(
      'agent_enrolment',
      ['hash', 'cluster', 'created_at', 'created_by', 'expires_at', 'used_at'],
      [[hashOf(secret), cluster, atMs, by, expiresAtMs, null]],
    ),
  )
  return secret
}

/** Spends the secret and knows the agent, both or neither. Null when the secret is not one of this cluster, spent or old. */
export async function enrolAgent(
  store: Store,
  {
    secret,
    cluster,
    clusterNo,
    publicKey,
    version,
    atMs,
  }: {
    secret: string
    cluster: string
    clusterNo: number
    publicKey: string
    version: string
    atMs: number
  },
): Promise<string | null> {
  return store.transaction(async (transaction) => {
    const spent = await transaction
      .prepare(
        'update agent_enrolment set used_at = ? where hash = ? and cluster = ? and used_at is null and expires_at > ?',
      )
      .run(atMs, hashOf(secret), cluster, atMs)
    if (spent === 0) return null
    const id = `agent-${randomBytes(6).toString('hex')}`
    // A cluster has one agent: the one that was enrolled last.
    await transaction
      .prepare('update agent set revoked_at = ? where cluster_no = ? and revoked_at is null')
      .run(atMs, clusterNo)
    await transaction.insert(
      'agent',
      [
        'id',
        'cluster_no',
        'public_key',
        'next_public_key',
        'version',
        'enrolled_at',
        'rotated_at',
        'last_seen_at',
        'revoked_at',
      ],
      [[id, clusterNo, publicKey, null, version, atMs, atMs, null, null]],
    )
    return id
  })
}

/** Whether the secret could be spent now; asked before a cluster is made for it. */
export async function isEnrolment(
  store: Store,
  secret: string,
  cluster: string,
  atMs: number,
): Promise<boolean> {
  const row = await store
    .prepare(
      'select 1 as one from agent_enrolment where hash = ? and cluster = ? and used_at is null and expires_at > ?',
    )
    .get(hashOf(secret), cluster, atMs)
  return row !== undefined
}

export async function findAgent(store: Store, id: string): Promise<AgentRow | null> {
  const row = await store
    .prepare<{
      id: string
      cluster: string
      cluster_no: number
      public_key: string
      next_public_key: string | null
      version: string
      revoked_at: number | null
    }>(
      `select a.id as id, c.name as cluster, a.cluster_no as cluster_no, public_key, next_public_key, version, revoked_at
       from agent a join cluster c on c.no = a.cluster_no where a.id = ?`,
    )
    .get(id)
  if (row === undefined) return null
  return {
    id: row.id,
    cluster: row.cluster,
    clusterNo: row.cluster_no,
    publicKey: row.public_key,
    nextPublicKey: row.next_public_key,
    version: row.version,
    revoked: row.revoked_at !== null,
  }
}

/** The agent of a cluster that is not revoked: the one that enrolled last. */
export async function agentOfCluster(store: Store, clusterNo: number): Promise<ClusterDetail['agent']> {
  const row = await store
    .prepare<{
      id: string
      version: string
      enrolled_at: number
      rotated_at: number
      last_seen_at: number | null
    }>(
      `select id, version, enrolled_at, rotated_at, last_seen_at from agent
       where cluster_no = ? and revoked_at is null order by enrolled_at desc limit 1`,
    )
    .get(clusterNo)
  if (row === undefined) return null
  return {
    id: row.id,
    version: row.version,
    enrolledAtMs: row.enrolled_at,
    keyAtMs: row.rotated_at,
    lastSeenAtMs: row.last_seen_at,
  }
}

/** The newest token of a cluster that can still be spent: that there is one, not which. */
export async function openEnrolment(
  store: Store,
  cluster: string,
  atMs: number,
): Promise<ClusterDetail['enrolment']> {
  const row = await store
    .prepare<{ created_at: number; created_by: string; expires_at: number }>(
      `select created_at, created_by, expires_at from agent_enrolment
       where cluster = ? and used_at is null and expires_at > ? order by created_at desc limit 1`,
    )
    .get(cluster, atMs)
  if (row === undefined) return null
  return { createdAtMs: row.created_at, createdBy: row.created_by, expiresAtMs: row.expires_at }
}

/** The agent was heard; with `promote` the key that it had announced is its key from now on. */
export async function noteAgent(
  store: Store,
  id: string,
  { version, promote, atMs }: { version: string; promote: boolean; atMs: number },
): Promise<void> {
  await store.transaction(async (transaction) => {
    await transaction
      .prepare('update agent set version = ?, last_seen_at = ? where id = ?')
      .run(version, atMs, id)
    if (promote)
      await transaction
        .prepare(
          'update agent set public_key = next_public_key, next_public_key = null, rotated_at = ? where id = ? and next_public_key is not null',
        )
        .run(atMs, id)
  })
}

export async function announceKey(store: Store, id: string, publicKey: string): Promise<void> {
  await store.transaction(async (transaction) => {
    await transaction.prepare('update agent set next_public_key = ? where id = ?').run(publicKey, id)
  })
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
