import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { withoutTrailingSlashes } from '../../core/trailing-slashes.ts'
import { openConnection, systemSurroundings, type KubeAccess } from '../../base/kube/index.ts'
import { AllclearError } from '../../base/errors.ts'
import { runAgent, type Post } from '../../know/agent/index.ts'
import type { CommandContext } from '../context.ts'
import type { OptionValues } from '../spec.ts'

const dayMs = 24 * 60 * 60 * 1000
/** A key that leaks is worth little after a week. */
const rotateAfterDays = 7

/** `allclear agent --server URL --token-file F --cluster NAME`: runs until it is ended. */
export async function run(context: CommandContext, _args: string[], options: OptionValues): Promise<number> {
  const { io, location, version } = context
  const { server } = location
  const cluster = options.cluster as string | undefined
  if (server === null || cluster === undefined) {
    throw new AllclearError('usage', {
      message: 'An agent needs its hub and the name of its cluster.',
      next: 'Write: allclear agent --server https://hub.example.org --cluster shop-eu --token-file F.',
    })
  }
  const connection = await openConnection(accessOf(context, options))
  try {
    await runAgent({
      post: postTo(server),
      stateDirectory: resolve(
        io.cwd,
        (options.state as string | undefined) ?? join(location.dataDirectory, 'agent', cluster),
      ),
      cluster,
      version,
      token: await tokenOf(context, options.tokenFile as string | undefined),
      connection,
      secretMetadata: options.secretMetadata === true,
      surroundings: systemSurroundings(io.clock),
      signal: io.signal,
      rotateAfterMs: rotateAfterDays * dayMs,
      say: (message) => io.writeError(`${message}\n`),
    })
  } finally {
    connection.close()
  }
  return 0
}

function accessOf({ io }: CommandContext, options: OptionValues): KubeAccess {
  const file = options.kubeconfig as string | undefined
  if (file === undefined) return { kind: 'in-cluster' }
  const name = options.context as string | undefined
  if (name !== undefined) return { kind: 'kubeconfig', file: resolve(io.cwd, file), context: name }
  throw new AllclearError('usage', {
    message: 'A kubeconfig has several contexts.',
    next: 'Name one with --context; in a pod leave both out.',
  })
}

async function tokenOf({ io }: CommandContext, file: string | undefined): Promise<string | null> {
  if (file === undefined) return null
  try {
    return (await readFile(resolve(io.cwd, file), 'utf8')).trim()
  } catch (error) {
    // An agent that is enrolled needs it no more; a mounted secret may be gone by then.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

function postTo(server: string): Post {
  const base = withoutTrailingSlashes(server)
  return async (path, body, headers, signal) => {
    const response = await fetch(`${base}/api/v1/agent/${path}`, {
      method: 'POST',
      body,
      signal,
      redirect: 'error',
      headers: { 'content-type': 'application/json', ...headers },
    })
    return { status: response.status, body: await response.text() }
  }
}
