import { setTimeout as after } from 'node:timers/promises'
import type { ProbeRunner } from '../base/probes/index.ts'
import type { Knowledge } from '../know/knowledge.ts'
import type { Incidents } from './incidents/incidents.ts'

/** Changes that come together are looked at together: a rollout changes a hundred workloads within a second. */
const gatherMs = 100
/** Time alone turns verdicts too: a clock runs out, a role is held for too long. */
const everyMs = 15_000

/** Asks again, for all incidents, when the fleet has changed or some time has passed. One round at a time. */
export function followFleet({
  knowledge,
  runner,
  incidents,
}: {
  knowledge: Pick<Knowledge, 'onChange'>
  runner: ProbeRunner
  incidents: Incidents
}): { stop(): Promise<void> } {
  const stopped = new AbortController()
  let wake = () => {}
  let pending = false
  const changed = () => {
    pending = true
    wake()
  }
  const unsubscribe = knowledge.onChange(() => {
    fleetMoved(runner)
    changed()
  })
  const rounds = (async () => {
    while (!stopped.signal.aborted) {
      if (!pending)
        await Promise.race([
          new Promise<void>((resolve) => {
            wake = resolve
          }),
          after(everyMs, undefined, { signal: stopped.signal, ref: false }).catch(() => {}),
        ])
      if (stopped.signal.aborted) return
      // What is over is looked at now and then: an old incident must not make a new one wait.
      const which = pending ? 'live' : 'all'
      if (pending) await after(gatherMs, undefined, { ref: false })
      pending = false
      runner.changed('clock')
      // What fails now fails loudly where somebody asks; the next round tries again.
      await incidents.noticeAll(which).catch(() => {})
    }
  })()
  return {
    async stop() {
      unsubscribe()
      stopped.abort()
      wake()
      await rounds
    },
  }
}

/** An advisory changes findings, an image changes what runs: each change may turn what rests on any of these. */
export function fleetMoved(runner: ProbeRunner): void {
  for (const input of ['objects', 'contents', 'advisories', 'declared', 'image-bytes'] as const)
    runner.changed(input)
}
