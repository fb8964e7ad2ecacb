/** Lets a number of tasks through at a time; the others wait in the order in which they came. */
export interface Gate {
  /** Resolves with the way out. A signal that ends lets the waiter through, for it has nothing left to do. */
  enter(signal: AbortSignal): Promise<() => void>
}

export function openGate(tasks: number): Gate {
  let free = tasks
  const waiting: (() => void)[] = []
  const leave = () => {
    const next = waiting.shift()
    if (next) next()
    else free++
  }
  return {
    async enter(signal) {
      if (free > 0) free--
      else
        await new Promise<void>((resolve) => {
          waiting.push(resolve)
        })
      if (signal.aborted) {
        leave()
        return () => {}
      }
      let left = false
      return () => {
        if (left) return
        left = true
        leave()
      }
    },
  }
}
