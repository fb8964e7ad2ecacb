import type { Progress } from '../../know/answers.ts'
import type { CliIo } from '../io.ts'
import { formatCount, formatDuration } from './format.ts'

/** Long work on stderr: a bar with counts and time left in a terminal, else a line every few seconds. */
export interface ProgressView {
  show(progress: Progress): void
  /** Removes the bar, so that what follows starts on a clean line. */
  end(): void
}

const barEveryMs = 100
/** In a log a line every five seconds says that it lives without filling the log. */
const lineEveryMs = 5_000
const barColumns = 24
/** Before this much of the work is done a guess of the time left would only jump about. */
const shareForGuess = 0.02

export function openProgress(io: CliIo, quiet: boolean): ProgressView {
  if (quiet) return { show() {}, end() {} }
  let title = ''
  let startedMs = 0
  let shownMs = 0
  let barIsThere = false

  const end = () => {
    if (barIsThere) io.writeError('\r\u001b[K')
    barIsThere = false
  }
  return {
    show(progress) {
      const nowMs = io.clock.nowMs()
      if (progress.title !== title) {
        title = progress.title
        startedMs = nowMs
        // A line at once would be noise for work that is done within a second or two.
        shownMs = io.stderrIsTerminal ? 0 : nowMs
      }
      if (nowMs - shownMs < (io.stderrIsTerminal ? barEveryMs : lineEveryMs)) return
      shownMs = nowMs
      if (!io.stderrIsTerminal) {
        io.writeError(`${textOf(progress, nowMs - startedMs)}\n`)
        return
      }
      io.writeError(`\r\u001b[K${barOf(progress)}${textOf(progress, nowMs - startedMs)}`)
      barIsThere = true
    },
    end,
  }
}

function textOf({ title, done, total, unit }: Progress, tookMs: number): string {
  if (total === null) return `${title}: ${formatCount(done)} ${unit}`
  const share = total === 0 ? 1 : done / total
  const left =
    share >= shareForGuess && share < 1 ? `, ${formatDuration((tookMs / share) * (1 - share))} left` : ''
  return `${title}: ${formatCount(done)} of ${formatCount(total)} ${unit}${left}`
}

function barOf({ done, total }: Progress): string {
  if (total === null || total === 0) return ''
  const full = Math.min(barColumns, Math.floor((done / total) * barColumns))
  return `[${'#'.repeat(full)}${'-'.repeat(barColumns - full)}] `
}
