import {
  openConnection,
  reviewAccess,
  systemSurroundings,
  failureOfError,
  type AccessQuestion,
  type KubeAccess,
  type KubeConnection,
  type Surroundings,
} from '../base/kube/index.ts'
import { AllclearError } from '../base/errors.ts'
import { limit } from '../base/limits.ts'
import { openLog, type Log } from '../base/log.ts'
import type { ClusterWatch } from './answers.ts'
import type { ClusterDetail, ClusterDoctor, ClusterDoctorRow, ClusterResource } from './live-answers.ts'
import { AgentHub, agentOfCluster, openEnrolment, type AgentCluster, type Frame } from './agent/index.ts'
import { program } from '../base/program.ts'
import { historyMs, type Context } from './context.ts'
import {
  accessOf,
  clusterNumber,
  findConnection,
  fleetRevision,
  goesOnFrom,
  listConnections,
  LiveCluster,
  loadCheckpoint,
  neededResources,
  probe,
  removeCluster,
  saveCheckpoint,
  saveConnection,
  saveStates,
  watchCluster,
  watchedResources,
  type ClusterState,
  type ConnectionRow,
} from './fleet/live/index.ts'
import { checkClusterName, compactHistory, type FleetDelta } from './fleet/index.ts'
import { recordChanges } from './overview.store.ts'
import { WatchLeases } from './watch-leases.ts'

export interface AddCluster {
  name: string
  access: KubeAccess
  secretMetadata: boolean
  by: string
}

/** Where each resource of a cluster is watched from. */
type Resume = Map<string, { resourceVersion: string; syncedAtMs: number; objects: number }>

interface Watched {
  cluster: LiveCluster
  stop: AbortController
  ended: Promise<void>
}

/**
 * The live clusters of the fleet. In a server they are watched until it stops; in a command that is alone with its data
 * a cluster is read once. Agents bring their clusters themselves (`agents.ts`) and share everything but the watching.
 */
export class LiveClusters {
  readonly #context: Context
  readonly #surroundings: Surroundings
  readonly #log: Log
  readonly #retentionMs: number
  #compactedAtMs = -Infinity
  #checkpointAtMs = -Infinity
  readonly #watched = new Map<string, Watched>()
  readonly #stopped = new AbortController()
  #started = false
  #ticking: Promise<void> | null = null
  #sharing: Promise<void> | null = null
  #agents: AgentHub | null = null
  readonly #leases: WatchLeases
  /** Clusters that another process watches. */
  readonly #elsewhere = new Set<string>()
  #followed = { revision: '', againAtMs: 0 }

  constructor(context: Context, { retentionMs = historyMs }: { retentionMs?: number } = {}) {
    this.#context = context
    this.#surroundings = systemSurroundings(context.clock)
    this.#retentionMs = retentionMs
    this.#log = openLog({ level: 'warn' })
    this.#leases = new WatchLeases(context.store, context.clock)
  }

  /** Watches every cluster that was added, now and from now on. */
  async start(): Promise<void> {
    if (this.#started) return
    this.#started = true
    // Changes go into the index as they come; without one each would be read from the store later.
    await this.#context.index()
    await this.#share()
    if (this.#leases.areNeeded) this.#sharing = this.#keepSharing()
    this.#ticking ??= this.#tick()
  }

  /** Watches the clusters whose lease this process has or can get, and no others. */
  async #share(): Promise<void> {
    const rows = (await listConnections(this.#context.store)).filter(({ kind }) => kind !== 'agent')
    for (const row of rows) {
      const watched = this.#watched.has(row.cluster)
      if (!(await this.#leases.hold(row.clusterNo))) {
        this.#elsewhere.add(row.cluster)
        if (watched) await this.#unwatch(row.cluster, { keep: false })
        continue
      }
      // What the index follows are changes to the state that the one before left in the store.
      if (this.#elsewhere.delete(row.cluster)) await this.#context.rebuild()
      if (!watched) await this.#watch(row)
    }
    if (this.#elsewhere.size > 0) await this.#follow(rows)
  }

  async #keepSharing(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      await this.#surroundings.wait(limit('watchLeaseMs') / 3, this.#stopped.signal)
      if (this.#stopped.signal.aborted) return
      try {
        await this.#share()
      } catch (error) {
        this.#log.warn('Leases of clusters could not be renewed; they will be tried again.', {
          reason: String(error),
        })
      }
    }
  }

  /**
   * Brings the index up to what other processes wrote. It is built anew, since nobody tells this process what changed;
   * a large one less often, so that nine tenths of the time are left for answers.
   */
  async #follow(rows: readonly ConnectionRow[]): Promise<void> {
    const { store, clock } = this.#context
    const revision = await fleetRevision(store)
    const startedMs = clock.nowMs()
    if (revision !== this.#followed.revision && startedMs >= this.#followed.againAtMs) {
      await this.#context.rebuild()
      this.#followed = { revision, againAtMs: startedMs + 10 * (clock.nowMs() - startedMs) }
    }
    await this.#context.change(async (index) => {
      for (const { cluster, clusterNo, state } of rows)
        if (index && this.#elsewhere.has(cluster) && state && state.seenAtMs !== null)
          index.clusterLastSeenMs[clusterNo] = state.seenAtMs
    })
  }

  async add({ name, access, secretMetadata, by }: AddCluster): Promise<ClusterDetail> {
    checkClusterName(name)
    const { store, clock } = this.#context
    if ((await findConnection(store, name)) !== null) {
      throw new AllclearError('conflict', {
        message: `There is a live cluster ${name} already.`,
        next: `Choose another name with --name, or remove it first: allclear cluster remove ${name}.`,
      })
    }
    const connection = await openConnection(access)
    const found = await probe(connection, this.#surroundings, this.#stopped.signal)
    if (found.version === null) {
      connection.close()
      throw new AllclearError('kube.unreachable', {
        message: `${connection.server} does not answer: ${found.reason}.`,
        next: 'Check the context with `kubectl --context … version`; nothing was stored.',
        where: connection.server,
      })
    }
    const clusterNo = await clusterNumber(store, name, clock.nowMs())
    await saveConnection(store, clusterNo, access, {
      server: connection.server,
      secretMetadata,
      atMs: clock.nowMs(),
      by,
    })
    await this.#note('cluster.added', name, `${name}: added by ${by}, ${connection.server}`)
    await this.#showUnseen(clusterNo, name)
    const row = (await findConnection(store, name))!
    if (this.#started) {
      connection.close()
      await this.#leases.hold(row.clusterNo)
      const { cluster } = await this.#watch(row)
      await this.#firstAnswer(cluster)
    } else await this.#readOnce(row, connection)
    return this.show(name)
  }

  async remove(name: string, by: string): Promise<void> {
    const { store, clock } = this.#context
    const row = await this.#find(name)
    await this.#unwatch(name)
    this.#agents?.forget(name)
    await this.#context.change(async (index) => {
      const delta = await removeCluster(store, row, clock.nowMs())
      index?.applyFleet(delta)
      await this.#context.touched(delta, null)
    })
    await this.#note('cluster.removed', name, `${name}: removed by ${by}`)
  }

  async show(name: string): Promise<ClusterDetail> {
    const row = await this.#find(name)
    const { store, clock } = this.#context
    const agent = row.kind === 'agent' ? await agentOfCluster(store, row.clusterNo) : null
    const enrolment = await openEnrolment(store, name, clock.nowMs())
    return { ...detailOf(row, this.#stateOf(row)), agent, enrolment }
  }

  /** How every live cluster is watched, by name. */
  async watches(): Promise<Map<string, ClusterWatch>> {
    const rows = await listConnections(this.#context.store)
    return new Map(rows.map((row) => [row.cluster, watchOf(row, this.#stateOf(row))]))
  }

  /** As it is now, or as it was when somebody last watched. */
  #stateOf(row: ConnectionRow): ClusterState {
    const watched = this.#watched.get(row.cluster)
    if (watched !== undefined) return watched.cluster.state()
    if (this.#elsewhere.has(row.cluster) && row.state)
      return { ...row.state, reason: row.state.reason ?? 'another process on this database watches it' }
    return {
      ...(row.state ?? {
        serverVersion: null,
        seenAtMs: null,
        resources: {},
        problems: [],
        problemsTotal: 0,
      }),
      sight: 'unwatched',
      reason:
        row.kind === 'agent' ? 'its agent is not connected' : 'no server watches it; `allclear up` does',
    }
  }

  /** What these credentials may not do, and what will therefore be unknown. */
  async doctor(name: string): Promise<ClusterDoctor> {
    const row = await this.#find(name)
    const access = await accessOf(this.#context.store, row)
    if (access === null) {
      const { state, ...detail } = await this.show(name)
      return doctorOfStatuses(name, detail.server ?? '', state)
    }
    const connection = await openConnection(access)
    try {
      return await examine(name, connection, row.secretMetadata, this.#surroundings, this.#stopped.signal)
    } finally {
      connection.close()
    }
  }

  /** The hub's side of agents: who they are, and what they tell. */
  get agents(): AgentHub {
    this.#agents ??= new AgentHub({
      store: this.#context.store,
      clock: this.#context.clock,
      version: program.version,
      clusterNumber: (name) => this.#agentCluster(name),
      open: (agent, anew) => this.#openForAgent(agent.cluster, anew),
    })
    return this.#agents
  }

  /** A one-time token for the agent of a cluster, which may be new. */
  async enrol(name: string, by: string, expiresAtMs: number): Promise<string> {
    checkClusterName(name)
    const row = await findConnection(this.#context.store, name)
    if (row !== null && row.kind !== 'agent') {
      throw new AllclearError('conflict', {
        message: `${name} is watched through a kubeconfig.`,
        next: `Remove it first, so that only one tells of it: allclear cluster remove ${name}.`,
      })
    }
    return this.agents.invite({ cluster: name, by, expiresAtMs })
  }

  /** The cluster of an agent that enrols, known from then on. */
  async #agentCluster(name: string): Promise<number> {
    const { store, clock } = this.#context
    const clusterNo = await clusterNumber(store, name, clock.nowMs())
    if ((await findConnection(store, name)) === null) {
      await saveConnection(
        store,
        clusterNo,
        { kind: 'agent' },
        {
          server: null,
          secretMetadata: false,
          atMs: clock.nowMs(),
          by: 'its agent',
        },
      )
      await this.#showUnseen(clusterNo, name)
      await this.#note('cluster.added', name, `${name}: its agent enrolled`)
    }
    return clusterNo
  }

  async #openForAgent(name: string, anew: boolean): Promise<AgentCluster> {
    // What the last one told is in the store; the new one begins with complete lists and ends what it does not name.
    if (anew) await this.#unwatch(name)
    let watched = this.#watched.get(name)
    if (watched === undefined) {
      const cluster = this.#cluster(name)
      await cluster.open()
      watched = { cluster, stop: new AbortController(), ended: Promise.resolve() }
      this.#watched.set(name, watched)
      this.#ticking ??= this.#tick()
    }
    const { cluster } = watched
    return { apply: (frame) => applyFrame(cluster, frame, this.#context.clock.nowMs()) }
  }

  async close(): Promise<void> {
    this.#stopped.abort()
    await Promise.all([this.#ticking, this.#sharing])
    await this.#saveStates()
    for (const name of [...this.#watched.keys()]) {
      const { cluster } = this.#watched.get(name)!
      await this.#unwatch(name)
      await this.#leases.release(cluster.clusterNo)
    }
  }

  async #watch(row: ConnectionRow): Promise<Watched> {
    const cluster = this.#cluster(row.cluster)
    const stop = new AbortController()
    const watched: Watched = { cluster, stop, ended: Promise.resolve() }
    this.#watched.set(row.cluster, watched)
    await cluster.open()
    watched.ended = this.#keepWatching(row, cluster, stop.signal)
    return watched
  }

  /** A kubeconfig that cannot be read now may be there later: a mount, a token that is written by another program. */
  async #keepWatching(row: ConnectionRow, cluster: LiveCluster, signal: AbortSignal): Promise<void> {
    let resume: Resume | null = null
    while (!signal.aborted) {
      let connection: KubeConnection
      try {
        connection = await openConnection((await accessOf(this.#context.store, row))!)
      } catch (error) {
        cluster.probed({
          atMs: this.#context.clock.nowMs(),
          version: null,
          reason: error instanceof AllclearError ? error.message : failureOfError(error).reason,
        })
        await this.#surroundings.wait(limit('kubeBackoffMs'), signal)
        continue
      }
      resume ??= await this.#restore(cluster, connection, signal)
      await watchCluster({
        connection,
        sink: cluster.view,
        surroundings: this.#surroundings,
        signal,
        secretMetadata: row.secretMetadata,
        onProbe: (found) => cluster.probed(found),
        resume,
      })
      connection.close()
    }
  }

  /** What an earlier process knew of this very cluster; nothing when that cannot be told, and it is listed. */
  async #restore(cluster: LiveCluster, connection: KubeConnection, signal: AbortSignal): Promise<Resume> {
    const resume: Resume = new Map()
    try {
      const checkpoint = await loadCheckpoint(this.#context.store, cluster.clusterNo)
      if (checkpoint === null || !(await goesOnFrom(connection, checkpoint, signal))) return resume
      cluster.restore(checkpoint)
      for (const { resource, resourceVersion, syncedAtMs, objects } of checkpoint.resources)
        resume.set(resource, { resourceVersion, syncedAtMs, objects: objects.length })
    } catch (error) {
      this.#log.warn('What was known of a cluster could not be read; it is listed anew.', {
        cluster: cluster.name,
        reason: String(error),
      })
    }
    return resume
  }

  async #readOnce(row: ConnectionRow, connection: KubeConnection): Promise<void> {
    const cluster = this.#cluster(row.cluster)
    await cluster.open()
    await watchCluster({
      connection,
      sink: cluster.view,
      surroundings: this.#surroundings,
      signal: this.#stopped.signal,
      secretMetadata: row.secretMetadata,
      onProbe: (found) => cluster.probed(found),
      once: true,
    })
    connection.close()
    await cluster.settle()
    await saveStates(this.#context.store, [{ clusterNo: row.clusterNo, state: cluster.state() }])
    await cluster.close()
  }

  /** Until the first lists are stored, so that `cluster add` can say what it found; not for ever. */
  async #firstAnswer(cluster: LiveCluster): Promise<void> {
    const deadlineMs = this.#context.clock.nowMs() + limit('kubeRequestMs')
    while (!cluster.view.isReady && this.#context.clock.nowMs() < deadlineMs)
      await this.#surroundings.wait(20, this.#stopped.signal)
    await cluster.settle()
  }

  #cluster(name: string): LiveCluster {
    return new LiveCluster({
      name,
      store: this.#context.store,
      surroundings: this.#surroundings,
      ownerKeys: this.#context.ownerKeys,
      commit: (cluster, write) => this.#commit(cluster, write),
      onCheckpoint: async (cluster, checkpoint) => {
        try {
          await saveCheckpoint(this.#context.store, cluster.clusterNo, checkpoint)
        } catch (error) {
          this.#log.warn('What a restart would go on from could not be kept.', {
            cluster: cluster.name,
            reason: String(error),
          })
        }
      },
      onFailure: (cluster, error) =>
        this.#log.error('Changes of a cluster could not be stored; they will be again.', {
          cluster: cluster.name,
          reason: String(error),
        }),
    })
  }

  async #commit(cluster: LiveCluster, write: () => Promise<FleetDelta>): Promise<void> {
    const { store } = this.#context
    const delta = await this.#context.change(async (index) => {
      const written = await write()
      index?.applyFleet(written)
      return written
    })
    await this.#context.touched(delta, cluster.state().resources)
    const { workloadsAdded, workloadsGone, runsAdded, runsGone } = delta.counts
    const changes: { kind: string; subject: string; text: string }[] = []
    if (workloadsAdded + workloadsGone + runsAdded + runsGone > 0)
      changes.push({
        kind: 'workload.changed',
        subject: cluster.name,
        text: `${cluster.name}: ${workloadsAdded} workloads came, ${workloadsGone} went; ${runsAdded} runs began, ${runsGone} ended`,
      })
    // Who is reached and who may do what follows from these; whoever looks at it is told.
    const rules = [...delta.touched].filter((resource) => ruleResources.test(resource))
    if (rules.length > 0)
      changes.push({
        kind: 'posture.changed',
        subject: cluster.name,
        text: `${cluster.name}: ${rules.map((resource) => resource.split('.')[0]).join(', ')} changed`,
      })
    if (changes.length === 0) return
    await store.transaction(
      (transaction) => recordChanges(transaction, this.#context.clock.nowMs(), changes),
      { mode: 'bulk' },
    )
    await this.#context.announce()
  }

  /** `keep`: what a later process goes on from; not where another process watches by now. */
  async #unwatch(name: string, { keep = true } = {}): Promise<void> {
    const watched = this.#watched.get(name)
    if (watched === undefined) return
    this.#watched.delete(name)
    watched.stop.abort()
    await watched.ended
    if (keep) {
      await watched.cluster.settle()
      await watched.cluster.checkpoint()
    }
    await watched.cluster.close()
  }

  async #tick(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      await this.#surroundings.wait(limit('kubeProbeMs'), this.#stopped.signal)
      await this.#saveStates()
      await this.#checkpoint()
      await this.#compact()
    }
  }

  async #checkpoint(): Promise<void> {
    const nowMs = this.#context.clock.nowMs()
    if (nowMs - this.#checkpointAtMs < limit('liveCheckpointMs')) return
    this.#checkpointAtMs = nowMs
    for (const { cluster } of this.#watched.values()) await cluster.checkpoint()
  }

  /** Once an hour: what ended before the retention goes. */
  async #compact(): Promise<void> {
    const nowMs = this.#context.clock.nowMs()
    if (nowMs - this.#compactedAtMs < limit('compactionMs')) return
    this.#compactedAtMs = nowMs
    try {
      await compactHistory(this.#context.store, nowMs - this.#retentionMs, this.#stopped.signal)
    } catch (error) {
      if (!this.#stopped.signal.aborted)
        this.#log.warn('The history could not be compacted; it will be tried again.', {
          reason: String(error),
        })
    }
  }

  async #saveStates(): Promise<void> {
    const states = [...this.#watched.values()].flatMap(({ cluster }) =>
      cluster.clusterNo === 0 ? [] : [{ clusterNo: cluster.clusterNo, state: cluster.state() }],
    )
    if (states.length === 0) return
    try {
      await saveStates(this.#context.store, states)
    } catch (error) {
      this.#log.warn('The states of clusters could not be noted.', { reason: String(error) })
    }
    await this.#context.change(async (index) => {
      for (const { clusterNo, state } of states)
        if (index && state.seenAtMs !== null) index.clusterLastSeenMs[clusterNo] = state.seenAtMs
    })
  }

  async #find(name: string): Promise<ConnectionRow> {
    const row = await findConnection(this.#context.store, name)
    if (row !== null) return row
    const names = (await listConnections(this.#context.store)).map(({ cluster }) => cluster)
    throw new AllclearError('not-found', {
      message: `There is no live cluster ${name}.`,
      next:
        names.length === 0
          ? 'Add one: allclear cluster add --context NAME.'
          : `Live clusters: ${names.slice(0, 20).join(', ')}.`,
    })
  }

  /** A cluster that is known and not seen yet is part of the fleet: answers name it from the first moment. */
  async #showUnseen(clusterNo: number, name: string): Promise<void> {
    await this.#context.change(async (index) => {
      if (index === null || index.clusterName[clusterNo] !== undefined) return
      index.setCluster(clusterNo, { name, source: 'live', declaredOnly: false, lastSeenAtMs: 0 })
      index.version++
    })
  }

  async #note(kind: string, subject: string, text: string): Promise<void> {
    const { store, clock } = this.#context
    await store.transaction((transaction) =>
      recordChanges(transaction, clock.nowMs(), [{ kind, subject, text }]),
    )
    await this.#context.announce()
  }
}

/** Resources that people write: services, proxies, policies, roles and webhooks. Endpoints change by themselves. */
const ruleResources =
  /^(?:services|ingresses\.|gateways\.|\w+routes\.|\w*networkpolicies\.|(?:cluster)?roles\.|(?:cluster)?rolebindings\.|\w+webhookconfigurations\.)/

/** A frame of an agent, told to its cluster. */
function applyFrame(cluster: LiveCluster, frame: Frame, nowMs: number): void {
  const { view } = cluster
  // Later agents may watch what this hub does not know.
  if ('r' in frame && !view.knows(frame.r)) return
  switch (frame.k) {
    case 'replacing':
      return view.replacing(frame.r)
    case 'put':
      return view.put(frame.r, frame.o)
    case 'remove':
      return view.remove(frame.r, frame.key, frame.uid)
    case 'replaced':
      return view.replaced(frame.r)
    case 'status':
      return view.status(frame.r, frame.s)
    case 'problem':
      return view.problem(frame.p)
    case 'probe':
      return cluster.probed({ atMs: nowMs, version: frame.version, reason: frame.reason })
    case 'dropped':
      return view.problem({
        resource: frame.resources.join(', ') || 'status',
        object: null,
        reason: `the agent gave up ${frame.frames} steps that did not fit its buffer; the resources follow whole`,
      })
  }
}

/** The resources that are watched, in the order in which they are asked for. */
function resourcesOf(state: ClusterState): ClusterResource[] {
  return watchedResources.flatMap(({ id, unknownWithout, optional }) => {
    const status = state.resources[id]
    if (status === undefined) return []
    const { syncedAtMs, reason, state: own } = status
    // What is still on its way is not unknown.
    const unseen = syncedAtMs === null && reason !== null && !(optional && own === 'not-served')
    return [{ id, ...status, unknown: unseen ? unknownWithout : null }]
  })
}

function watchOf({ kind, context }: ConnectionRow, state: ClusterState): ClusterWatch {
  const { sight, reason, seenAtMs } = state
  const resources = resourcesOf(state)
  return {
    kind,
    context,
    sight,
    reason,
    seenAtMs,
    resources: resources.length,
    missing: resources.filter(({ unknown, state: own }) => unknown !== null || own === 'refused').length,
  }
}

function detailOf(row: ConnectionRow, state: ClusterState): Omit<ClusterDetail, 'agent' | 'enrolment'> {
  const { cluster, kind, file, context, server, secretMetadata, addedAtMs, addedBy } = row
  return {
    name: cluster,
    kind,
    file,
    context,
    server,
    secretMetadata,
    addedAtMs,
    addedBy,
    state: {
      sight: state.sight,
      reason: state.reason,
      serverVersion: state.serverVersion,
      seenAtMs: state.seenAtMs,
      problems: state.problems.map(({ resource, object, reason }) => ({ resource, object, reason })),
      problemsTotal: state.problemsTotal,
      resources: resourcesOf(state),
    },
  }
}

async function examine(
  name: string,
  connection: KubeConnection,
  secretMetadata: boolean,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<ClusterDoctor> {
  const found = await probe(connection, surroundings, signal)
  if (found.version === null) {
    return {
      name,
      server: connection.server,
      reachable: false,
      reason: found.reason,
      serverVersion: null,
      rows: [],
      unknown: ['everything: the cluster does not answer'],
      next: ['Check the address and the credentials: kubectl --context … version.'],
    }
  }
  const asked = watchedResources.filter(({ onRequest }) => !onRequest || secretMetadata)
  const questions: AccessQuestion[] = asked.flatMap(({ group, plural }) =>
    (['list', 'watch'] as const).map((verb) => ({ group, resource: plural, verb })),
  )
  const answers = await reviewAccess(connection, questions, signal)
  const rows: ClusterDoctorRow[] = asked.map(({ id, unknownWithout, optional }, at) => {
    const [mayList, mayWatch] = [answers[at * 2], answers[at * 2 + 1]]
    const allowed = mayList.allowed === true && mayWatch.allowed === true
    return {
      resource: id,
      needed: neededResources.includes(id),
      optional: optional === true,
      list: mayList.allowed,
      watch: mayWatch.allowed,
      reason: allowed ? null : (mayList.reason ?? mayWatch.reason),
      unknown: allowed ? null : unknownWithout,
    }
  })
  return {
    name,
    server: connection.server,
    reachable: true,
    reason: null,
    serverVersion: found.version,
    ...judged(rows),
  }
}

/** An agent tells what it was refused; its own credentials never leave the cluster. */
function doctorOfStatuses(name: string, server: string, state: ClusterDetail['state']): ClusterDoctor {
  const rows: ClusterDoctorRow[] = state.resources.map(
    ({ id, state: status, reason, syncedAtMs, unknown }) => {
      const refused = status === 'refused'
      return {
        resource: id,
        needed: neededResources.includes(id),
        optional: watchedResources.find((resource) => resource.id === id)?.optional === true,
        list: refused ? false : syncedAtMs === null ? null : true,
        watch: refused ? false : syncedAtMs === null ? null : true,
        reason,
        unknown: refused ? unknown : null,
      }
    },
  )
  return {
    name,
    server,
    reachable: state.sight !== 'lost' && state.sight !== 'unwatched',
    reason: state.reason,
    serverVersion: state.serverVersion,
    ...judged(rows),
  }
}

function judged(rows: ClusterDoctorRow[]): Pick<ClusterDoctor, 'rows' | 'unknown' | 'next'> {
  const missing = rows.filter(({ unknown }) => unknown !== null)
  return {
    rows,
    unknown: missing.map(({ unknown }) => unknown!),
    next:
      missing.length === 0
        ? []
        : [
            'Grant the ClusterRole of deploy/manifests/cluster-role.yaml to these credentials:',
            'kubectl apply -f deploy/manifests/cluster-role.yaml',
            'kubectl create clusterrolebinding allclear --clusterrole=allclear-reader --user=…',
          ],
  }
}
