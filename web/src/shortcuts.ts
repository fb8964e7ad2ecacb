import { useEffect } from 'react'
import { go } from './navigation.ts'
import { pb } from './paths.ts'

/** Every key of the console: the key map and the sheet are made from this list. */
export const shortcuts: readonly { keys: string; does: string }[] = [
  { keys: '/', does: 'ask' },
  { keys: '?', does: 'this sheet' },
  { keys: 'g h', does: 'home' },
  { keys: 'g w', does: 'where' },
  { keys: 'g m', does: 'images' },
  { keys: 'g c', does: 'clusters' },
  { keys: 'g a', does: 'advisories' },
  { keys: 'j', does: 'next row' },
  { keys: 'k', does: 'previous row' },
  { keys: 'v', does: 'picture or table' },
]

const places: Record<string, () => string> = {
  h: pb.home,
  w: () => pb.where(),
  m: () => pb.images(),
  c: pb.clusters,
  a: () => pb.advisories(),
}
/** How long `g` waits for its second key. */
const chordMs = 1500

export function useShortcuts({ box, help, close }: { box(): void; help(): void; close(): void }): void {
  useEffect(() => {
    let goUntilMs = 0
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement
      const typing = target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        box()
        return
      }
      if (event.key === 'Escape') {
        if (typing) target.blur()
        close()
        return
      }
      if (typing || event.ctrlKey || event.metaKey || event.altKey) return
      if (Date.now() < goUntilMs && places[event.key]) {
        goUntilMs = 0
        event.preventDefault()
        go(places[event.key]())
        return
      }
      switch (event.key) {
        case '/':
          event.preventDefault()
          box()
          break
        case '?':
          help()
          break
        case 'g':
          goUntilMs = Date.now() + chordMs
          break
        case 'j':
          moveRow(1)
          break
        case 'k':
          moveRow(-1)
          break
      }
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  })
}

/** Moves the focus along the first link of each table row. */
function moveRow(by: number): void {
  const links = [...document.querySelectorAll<HTMLElement>('main tbody tr')].flatMap(
    (row) => row.querySelector<HTMLElement>('a, button') ?? [],
  )
  if (links.length === 0) return
  const at = links.indexOf(document.activeElement as HTMLElement)
  links[Math.min(links.length - 1, Math.max(0, at < 0 ? 0 : at + by))].focus()
}
