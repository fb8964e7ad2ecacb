import { setImmediate as giveWay } from 'node:timers/promises'

/** How long the work of this process may hold the event loop: below what a request would notice. */
const turnMs = 10
/** When the event loop last had its turn, as far as the loops that ask here know. */
let turnedMs = -Infinity

/**
 * For long loops on the event loop: gives way to others whenever they have waited long enough. All loops count together,
 * for one that follows another without waiting holds the event loop as long as both.
 */
export async function takeTurn(): Promise<void> {
  if (performance.now() - turnedMs < turnMs) return
  await giveWay()
  turnedMs = performance.now()
}
