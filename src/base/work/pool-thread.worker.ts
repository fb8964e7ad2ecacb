/** What runs in a thread of the pool: takes orders one after another and loads each task on its first order. */
import { flushCompileCache } from 'node:module'
import { parentPort, type MessagePort, type Transferable } from 'node:worker_threads'
import { packError, type Answer, type Order } from './messages.ts'
import type { Run } from './types.ts'

const port = parentPort as MessagePort
const loaded = new Map<string, Promise<Run<unknown, unknown>>>()

port.on('message', async ({ href, input }: Order) => {
  const transfer: Transferable[] = []
  let answer: Answer
  try {
    const run = await load(href)
    answer = { output: await run(input, transfer) }
  } catch (error) {
    transfer.length = 0
    answer = { thrown: packError(error) }
  }
  port.postMessage(answer, transfer)
})

function load(href: string): Promise<Run<unknown, unknown>> {
  let run = loaded.get(href)
  if (run === undefined) {
    run = import(href).then((module: { run: Run<unknown, unknown> }) => {
      // A thread is ended, it does not end: what it compiled would never be kept otherwise.
      setImmediate(flushCompileCache)
      return module.run
    })
    loaded.set(href, run)
  }
  return run
}
