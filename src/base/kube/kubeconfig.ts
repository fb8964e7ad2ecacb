import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import type { RequestOptions } from 'node:http'
import type { KubeConfig } from '@kubernetes/client-node'
import { AllclearError } from '../errors.ts'
import { limit } from '../limits.ts'
import { connectionWith } from './connection.ts'
import type { KubeConnection } from './types.ts'

/** How a cluster is reached: a context of a kubeconfig by reference or by copy, or the pod's own service account. */
export type KubeAccess =
  | { kind: 'kubeconfig'; file: string; context: string }
  | { kind: 'copy'; kubeconfig: string; context: string }
  | { kind: 'in-cluster' }

export interface KubeContext {
  name: string
  cluster: string
  server: string
  user: string
  current: boolean
  /** Programs that the context runs to get credentials. */
  runs: string | null
}

/** Files of a kubeconfig, as kubectl finds them: the one named, else `KUBECONFIG`, else `~/.kube/config`. */
export function kubeconfigFiles(
  named: string | undefined,
  { env = process.env, cwd = process.cwd() }: { env?: Record<string, string | undefined>; cwd?: string } = {},
): string[] {
  if (named !== undefined) return [resolve(cwd, named)]
  if (env.KUBECONFIG) {
    return env.KUBECONFIG.split(delimiter)
      .filter((path) => path !== '')
      .map((path) => resolve(cwd, path))
  }
  return [join(env.HOME || homedir(), '.kube', 'config')]
}

/** The contexts of a kubeconfig, without touching their clusters. */
export async function readContexts(file: string): Promise<KubeContext[]> {
  const config = await load(file)
  return config.getContexts().map(({ name, cluster, user }) => ({
    name,
    cluster,
    user,
    server: config.getCluster(cluster)?.server ?? '',
    current: name === config.getCurrentContext(),
    runs: (config.getUser(user)?.exec as { command?: string } | undefined)?.command ?? null,
  }))
}

/** Opens a connection. Nothing is sent yet; a missing file or context throws `kube.config`. */
export async function openConnection(access: KubeAccess): Promise<KubeConnection> {
  let config = await configOf(access)
  const server = serverOf(config, access)
  /** After a 401 everything is read anew: the file, its certificates, and what plugins had cached. */
  let stale = false
  const agents = new Set<{ destroy(): void }>()
  return connectionWith({
    server,
    async apply(options) {
      if (stale) {
        config = await configOf(access)
        stale = false
      }
      await withinTime(config.applyToHTTPSOptions(options as never), server)
      const { agent } = options as RequestOptions
      if (typeof agent === 'object') agents.add(agent)
      // A plain address is for a proxy on this machine; the agent that belongs to TLS cannot speak to it.
      if (server.startsWith('http:')) delete options.agent
    },
    renew() {
      stale = true
    },
    close() {
      for (const agent of agents) agent.destroy()
    },
  })
}

/**
 * One context with its credentials inlined, as a document of its own. Refused where the context runs programs: a copy
 * would run them wherever it is opened.
 */
export async function copyContext(file: string, context: string): Promise<string> {
  const config = await configOf({ kind: 'kubeconfig', file, context })
  const cluster = config.getCurrentCluster()
  const user = config.getCurrentUser()
  if (user?.exec !== undefined || user?.authProvider !== undefined) {
    throw new AllclearError('kube.config', {
      message: `The context ${context} gets its credentials from a program (${user.exec?.command ?? 'auth provider'}); that cannot be copied.`,
      next: 'Add the cluster by reference (without --copy), or use a service account token.',
      where: file,
    })
  }
  const inlined = (path: string | undefined, data: string | undefined) =>
    data ?? (path === undefined ? undefined : readFileSync(path).toString('base64'))
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': context,
    clusters: [
      {
        name: 'cluster',
        cluster: {
          server: cluster?.server,
          'certificate-authority-data': inlined(cluster?.caFile, cluster?.caData),
          'tls-server-name': cluster?.tlsServerName,
          'proxy-url': cluster?.proxyUrl,
          ...(cluster?.skipTLSVerify ? { 'insecure-skip-tls-verify': true } : {}),
        },
      },
    ],
    users: [
      {
        name: 'user',
        user: {
          token: user?.token,
          username: user?.username,
          password: user?.password,
          'client-certificate-data': inlined(user?.certFile, user?.certData),
          'client-key-data': inlined(user?.keyFile, user?.keyData),
        },
      },
    ],
    contexts: [{ name: context, context: { cluster: 'cluster', user: 'user' } }],
  })
}

async function configOf(access: KubeAccess): Promise<KubeConfig> {
  if (access.kind === 'in-cluster') {
    const config = await emptyConfig()
    if (!existsSync(join(serviceAccountFolder, 'token'))) {
      throw new AllclearError('kube.config', {
        message: 'This process runs in no pod: it has no service account token.',
        next: 'Name a kubeconfig: `--kubeconfig F --context NAME`.',
        where: serviceAccountFolder,
      })
    }
    config.loadFromCluster()
    return config
  }
  const config = access.kind === 'kubeconfig' ? await load(access.file) : await parse(access.kubeconfig)
  const names = config.getContexts().map(({ name }) => name)
  if (!names.includes(access.context)) {
    throw new AllclearError('kube.config', {
      message: `There is no context ${access.context} in the kubeconfig.`,
      next: names.length === 0 ? 'It has no contexts.' : `It has: ${names.slice(0, 20).join(', ')}.`,
      where: access.kind === 'kubeconfig' ? access.file : undefined,
    })
  }
  config.setCurrentContext(access.context)
  return config
}

/** Where Kubernetes puts the token of a pod's service account. */
const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount'

async function load(file: string): Promise<KubeConfig> {
  const config = await emptyConfig()
  try {
    config.loadFromFile(file)
    config.makePathsAbsolute(dirname(file))
  } catch (error) {
    throw unreadable(file, error)
  }
  return config
}

async function parse(text: string): Promise<KubeConfig> {
  const config = await emptyConfig()
  try {
    config.loadFromString(text)
  } catch (error) {
    throw unreadable('the copied kubeconfig', error)
  }
  return config
}

/** Loaded here only: the library's generated types cost half a second and 80 MB. */
async function emptyConfig(): Promise<KubeConfig> {
  const library = await import('@kubernetes/client-node')
  return new library.KubeConfig()
}

function unreadable(where: string, error: unknown): AllclearError {
  const { code, message } = error as NodeJS.ErrnoException
  return new AllclearError('kube.config', {
    message: `The kubeconfig ${where} cannot be read: ${code === 'ENOENT' ? 'there is no such file' : message.split('\n', 1)[0]}.`,
    next: 'Name another with `--kubeconfig F`.',
    where,
    cause: error,
  })
}

function serverOf(config: KubeConfig, access: KubeAccess): string {
  const server = config.getCurrentCluster()?.server ?? ''
  if (/^https?:\/\/[^/]/.test(server)) return server
  throw new AllclearError('kube.config', {
    message: `The context names no address of an API server${server === '' ? '' : `: ${server.slice(0, 200)}`}.`,
    next: 'Look at `clusters[].cluster.server` of the kubeconfig.',
    where: access.kind === 'kubeconfig' ? access.file : undefined,
  })
}

async function withinTime(work: Promise<void>, server: string): Promise<void> {
  const ms = limit('kubeCredentialMs')
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`the credentials for ${server} did not come within ${ms / 1000} s`))
    }, ms)
    timer.unref()
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
