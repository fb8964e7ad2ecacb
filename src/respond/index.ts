import { join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import { type Envelopes, type KeyEncryption, openEnvelopes } from '../base/envelope/index.ts'
import { limit } from '../base/limits.ts'
import { ProbeRunner } from '../base/probes/index.ts'
import type { Store } from '../base/store/index.ts'
import { openKeyRing, Timelines, type KeyRing } from '../base/timeline/index.ts'
import { ProbeRegistry } from '../core/probe/index.ts'
import type { Knowledge } from '../know/knowledge.ts'
import type { ChecklistLibrary } from '../prepare/checklists/index.ts'
import { knowHandlers } from '../know/probes/index.ts'
import { StageLists } from './incidents/lists.ts'
import { Gate } from './embargo/gate.ts'
import { Incidents } from './incidents/incidents.ts'
import { respondHandlers } from './probes/index.ts'
import { fleetMoved, followFleet } from './follow-fleet.ts'

export interface ResponseOptions {
  store: Store
  clock: Clock
  knowledge: Knowledge
  checklists: ChecklistLibrary
  dataDirectory: string
  /** Whether this process may write; a reader computes verdicts and keeps none. */
  writes: boolean
  /** What encrypts incidents under embargo, opened when there is the first; `make`: there is none yet. */
  keyEncryption(make: boolean): Promise<KeyEncryption>
  /** Makes a key that encrypts from now on, where that is ours to do. */
  addKey(): Promise<void>
  /** When somebody else last gave an account a way to sign in, epoch ms; null: never, or no such account. */
  accountResetAtMs(name: string): Promise<number | null>
}

/** The respond wing as one object. */
export interface Response {
  incidents: Incidents
  /** Who may see which incident. Whoever answers people asks here first. */
  gate: Gate
  envelopes: Envelopes
  /** See `ResponseOptions`. */
  addKey(): Promise<void>
  probes: ProbeRunner
  registry: ProbeRegistry
  keys: KeyRing
  /** The fleet has changed: every incident has noticed it when this returns. */
  fleetChanged(): Promise<void>
  /** From now on, until `close`, what changes in the fleet is noticed by every incident. */
  start(): void
  close(): Promise<void>
}

export async function openResponse(options: ResponseOptions): Promise<Response> {
  const { store, clock, knowledge, checklists, dataDirectory, writes } = options
  const keys = await openKeyRing(join(dataDirectory, 'keys'))
  const registry = new ProbeRegistry()
  const runner = new ProbeRunner({ registry, store, clock, keeps: writes })
  const envelopes: Envelopes = openEnvelopes(store, clock, async () =>
    options.keyEncryption((await envelopes.keysInUse()).length === 0),
  )
  const timelines = new Timelines(store, keys, clock, envelopes)
  const incidents = new Incidents({
    store,
    clock,
    knowledge,
    runner,
    timelines,
    keys,
    lists: new StageLists(checklists),
  })
  registry
    .connect(knowHandlers(knowledge))
    .connect(respondHandlers({ incident: (id) => incidents.state(id), knowledge }))
  const gate = new Gate({ incidents, envelopes, store, clock, accountResetAtMs: options.accountResetAtMs })
  let following: ReturnType<typeof followFleet> | null = null
  return {
    incidents,
    gate,
    envelopes,
    addKey: options.addKey,
    probes: runner,
    registry,
    keys,
    async fleetChanged() {
      fleetMoved(runner)
      await incidents.noticeAll()
    },
    start() {
      if (following !== null) return
      following = followFleet({ knowledge, runner, incidents })
      void runner.compact(clock.nowMs() - limit('probeHistoryMs')).catch(() => {})
    },
    async close() {
      await following?.stop()
      await gate.settled()
      await runner.flush()
    },
  }
}
