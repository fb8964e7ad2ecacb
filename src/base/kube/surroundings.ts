import { setTimeout as pause } from 'node:timers/promises'
import { systemClock, type Clock } from '../clock.ts'
import { limit } from '../limits.ts'
import { openGate } from './gate.ts'
import type { Surroundings } from './list-watch.ts'

/** The real ones; the clock of the program. */
export function systemSurroundings(clock: Clock = systemClock): Surroundings {
  return {
    clock,
    random: Math.random,
    wait: (ms, signal) => pause(ms, undefined, { signal }).catch(() => {}),
    lists: openGate(limit('kubeListsAtOnce')),
  }
}
