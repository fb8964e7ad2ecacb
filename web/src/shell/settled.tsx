import { useIsFetching } from '@tanstack/react-query'
import { useRouterState } from '@tanstack/react-router'
import { useEffect } from 'react'

/**
 * Sets `<html data-settled="/the/path?and=search">` when the page shows what its address asks for: code loaded, every
 * question answered, painted. Tests and screenshots wait for it instead of for time.
 */
export function SettledMark() {
  const fetching = useIsFetching()
  const href = useRouterState({
    select: ({ status, location }) => (status === 'idle' ? location.href : null),
  })
  useEffect(() => {
    const html = document.documentElement
    delete html.dataset.settled
    if (fetching > 0 || href === null) return undefined
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => (html.dataset.settled = location.pathname + location.search))
    })
    return () => cancelAnimationFrame(frame)
  }, [fetching, href])
  return null
}
