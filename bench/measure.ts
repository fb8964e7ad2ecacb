import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** One finished child process, measured from outside. */
export interface Measured {
  seconds: number
  /** User and system time of all its threads, to be set beside `seconds` where others share the processors; 0 likewise. */
  cpuSeconds: number
  /** High-water mark of resident memory, MiB; 0 where the system does not tell. */
  peakMib: number
  exit: number | null
  stdout: string
  stderr: string
}

/** How often the child's figures are read. They only grow, so what is missed is its last few milliseconds. */
const sampleEveryMs = 5

/** Runs a command to its end. With `discard` its output goes nowhere, else it is kept. */
export function measure(
  command: string,
  args: readonly string[],
  { env = {}, discard = false }: { env?: NodeJS.ProcessEnv; discard?: boolean } = {},
): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const started = performance.now()
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', discard ? 'ignore' : 'pipe', 'pipe'],
    })
    let peakKib = 0
    let cpuSeconds = 0
    const timer = setInterval(() => {
      peakKib = Math.max(peakKib, highWaterMarkKib(child.pid))
      cpuSeconds = Math.max(cpuSeconds, cpuSecondsOf(child.pid))
    }, sampleEveryMs)
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk))
    child.once('error', (error) => {
      clearInterval(timer)
      reject(error)
    })
    child.once('close', (exit) => {
      clearInterval(timer)
      resolve({
        seconds: (performance.now() - started) / 1000,
        cpuSeconds,
        peakMib: peakKib / 1024,
        exit,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      })
    })
  })
}

function highWaterMarkKib(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1')
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0)
  } catch {
    return 0
  }
}

/** Fields 14 and 15 of /proc/PID/stat (proc_pid_stat(5)), in clock ticks of which Linux tells programs 100 a second. */
function cpuSecondsOf(pid: number | undefined): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name of the command, in parentheses, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / 100
  } catch {
    return 0
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** The value below which `share` of the values lie (nearest rank). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))]
}
