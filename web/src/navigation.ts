import { useSyncExternalStore } from 'react'
import { placeOf, type Place } from './paths.ts'

const listeners = new Set<() => void>()

/** Goes to a path of this console; the new screen's heading gets the focus. */
export function go(path: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, '', path)
  else history.pushState(null, '', path)
  if (!replace) window.scrollTo(0, 0)
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  window.addEventListener('popstate', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('popstate', listener)
  }
}

export function usePlace(): Place {
  const href = useSyncExternalStore(subscribe, () => `${location.pathname}${location.search}`)
  const question = href.indexOf('?')
  return question < 0 ? placeOf(href, '') : placeOf(href.slice(0, question), href.slice(question))
}

/** Follows links of this console without loading the page again. Returns the way to stop. */
export function followLinks(): () => void {
  const onClick = (event: MouseEvent): void => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return
    const link = (event.target as Element).closest?.('a[href]')
    const href = link?.getAttribute('href')
    if (!href?.startsWith('/') || href.startsWith('/api/') || link?.hasAttribute('download')) return
    event.preventDefault()
    go(href)
  }
  document.addEventListener('click', onClick)
  return () => document.removeEventListener('click', onClick)
}
