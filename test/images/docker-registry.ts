import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { sha256 } from '../image-files.ts'

/** Debian's docker-registry on loopback, with a folder of its own. */
export async function startRegistry(): Promise<{ host: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'allclear-docker-registry-'))
  const port = await freePort()
  const host = `127.0.0.1:${port}`
  const config = [
    'version: 0.1',
    `storage: { filesystem: { rootdirectory: ${join(folder, 'data')} } }`,
    `http: { addr: "${host}" }`,
    'log: { level: error }',
    '',
  ].join('\n')
  await writeFile(join(folder, 'config.yml'), config)
  const child: ChildProcess = spawn('docker-registry', ['serve', join(folder, 'config.yml')], {
    stdio: 'ignore',
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  for (let attempt = 0; attempt < 600; attempt++) {
    const answered = await fetch(`http://${host}/v2/`).then(
      (answer) => answer.ok,
      () => false,
    )
    if (answered) break
    if (child.exitCode !== null) throw new Error(`docker-registry ended with ${child.exitCode}`)
    await pause(50)
  }
  return {
    host,
    async stop() {
      child.kill()
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Uploads a blob in one piece, and returns what a manifest says of it. */
export async function pushBlob(
  host: string,
  repository: string,
  bytes: Buffer,
): Promise<{ digest: string; size: number }> {
  const begun = await fetch(`http://${host}/v2/${repository}/blobs/uploads/`, { method: 'POST' })
  const place = new URL(begun.headers.get('location') as string, `http://${host}`)
  place.searchParams.set('digest', sha256(bytes))
  const done = await fetch(place, {
    method: 'PUT',
    body: new Uint8Array(bytes),
    headers: { 'content-type': 'application/octet-stream' },
  })
  if (done.status !== 201) throw new Error(`${host} refuses a blob with ${done.status}`)
  return { digest: sha256(bytes), size: bytes.length }
}

export async function pushManifest(
  host: string,
  repository: string,
  tagOrDigest: string,
  manifest: Buffer,
  mediaType: string,
): Promise<void> {
  const put = await fetch(`http://${host}/v2/${repository}/manifests/${tagOrDigest}`, {
    method: 'PUT',
    body: new Uint8Array(manifest),
    headers: { 'content-type': mediaType },
  })
  if (put.status !== 201)
    throw new Error(`${host} refuses a manifest with ${put.status}: ${await put.text()}`)
}
