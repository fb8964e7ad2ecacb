/**
 * Loaded into a server before it starts (`node --import`): measures the delays of its event loop from SIGUSR2 on and
 * writes the longest, in ms, to the file that `ALLCLEAR_BENCH_LOOP_DELAY` names when the signal comes again.
 */
import { renameSync, writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

const delays = monitorEventLoopDelay({ resolution: 5 })
let measuring = false
process.on('SIGUSR2', () => {
  if (!measuring) {
    measuring = true
    delays.enable()
    return
  }
  delays.disable()
  const report = process.env.ALLCLEAR_BENCH_LOOP_DELAY as string
  writeFileSync(`${report}.part`, JSON.stringify({ maxMs: delays.max / 1e6 }))
  renameSync(`${report}.part`, report)
})
