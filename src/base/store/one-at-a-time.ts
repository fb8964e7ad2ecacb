import { AsyncLocalStorage } from 'node:async_hooks'

/** Set while a transaction is open; work that it started and did not wait for sees `open` turn false. */
interface Scope {
  queue: OneAtATime
  open: boolean
}

const scopes = new AsyncLocalStorage<Scope>()

/** Writers of this process, one after another, in the order in which they came. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve()

  run<T>(work: () => Promise<T>): Promise<T> {
    const outer = scopes.getStore()
    if (outer?.queue === this && outer.open) {
      return Promise.reject(
        new Error(
          'A write was asked of the store inside one of its transactions; ask the transaction instead, or both wait forever.',
        ),
      )
    }
    const scope: Scope = { queue: this, open: true }
    const result = this.#last.then(() => scopes.run(scope, work)).finally(() => (scope.open = false))
    this.#last = result.catch(() => undefined)
    return result
  }
}
