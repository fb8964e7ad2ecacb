import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startGenerated, type GeneratedServer } from '../../../test/cluster/generated-cluster.ts'
import { until } from '../../../test/cluster/lab.ts'
import { openBlobs } from '../../base/blobs.ts'
import { AllclearError } from '../../base/errors.ts'
import { openConnection, systemSurroundings, type KubeConnection } from '../../base/kube/index.ts'
import { overrideLimits } from '../../base/limits.ts'
import { program } from '../../base/program.ts'
import { openStore, type Store } from '../../base/store/index.ts'
import { openKnowledge, type Knowledge } from '../index.ts'
import { runAgent, type AgentOptions, type Post } from './agent.ts'
import { areCompatible } from './protocol.ts'

const surroundings = systemSurroundings()
const hourMs = 3_600_000
let folder: string
let server: GeneratedServer
let store: Store
let knowledge: Knowledge
let connection: KubeConnection
let stop: AbortController
let running: Promise<void>[]
let restore = () => {}
let pods = 0

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'allclear-agent-'))
  server = await startGenerated(['g1'])
  writeFileSync(join(folder, 'kubeconfig'), server.kubeconfig())
  connection = await openConnection({
    kind: 'kubeconfig',
    file: join(folder, 'kubeconfig'),
    context: 'g1',
  })
  store = await openStore({ clock: surroundings.clock })
  knowledge = await openHub()
  stop = new AbortController()
  running = []
  pods = 0
  restore = overrideLimits({ kubeProbeMs: 200, liveFlushMs: 1, kubeBackoffMs: 50 })
})
afterEach(async () => {
  stop.abort()
  await Promise.allSettled(running)
  connection.close()
  await knowledge.close()
  await store.close()
  await server.close()
  rmSync(folder, { recursive: true })
  restore()
})

async function openHub(): Promise<Knowledge> {
  return openKnowledge({
    store,
    blobs: await openBlobs(join(folder, 'blobs'), { clock: surroundings.clock }),
    clock: surroundings.clock,
    dataDirectory: folder,
    example: false,
  })
}

const cluster = () => server.cluster('g1')

function addPod(): void {
  const name = `p${++pods}`
  cluster().put('/api/v1/pods', {
    metadata: { name, namespace: 'shop', uid: `uid-${name}` },
    spec: { containers: [{ name: 'main', image: 'registry.example/web:1' }] },
    status: {
      phase: 'Running',
      podIP: '10.0.0.1',
      containerStatuses: [{ name: 'main', imageID: `sha256:${'a'.repeat(64)}` }],
    },
  })
}

const removePod = (name: string) => cluster().remove('/api/v1/pods', 'shop', name)

/** What the hub's routes do with a message. */
const deliver: Post = async (path, body, headers) => {
  const hub = (await knowledge.live()).agents
  try {
    const answer =
      path === 'enrol'
        ? await hub.enrol(JSON.parse(body))
        : path === 'session'
          ? await hub.openSession(JSON.parse(body))
          : path === 'rotate'
            ? await hub.rotate(JSON.parse(body))
            : await hub.applyDeltas(body, headers['allclear-signature'] ?? '')
    return { status: 200, body: JSON.stringify(answer) }
  } catch (error) {
    if (!(error instanceof AllclearError)) throw error
    return {
      status: error.status,
      body: JSON.stringify({ error: { code: error.code, message: error.message } }),
    }
  }
}

const invite = async () => (await knowledge.live()).enrol('shop', 'test', surroundings.clock.nowMs() + hourMs)
const show = async () => (await knowledge.live()).show('shop')

async function start(more: Partial<AgentOptions> = {}): Promise<void> {
  const ended = runAgent({
    post: deliver,
    stateDirectory: join(folder, 'state'),
    cluster: 'shop',
    version: program.version,
    token: null,
    connection,
    secretMetadata: false,
    surroundings,
    signal: stop.signal,
    rotateAfterMs: hourMs,
    say: () => {},
    ...more,
  })
  running.push(ended)
  return ended
}

async function storedUids(): Promise<string[]> {
  const rows = await store
    .prepare<{ uid: string }>('select uid from pod where last_seen_at is null order by uid')
    .all()
  return rows.map(({ uid }) => uid)
}

const agreed = () =>
  until('the hub to say what the cluster says', async () => {
    return (await storedUids()).length === cluster().count('/api/v1/pods')
  })

describe('an agent', () => {
  it('spends its token once, tells its cluster, and is known again after a restart', async () => {
    addPod()
    const token = await invite()
    void start({ token })
    await agreed()
    addPod()
    removePod('p1')
    await until('the change', async () => (await storedUids()).join() === 'uid-p2')
    await until('the cluster to be seen', async () => {
      return (await show()).state.sight === 'seen'
    })
    expect(await show()).toMatchObject({
      kind: 'agent',
      state: { serverVersion: 'v1.36.3' },
    })
    expect(await knowledge.where({ query: 'registry.example/web:1' })).toMatchObject({
      verdict: 'yes',
      radius: { pods: { value: 1 } },
    })
    stop.abort()
    await Promise.all(running)
    // While it was away.
    removePod('p2')
    addPod()
    stop = new AbortController()
    void start()
    await until('what happened meanwhile', async () => (await storedUids()).join() === 'uid-p3')
    await expect(start({ token, stateDirectory: join(folder, 'other') })).rejects.toMatchObject({
      code: 'agent.refused',
    })
  })

  it('loses and doubles nothing when messages are cut before or behind the hub', async () => {
    let turn = 0
    const bodies: string[] = []
    const cutting: Post = async (path, body, headers, signal) => {
      if (path === 'deltas') {
        turn++
        if (turn % 3 === 1) throw new Error('cut before the hub')
        bodies.push(body)
        await deliver(path, body, headers, signal)
        if (turn % 3 === 2) throw new Error('cut behind the hub')
        // … and one that a proxy sends twice.
        return deliver(path, body, headers, signal)
      }
      return deliver(path, body, headers, signal)
    }
    void start({ token: await invite(), post: cutting })
    for (let at = 0; at < 30; at++) {
      addPod()
      if (at % 3 === 2) removePod(`p${pods - 1}`)
      await surroundings.wait(5, stop.signal)
    }
    // However few messages a busy machine makes of that: every kind of cut is to come at least once.
    while (turn <= 4) {
      addPod()
      removePod(`p${pods - 1}`)
      await surroundings.wait(5, stop.signal)
    }
    await agreed()
    expect((await storedUids()).length).toBe(20)
    const numbers = bodies.map((body) => JSON.parse(body) as { from: number; frames: unknown[] })
    // What the hub had taken before a cut was not sent again, and nothing is missing between two.
    for (const [at, { from }] of numbers.entries())
      expect(from).toBe(at === 0 ? 1 : numbers[at - 1].from + numbers[at - 1].frames.length)
  })

  it('tells everything anew to a hub that was restarted', async () => {
    addPod()
    void start({ token: await invite() })
    await agreed()
    await knowledge.close()
    removePod('p1')
    addPod()
    addPod()
    knowledge = await openHub()
    await until('the new hub', async () => (await storedUids()).join() === 'uid-p2,uid-p3')
  })

  it('keeps its buffer small while the hub is away, says what it gave up, and tells the whole', async () => {
    let away = false
    const post: Post = (...message) => {
      if (away) throw new Error('away')
      return deliver(...message)
    }
    void start({ token: await invite(), post })
    addPod()
    await agreed()
    const back = overrideLimits({ agentBufferBytes: 5_000 })
    away = true
    for (let at = 0; at < 200; at++) addPod()
    removePod('p1')
    await until('the cluster to be watched on', async () => pods === 201)
    await surroundings.wait(100, stop.signal)
    away = false
    await agreed()
    back()
    expect(await storedUids()).not.toContain('uid-p1')
    const { state } = await show()
    expect(state.problems.map(({ reason }) => reason).join()).toContain('the resources follow whole')
  })

  it('renews its key, and the old one opens nothing any more', async () => {
    const identity = () => JSON.parse(readFileSync(join(folder, 'state', 'agent.json'), 'utf8'))
    void start({ token: await invite() })
    await until('the first key', () => {
      try {
        return identity().key
      } catch {
        return null
      }
    })
    await until('the first session', async () => (await show()).state.sight === 'seen')
    stop.abort()
    await Promise.all(running)
    const old = readFileSync(join(folder, 'state', 'agent.json'), 'utf8')
    stop = new AbortController()
    let rotations = 0
    const counting: Post = (path, ...rest) => {
      if (path === 'rotate') rotations++
      return deliver(path, ...rest)
    }
    void start({ rotateAfterMs: 300, post: counting })
    await until('two rotations', () => rotations >= 2)
    addPod()
    await agreed()
    stop.abort()
    await Promise.all(running)
    expect(identity().key).not.toBe(JSON.parse(old).key)
    writeFileSync(join(folder, 'state', 'agent.json'), old)
    stop = new AbortController()
    await expect(start()).rejects.toMatchObject({ code: 'agent.refused' })
  })

  it('comes through a crash in the middle of a rotation, on either side of it', async () => {
    const path = join(folder, 'state', 'agent.json')
    void start({ token: await invite() })
    await until('the first session', async () => {
      return (await show().catch(() => null))?.state.sight === 'seen'
    })
    stop.abort()
    await Promise.all(running)
    for (const answered of [false, true]) {
      stop = new AbortController()
      const dying: Post = async (name, ...rest) => {
        if (name !== 'rotate') return deliver(name, ...rest)
        if (answered) await deliver(name, ...rest)
        stop.abort()
        throw new Error('crashed')
      }
      await start({ rotateAfterMs: -1, post: dying })
      expect(JSON.parse(readFileSync(path, 'utf8')).nextKey).not.toBeNull()
      stop = new AbortController()
      void start()
      addPod()
      await agreed()
      stop.abort()
      await Promise.allSettled(running)
    }
  })
})

describe('who speaks', () => {
  it('a hub with another key is told nothing', async () => {
    const token = await invite()
    const foreign = `${token.slice(0, -43)}${'A'.repeat(43)}`
    await expect(start({ token: foreign })).rejects.toThrow('not the hub that made the token')
  })

  it('a body that was altered on the way changes nothing', async () => {
    addPod()
    let altered = 0
    const post: Post = (path, body, headers, signal) => {
      if (path !== 'deltas' || !body.includes('uid-p1')) return deliver(path, body, headers, signal)
      altered++
      return deliver(path, body.replaceAll('uid-p1', 'uid-xx'), headers, signal)
    }
    await expect(start({ token: await invite(), post })).rejects.toMatchObject({ code: 'agent.refused' })
    expect(altered).toBe(1)
    expect(await storedUids()).toEqual([])
  })

  it('a message that is played again opens nothing and applies nothing', async () => {
    const said: [string, string, Record<string, string>][] = []
    const recording: Post = (path, body, headers, signal) => {
      said.push([path, body, headers])
      return deliver(path, body, headers, signal)
    }
    addPod()
    void start({ token: await invite(), post: recording })
    await agreed()
    removePod('p1')
    await agreed()
    stop.abort()
    await Promise.all(running)
    for (const [path, body, headers] of said.filter(([name]) => name === 'deltas'))
      await deliver(path, body, headers, new AbortController().signal)
    expect(await storedUids()).toEqual([])
  })

  it.each([
    ['0.1.0', '0.1.9', true],
    ['0.1.0', '0.2.0', true],
    ['0.2.3', '0.1.0', true],
    ['0.1.0', '0.3.0', false],
    ['1.0.0', '0.9.0', false],
    ['1.4.0', '2.4.0', false],
    ['1.4.0', 'nonsense', false],
  ])('hub %s and agent %s: %s', (hub, agent, together) => {
    expect(areCompatible(hub, agent)).toBe(together)
  })

  it('an agent one minor ahead works; two is told why not', async () => {
    const [major, minor] = program.version.split('.').map(Number)
    addPod()
    void start({ token: await invite(), version: `${major}.${minor + 1}.0` })
    await agreed()
    stop.abort()
    await Promise.all(running)
    stop = new AbortController()
    await expect(start({ version: `${major}.${minor + 2}.0` })).rejects.toThrow('at most one minor apart')
  })
})
