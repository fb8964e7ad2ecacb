import type { Logger as Pino } from 'pino'

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>

/** What the program says while it runs: one sentence, and fields for machines. Answers to people are not log lines. */
export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  /** An `error` is for somebody to act on. */
  error(message: string, fields?: LogFields, error?: unknown): void
  /** The same log with fields on every line. */
  with(fields: LogFields): Log
}

export interface LogOptions {
  level: LogLevel
  /** Receives whole lines of JSON; standard error when absent, so that answers on standard output stay clean. */
  write?: (line: string) => void
}

type Line = (pino: Pino) => void

/** Lines that wait while pino loads; more means that it failed to. */
const waitingMax = 1_000

/** A log on pino, which is loaded when the first line above the level comes: most commands never write one. */
export function openLog({ level, write = writeToStandardError }: LogOptions): Log {
  const lowest = logLevels.indexOf(level)
  let pino: Pino | undefined
  let waiting: Line[] | undefined
  const emit = (line: Line) => {
    if (pino !== undefined) line(pino)
    else if (waiting !== undefined) {
      if (waiting.length < waitingMax) waiting.push(line)
    } else {
      waiting = [line]
      void import('pino').then((module) => {
        const opened = module.pino(
          { level, base: null, timestamp: module.pino.stdTimeFunctions.isoTime },
          { write },
        )
        pino = opened
        for (const kept of waiting ?? []) kept(opened)
        waiting = undefined
      })
    }
  }
  const logWith = (common: LogFields): Log => {
    const at =
      (name: Exclude<LogLevel, 'silent'>) =>
      (message: string, fields: LogFields = {}, error?: unknown) => {
        if (logLevels.indexOf(name) < lowest) return
        const line = { ...common, ...fields, ...(error === undefined ? {} : { err: error }) }
        emit((opened) => opened[name](line, message))
      }
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      with: (fields) => logWith({ ...common, ...fields }),
    }
  }
  return logWith({})
}

function writeToStandardError(line: string): void {
  process.stderr.write(line)
}
