import { setImmediate as giveWay } from 'node:timers/promises'

/** How long one piece of work may hold the event loop: below what a request would notice. */
const turnMs = 10

/** For long loops on the event loop: `await turn.take()` lets others have theirs whenever this one has lasted long enough. */
export class Turn {
  #endsMs = performance.now() + turnMs

  async take(): Promise<void> {
    if (performance.now() < this.#endsMs) return
    await giveWay()
    this.#endsMs = performance.now() + turnMs
  }
}
