import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { AllclearError } from '../../errors.ts'

/** How to sign in at a registry. */
export type Credential =
  | { kind: 'password'; user: string; password: string }
  /** An OAuth2 refresh token, which the token server takes instead of a password. */
  | { kind: 'refresh'; token: string }
  /** A bearer token for the registry itself. */
  | { kind: 'bearer'; token: string }

const schema = z.object({
  auths: z
    .record(
      z.string(),
      z.object({
        auth: z.string().nullish(),
        username: z.string().nullish(),
        password: z.string().nullish(),
        identitytoken: z.string().nullish(),
        registrytoken: z.string().nullish(),
      }),
    )
    .nullish(),
  credsStore: z.string().nullish(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
})

/** A helper answers from a key store or asks a cloud; half a minute is longer than any of them takes. */
const helperTimeoutMs = 30_000
const helperBytesMax = 64 * 1024

/**
 * Credentials as container tools keep them: the files of `files` in order (docker's `config.json`, podman's
 * `auth.json`), their helpers first. Null when nobody knows the registry.
 */
export async function findCredential(
  registry: string,
  repository: string,
  files: readonly string[],
): Promise<Credential | null> {
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => null)
    if (text === null) continue
    const found = await fromFile(text, file, registry, repository)
    if (found !== null) return found
  }
  return null
}

/** Where container tools keep credentials, the most specific first. */
export function credentialFiles(env: NodeJS.ProcessEnv = process.env): string[] {
  const files = [
    env.REGISTRY_AUTH_FILE,
    env.DOCKER_CONFIG && join(env.DOCKER_CONFIG, 'config.json'),
    env.XDG_RUNTIME_DIR && join(env.XDG_RUNTIME_DIR, 'containers/auth.json'),
    join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'containers/auth.json'),
    join(homedir(), '.docker/config.json'),
  ]
  return files.filter((file): file is string => typeof file === 'string' && file !== '')
}

async function fromFile(
  text: string,
  file: string,
  registry: string,
  repository: string,
): Promise<Credential | null> {
  let parsed
  try {
    parsed = schema.parse(JSON.parse(text))
  } catch (error) {
    // A broken file must not pass for "no credentials": the registry would be blamed.
    throw new AllclearError('usage', {
      message: `${file} cannot be read as a file of credentials.`,
      next: 'Correct it, or sign in again with `docker login` or `podman login`.',
      where: file,
      cause: error,
    })
  }
  const names = namesOf(registry, repository)
  for (const name of names) {
    const helper = parsed.credHelpers?.[name]
    if (helper) return askHelper(helper, name)
  }
  for (const name of names) {
    const own = parsed.auths?.[name]
    if (!own) continue
    if (own.registrytoken) return { kind: 'bearer', token: own.registrytoken }
    if (own.identitytoken) return { kind: 'refresh', token: own.identitytoken }
    if (own.auth) {
      const decoded = Buffer.from(own.auth, 'base64').toString('utf8')
      const colon = decoded.indexOf(':')
      if (colon > 0)
        return {
          kind: 'password',
          user: decoded.slice(0, colon),
          password: decoded.slice(colon + 1).replace(/\0+$/, ''),
        }
    }
    if (own.username && own.password) return { kind: 'password', user: own.username, password: own.password }
    // `docker login` with a store leaves an empty entry, and the store has the rest.
    if (parsed.credsStore) return askHelper(parsed.credsStore, name)
  }
  return null
}

/** Podman keys by repository too, the longest path first; Docker Hub has a name of its own in Docker's files. */
function namesOf(registry: string, repository: string): string[] {
  const names: string[] = []
  for (
    let path = repository;
    path !== '';
    path = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : ''
  )
    names.push(`${registry}/${path}`)
  names.push(registry, `https://${registry}`, `https://${registry}/v2/`)
  if (registry === 'docker.io') names.push('https://index.docker.io/v1/', 'index.docker.io')
  return names
}

/** docker-credential-helpers: `get`, the server on stdin, JSON on stdout. */
async function askHelper(helper: string, server: string): Promise<Credential | null> {
  // The name becomes a program's; it comes from a file that this account owns, and still names nothing but a helper.
  if (!/^[\w.-]+$/.test(helper)) return null
  const output = await new Promise<string>((resolve, reject) => {
    const child = spawn(`docker-credential-${helper}`, ['get'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: helperTimeoutMs,
    })
    let text = ''
    child.stdout.on('data', (part: Buffer) => {
      text += part.toString('utf8')
      if (text.length > helperBytesMax) child.kill()
    })
    child.on('error', reject)
    child.on('close', () => resolve(text))
    child.stdin.on('error', () => undefined)
    child.stdin.end(server)
  }).catch((error: unknown) => {
    throw new AllclearError('registry.refused', {
      message: `The credential helper docker-credential-${helper} cannot be run: ${(error as Error).message}.`,
      next: 'Install it, or sign in without it.',
      where: server,
    })
  })
  try {
    const { Username, Secret } = z
      .object({ Username: z.string(), Secret: z.string() })
      .parse(JSON.parse(output))
    return Username === '<token>'
      ? { kind: 'refresh', token: Secret }
      : { kind: 'password', user: Username, password: Secret }
  } catch {
    // "credentials not found" is how a helper says that it has none.
    return null
  }
}
