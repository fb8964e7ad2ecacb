import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** One finished child process, measured from outside. */
export interface Measured {
  seconds: number
  /** High-water mark of resident memory, MiB; 0 where the system does not tell. */
  peakMib: number
  /** Time of processors, in and for the process; 0 where the system does not tell. */
  cpuSeconds: number
  exit: number | null
  stdout: string
  stderr: string
}

/** How often the child's high-water mark is read. It only grows, so what is missed is its last few milliseconds. */
const sampleEveryMs = 5

/** Runs a command to its end. Output is kept up to 64 MiB. */
export function measure(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const started = performance.now()
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    let peakKib = 0
    let ticks = 0
    const timer = setInterval(() => {
      peakKib = Math.max(peakKib, highWaterMarkKib(child.pid))
      ticks = Math.max(ticks, processorTicks(child.pid))
    }, sampleEveryMs)
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    child.once('error', (error) => {
      clearInterval(timer)
      reject(error)
    })
    child.once('close', (exit) => {
      clearInterval(timer)
      resolve({
        seconds: (performance.now() - started) / 1000,
        peakMib: peakKib / 1024,
        cpuSeconds: ticks / ticksPerSecond,
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

/** Linux counts in hundredths of a second (proc(5), sysconf(_SC_CLK_TCK)). */
const ticksPerSecond = 100

function processorTicks(pid: number | undefined): number {
  try {
    // The name in parentheses may hold anything; user and system time are the 12th and 13th field behind it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ')
    return Number(fields[11]) + Number(fields[12])
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
