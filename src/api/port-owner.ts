import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { promisify } from 'node:util'

export interface PortOwner {
  pid: number
  command: string
}

/** Which process listens on a port, as far as we may see; null otherwise. */
export async function findPortOwner(port: number): Promise<PortOwner | null> {
  return (await fromProc(port)) ?? (await fromLsof(port))
}

/** Linux: the socket's inode from /proc/net/tcp{,6} (state 0A is LISTEN), then whose descriptor it is. proc(5) */
async function fromProc(port: number): Promise<PortOwner | null> {
  const inodes = new Set<string>()
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(table, 'utf8').catch(() => '')
    for (const line of text.split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/)
      if (fields[3] !== '0A' || Number.parseInt(fields[1]?.split(':')[1] ?? '', 16) !== port) continue
      inodes.add(`socket:[${fields[9]}]`)
    }
  }
  if (inodes.size === 0) return null
  for (const pid of (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))) {
    for (const descriptor of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
      const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '')
      if (!inodes.has(target)) continue
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      return { pid: Number(pid), command: command.replaceAll('\0', ' ').trim().slice(0, 200) }
    }
  }
  return null
}

async function fromLsof(port: number): Promise<PortOwner | null> {
  try {
    const { stdout } = await promisify(execFile)('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], {
      timeout: 2_000,
    })
    const pid = /^p(\d+)$/m.exec(stdout)
    const command = /^c(.+)$/m.exec(stdout)
    return pid === null ? null : { pid: Number(pid[1]), command: command?.[1] ?? '' }
  } catch {
    return null
  }
}
