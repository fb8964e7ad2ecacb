import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { refreshAll } from '../api/live.ts'

/** Something that a person does: whether it is being done, and what refused it. What was asked is asked again after it. */
export function useDoing(): {
  doing: boolean
  refused: Error | null
  run: (work: () => Promise<void>) => void
} {
  const queries = useQueryClient()
  const [doing, setDoing] = useState(false)
  const [refused, setRefused] = useState<Error | null>(null)
  const run = (work: () => Promise<void>): void => {
    setDoing(true)
    setRefused(null)
    work()
      .then(() => refreshAll(queries), setRefused)
      .finally(() => setDoing(false))
  }
  return { doing, refused, run }
}
