/**
 * A real Kubernetes control plane on loopback for tests. Its starter is found at ALLCLEAR_TEST_TOOLS, else beside the
 * checkout; without it the tier is named as skipped.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface LabCluster {
  name: string
  server: string
  kubeconfig: string
  pids: Record<string, number>
}

export interface Lab {
  dir: string
  clusters: LabCluster[]
  /** A kubeconfig with a client certificate of its own. */
  user(cluster: string, name: string): Promise<string>
  stop(): Promise<void>
}

/** The program that starts the control plane, or null. */
export function findLab(): string | null {
  const candidates = [
    process.env.ALLCLEAR_TEST_TOOLS,
    join(import.meta.dirname, '../../../shared/tools'),
  ].filter((path): path is string => path !== undefined && path !== '')
  return candidates.map((path) => join(path, 'lab.mjs')).find((path) => existsSync(path)) ?? null
}

export async function startLab({
  clusters = 1,
  nodes = 3,
}: { clusters?: number; nodes?: number } = {}): Promise<Lab> {
  const program = findLab()
  if (program === null) throw new Error('the lab is not there; set ALLCLEAR_TEST_TOOLS')
  const child = spawn(
    process.execPath,
    [program, 'up', '--clusters', String(clusters), '--nodes', String(nodes)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const line = await firstLine(child)
  const { dir, clusters: started } = JSON.parse(line) as { dir: string; clusters: LabCluster[] }
  return {
    dir,
    clusters: started,
    async user(cluster, name) {
      const made = spawn(
        process.execPath,
        [program, 'user', '--dir', dir, '--cluster', cluster, '--name', name],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      )
      return (await firstLine(made)).trim()
    },
    async stop() {
      if (child.exitCode !== null) return
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    },
  }
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: child.stdout! })
    lines.once('line', resolve)
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the lab ended with code ${code}`)))
  })
}

/** Plain requests to an API server, to change the world that is watched. */
export interface Admin {
  server: string
  agent: Agent
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>
}

export function adminOf(kubeconfig: string): Admin {
  const { clusters, users } = JSON.parse(readFileSync(kubeconfig, 'utf8'))
  const decoded = (data: string) => Buffer.from(data, 'base64')
  const { server, 'certificate-authority-data': ca } = clusters[0].cluster
  const agent = new Agent({
    ca: decoded(ca),
    cert: decoded(users[0].user['client-certificate-data']),
    key: decoded(users[0].user['client-key-data']),
    keepAlive: true,
  })
  return {
    server,
    agent,
    call: (method, path, body) =>
      new Promise((resolve, reject) => {
        const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
        const outgoing = request(
          `${server}${path}`,
          { method, agent, headers: { 'content-type': type } },
          (incoming) => {
            const parts: Buffer[] = []
            incoming.on('data', (part: Buffer) => parts.push(part))
            incoming.on('end', () => {
              const text = Buffer.concat(parts).toString()
              resolve({
                status: incoming.statusCode ?? 0,
                body: text.startsWith('{') ? JSON.parse(text) : text,
              })
            })
          },
        )
        outgoing.on('error', reject)
        outgoing.end(body === undefined ? undefined : JSON.stringify(body))
      }),
  }
}

export function deployment(name: string, image: string, replicas: number, namespace = 'default'): unknown {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels: { team: 'shop' } },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'main', image }] },
      },
    },
  }
}

/** Waits for something outside this process; says what it waited for when it does not come. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  withinMs = 60_000,
): Promise<T> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const answer = await ask()
    if (answer !== null && answer !== undefined && answer !== false) return answer
    if (performance.now() > deadline) throw new Error(`${what}: not within ${withinMs / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
