/**
 * The list-watch verbs of an API server, for as many clusters and pods as a test wants: paged lists with continue tokens
 * and resource versions, watches that resume, bookmarks, 410 for versions that are compacted, `Status` objects for
 * errors, access reviews that allow everything. One server holds many clusters, each under `/clusters/NAME`.
 *
 * `contract.ts` holds it to what a real API server does.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Stored {
  namespace: string
  name: string
  version: number
  json: string
  /** As an item of a list: without kind and apiVersion. */
  item: string
}

interface Change {
  version: number
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  json: string
}

interface Resource {
  kind: string
  objects: Map<string, Stored>
  changes: Change[]
  /** Changes up to this version are forgotten. */
  compacted: number
  watchers: Set<Watcher>
}

interface Watcher {
  response: ServerResponse
  bookmarks: boolean
  /** Selects the `type` of events. */
  notNormal: boolean
}

/** Resource path → kind, for what our list-watches ask for. */
const kinds: Readonly<Record<string, string>> = {
  '/api/v1/namespaces': 'Namespace',
  '/api/v1/nodes': 'Node',
  '/api/v1/pods': 'Pod',
  '/api/v1/services': 'Service',
  '/api/v1/serviceaccounts': 'ServiceAccount',
  '/api/v1/persistentvolumes': 'PersistentVolume',
  '/api/v1/persistentvolumeclaims': 'PersistentVolumeClaim',
  '/api/v1/events': 'Event',
  '/api/v1/secrets': 'Secret',
  '/apis/apps/v1/deployments': 'Deployment',
  '/apis/apps/v1/replicasets': 'ReplicaSet',
  '/apis/apps/v1/statefulsets': 'StatefulSet',
  '/apis/apps/v1/daemonsets': 'DaemonSet',
  '/apis/batch/v1/jobs': 'Job',
  '/apis/batch/v1/cronjobs': 'CronJob',
  '/apis/discovery.k8s.io/v1/endpointslices': 'EndpointSlice',
  '/apis/networking.k8s.io/v1/ingresses': 'Ingress',
  '/apis/networking.k8s.io/v1/networkpolicies': 'NetworkPolicy',
  '/apis/rbac.authorization.k8s.io/v1/roles': 'Role',
  '/apis/rbac.authorization.k8s.io/v1/rolebindings': 'RoleBinding',
  '/apis/rbac.authorization.k8s.io/v1/clusterroles': 'ClusterRole',
  '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings': 'ClusterRoleBinding',
  '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations': 'ValidatingWebhookConfiguration',
  '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations': 'MutatingWebhookConfiguration',
  '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies': 'ValidatingAdmissionPolicy',
  '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings':
    'ValidatingAdmissionPolicyBinding',
  '/apis/scheduling.k8s.io/v1/priorityclasses': 'PriorityClass',
  '/apis/storage.k8s.io/v1/storageclasses': 'StorageClass',
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions': 'CustomResourceDefinition',
}

const historyMax = 50_000

export class GeneratedCluster {
  readonly #resources = new Map<string, Resource>()
  #version = 1000
  /** Paths that nobody may list or watch. */
  readonly #refused = new Set<string>()

  constructor() {
    for (const [path, kind] of Object.entries(kinds))
      this.#resources.set(path, {
        kind,
        objects: new Map(),
        changes: [],
        compacted: 0,
        watchers: new Set(),
      })
  }

  get version(): number {
    return this.#version
  }

  /** Creates or replaces an object; its kind decides where it goes. */
  put(path: string, object: { metadata: Record<string, unknown> } & Record<string, unknown>): void {
    const resource = this.#resource(path)
    const { name, namespace = '' } = object.metadata as { name: string; namespace?: string }
    const key = `${namespace}/${name}`
    const version = ++this.#version
    const json = JSON.stringify({
      ...object,
      kind: resource.kind,
      apiVersion: apiVersionOf(path),
      metadata: { ...object.metadata, resourceVersion: String(version) },
    })
    const type = resource.objects.has(key) ? 'MODIFIED' : 'ADDED'
    resource.objects.set(key, { namespace, name, version, json, item: withoutType(json) })
    this.#tell(resource, { version, type, json })
  }

  remove(path: string, namespace: string, name: string): boolean {
    const resource = this.#resource(path)
    const key = `${namespace}/${name}`
    const stored = resource.objects.get(key)
    if (stored === undefined) return false
    resource.objects.delete(key)
    const version = ++this.#version
    const object = JSON.parse(stored.json)
    object.metadata.resourceVersion = String(version)
    this.#tell(resource, { version, type: 'DELETED', json: JSON.stringify(object) })
    return true
  }

  /** As a ClusterRole without it: lists and watches get 403, access reviews say no. */
  refuse(path: string): void {
    this.#resource(path)
    this.#refused.add(path)
  }

  count(path: string): number {
    return this.#resource(path).objects.size
  }

  /** Forgets history, as etcd does after five minutes: older watches get 410. */
  compact(): void {
    // Something else in the cluster has gone on meanwhile: no version that anybody knows is still there.
    this.#version++
    for (const resource of this.#resources.values()) {
      resource.compacted = this.#version
      resource.changes = []
    }
  }

  bookmark(): void {
    for (const resource of this.#resources.values())
      for (const watcher of resource.watchers)
        if (watcher.bookmarks) watcher.response.write(bookmarkOf(resource.kind, this.#version))
  }

  /** Ends all watches. */
  drop(): void {
    for (const { watchers } of this.#resources.values())
      for (const { response } of watchers) response.destroy()
  }

  answer(incoming: IncomingMessage, response: ServerResponse, path: string, query: URLSearchParams): void {
    if (path === '/version') return json(response, 200, { major: '1', minor: '36', gitVersion: 'v1.36.3' })
    if (path === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews')
      return void readBody(incoming).then((body) => this.#review(body, response))
    if (this.#refused.has(path)) return status(response, 403, 'Forbidden', `no rule allows ${path}`)
    if (incoming.method === 'GET' && this.#resources.has(path)) {
      const resource = this.#resource(path)
      if (query.get('watch') === '1' || query.get('watch') === 'true') this.#watch(resource, query, response)
      else this.#list(resource, query, response, path)
      return
    }
    const single = /^(.*?)(?:\/namespaces\/([^/]+))?\/([a-z]+)(?:\/([^/]+))?$/.exec(path)
    const collection = single && `${single[1]}/${single[3]}`
    if (collection && this.#resources.has(collection)) {
      void readBody(incoming).then((body) =>
        this.#write(incoming.method ?? '', collection, single[2] ?? '', single[4], body, response),
      )
      return
    }
    status(response, 404, 'NotFound', 'the server could not find the requested resource')
  }

  #review(body: string, response: ServerResponse): void {
    const { spec } = JSON.parse(body) as { spec: { resourceAttributes: { resource: string } } }
    const { resource } = spec.resourceAttributes
    const allowed = ![...this.#refused].some((path) => path.endsWith(`/${resource}`))
    json(response, 201, {
      kind: 'SelfSubjectAccessReview',
      status: allowed ? { allowed } : { allowed, reason: `no rule allows ${resource}` },
    })
  }

  #write(
    method: string,
    path: string,
    namespace: string,
    name: string | undefined,
    body: string,
    response: ServerResponse,
  ): void {
    if (method === 'DELETE' && name !== undefined) {
      if (this.remove(path, namespace, name))
        return json(response, 200, { kind: 'Status', status: 'Success' })
      return status(response, 404, 'NotFound', `${name} not found`)
    }
    const object = JSON.parse(body)
    object.metadata = { ...object.metadata, ...(namespace === '' ? {} : { namespace }) }
    object.metadata.uid ??= `uid-${path}-${namespace}-${object.metadata.name}-${this.#version}`
    this.put(path, object)
    json(response, method === 'POST' ? 201 : 200, object)
  }

  #list(resource: Resource, query: URLSearchParams, response: ServerResponse, path: string): void {
    const limit = Number(query.get('limit') ?? 0) || Infinity
    let from = ''
    let version = this.#version
    const token = query.get('continue')
    if (token !== null) {
      const decoded = decodeToken(token)
      if (decoded === null) return status(response, 400, 'BadRequest', 'continue key is not valid')
      if (decoded.version < resource.compacted)
        return status(response, 410, 'Expired', 'The provided continue parameter is too old')
      from = decoded.from
      version = decoded.version
    }
    const notNormal = query.get('fieldSelector') === 'type!=Normal'
    // Maps keep the order of insertion, and an object keeps its place when it is replaced: enough for a walk by place.
    response.writeHead(200, { 'content-type': 'application/json' })
    const items: string[] = []
    let next: string | null = null
    let begun = from === ''
    for (const [key, { json: text, item }] of resource.objects) {
      if (!begun) {
        begun = key === from
        if (!begun) continue
      }
      if (notNormal && text.includes('"type":"Normal"')) continue
      if (items.length === limit) {
        next = key
        break
      }
      items.push(item)
    }
    const metadata = {
      resourceVersion: String(version),
      ...(next === null ? {} : { continue: encodeToken({ from: next, version }) }),
    }
    response.end(
      `{"kind":"${resource.kind}List","apiVersion":"${apiVersionOf(path)}","metadata":${JSON.stringify(metadata)},"items":[${items.join(',')}]}\n`,
    )
  }

  #watch(resource: Resource, query: URLSearchParams, response: ServerResponse): void {
    const from = Number(query.get('resourceVersion') ?? 0)
    if (from < resource.compacted) {
      response.writeHead(200, { 'content-type': 'application/json' })
      const gone = statusOf(410, 'Expired', `too old resource version: ${from} (${resource.compacted})`)
      return void response.end(`${JSON.stringify({ type: 'ERROR', object: gone })}\n`)
    }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
    const watcher: Watcher = {
      response,
      bookmarks: query.get('allowWatchBookmarks') === 'true',
      notNormal: query.get('fieldSelector') === 'type!=Normal',
    }
    for (const change of resource.changes) if (change.version > from) send(watcher, change)
    resource.watchers.add(watcher)
    const seconds = Number(query.get('timeoutSeconds') ?? 1800)
    const timer = setTimeout(() => {
      if (watcher.bookmarks) response.write(bookmarkOf(resource.kind, this.#version))
      response.end()
    }, seconds * 1000)
    response.once('close', () => {
      clearTimeout(timer)
      resource.watchers.delete(watcher)
    })
  }

  #tell(resource: Resource, change: Change): void {
    resource.changes.push(change)
    if (resource.changes.length > historyMax) {
      resource.compacted = resource.changes[historyMax / 2].version
      resource.changes = resource.changes.slice(historyMax / 2 + 1)
    }
    for (const watcher of resource.watchers) send(watcher, change)
  }

  #resource(path: string): Resource {
    const resource = this.#resources.get(path)
    if (resource === undefined) throw new Error(`${path} is not generated`)
    return resource
  }
}

export interface GeneratedServer {
  url: string
  cluster(name: string): GeneratedCluster
  /** A kubeconfig with a context for each cluster. */
  kubeconfig(): string
  close(): Promise<void>
}

export async function startGenerated(names: readonly string[]): Promise<GeneratedServer> {
  const clusters = new Map(names.map((name) => [name, new GeneratedCluster()]))
  const server: Server = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? '/', 'http://localhost')
    const match = /^\/clusters\/([^/]+)(\/.*)$/.exec(url.pathname)
    const cluster = match && clusters.get(match[1])
    if (!cluster) return status(response, 404, 'NotFound', 'no such cluster')
    cluster.answer(incoming, response, match[2], url.searchParams)
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    cluster(name) {
      const cluster = clusters.get(name)
      if (cluster === undefined) throw new Error(`there is no cluster ${name}`)
      return cluster
    },
    kubeconfig: () => kubeconfigOf(names.map((name) => ({ name, server: `${url}/clusters/${name}` }))),
    close: () =>
      new Promise((resolve) => {
        for (const cluster of clusters.values()) cluster.drop()
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** A kubeconfig for addresses that ask for no credentials. */
export function kubeconfigOf(clusters: readonly { name: string; server: string }[]): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': clusters[0]?.name,
    // Plain HTTP is refused by the library unless a kubeconfig says that it is meant.
    clusters: clusters.map(({ name, server }) => ({
      name,
      cluster: { server, 'insecure-skip-tls-verify': true },
    })),
    users: [{ name: 'nobody', user: {} }],
    contexts: clusters.map(({ name }) => ({ name, context: { cluster: name, user: 'nobody' } })),
  })
}

function send({ response, notNormal }: Watcher, { type, json: text }: Change): void {
  if (notNormal && text.includes('"type":"Normal"')) return
  response.write(`{"type":"${type}","object":${text}}\n`)
}

function bookmarkOf(kind: string, version: number): string {
  return `${JSON.stringify({
    type: 'BOOKMARK',
    object: { kind, apiVersion: 'v1', metadata: { resourceVersion: String(version) } },
  })}\n`
}

function apiVersionOf(path: string): string {
  const parts = path.split('/')
  return parts[1] === 'api' ? parts[2] : `${parts[2]}/${parts[3]}`
}

/** Items of a list carry neither kind nor apiVersion. */
function withoutType(text: string): string {
  const { kind: _, apiVersion: __, ...rest } = JSON.parse(text)
  return JSON.stringify(rest)
}

function encodeToken(token: { from: string; version: number }): string {
  return Buffer.from(JSON.stringify(token)).toString('base64url')
}

function decodeToken(token: string): { from: string; version: number } | null {
  try {
    const decoded = JSON.parse(Buffer.from(token, 'base64url').toString())
    return typeof decoded.from === 'string' && typeof decoded.version === 'number' ? decoded : null
  } catch {
    return null
  }
}

function statusOf(code: number, reason: string, message: string) {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code }
}

function status(response: ServerResponse, code: number, reason: string, message: string): void {
  json(response, code, statusOf(code, reason, message))
}

function json(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of incoming) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}
