import { useEffect } from 'react'
import { followed } from '../followed.ts'
import { pb } from '../paths.ts'
import { router } from '../routes.ts'

/** Every key of the console: the key map, the sheet and `aria-keyshortcuts` are made from this list. */
export const shortcutGroups = ['Anywhere', 'Go to', 'In a list', 'In an incident'] as const
export const shortcuts: readonly { keys: string; does: string; group: (typeof shortcutGroups)[number] }[] = [
  { keys: '/', does: 'ask: did you hear about…?', group: 'Anywhere' },
  { keys: 'Ctrl-K', does: 'the same, also while typing', group: 'Anywhere' },
  { keys: '?', does: 'this sheet', group: 'Anywhere' },
  { keys: 'n', does: 'the next step of this page', group: 'Anywhere' },
  { keys: '.', does: 'show what has changed', group: 'Anywhere' },
  { keys: 'y', does: 'copy the link to this page', group: 'Anywhere' },
  { keys: 'g h', does: 'home', group: 'Go to' },
  { keys: 'g i', does: 'incidents', group: 'Go to' },
  { keys: 'g w', does: 'where', group: 'Go to' },
  { keys: 'g e', does: 'exposure', group: 'Go to' },
  { keys: 'g m', does: 'images', group: 'Go to' },
  { keys: 'g c', does: 'clusters', group: 'Go to' },
  { keys: 'g t', does: 'software of others, third parties', group: 'Go to' },
  { keys: 'g p', does: 'identities and their privileges', group: 'Go to' },
  { keys: 'g a', does: 'advisories', group: 'Go to' },
  { keys: 'j', does: 'next row', group: 'In a list' },
  { keys: 'k', does: 'previous row', group: 'In a list' },
  { keys: 'Enter', does: 'open the row', group: 'In a list' },
  { keys: 'e', does: 'why: open or close the explanation', group: 'In a list' },
  { keys: 'f', does: 'filter', group: 'In a list' },
  { keys: 'v', does: 'picture or table', group: 'In a list' },
  { keys: '1 … 5', does: 'the stage', group: 'In an incident' },
  { keys: 't', does: 'write an entry', group: 'In an incident' },
  { keys: 'd', does: 'write a decision down', group: 'In an incident' },
  { keys: 'h', does: 'add a hypothesis', group: 'In an incident' },
]
/** Single keys can be switched off (WCAG 2.1.4); Ctrl-K and Escape stay. Remembered in this browser. */
export const singleKeys = followed(localStorage.getItem('single-keys') !== 'off')

const places: Record<string, () => void> = {
  h: () => void router.navigate(pb.home()),
  i: () => void router.navigate(pb.incidents()),
  w: () => void router.navigate(pb.where()),
  e: () => void router.navigate(pb.exposure()),
  m: () => void router.navigate(pb.images()),
  c: () => void router.navigate(pb.clusters()),
  t: () => void router.navigate(pb.software()),
  p: () => void router.navigate(pb.identities()),
  a: () => void router.navigate(pb.advisories()),
}
/** How long `g` waits for its second key. */
const chordMs = 1500

export interface Actions {
  ask(): void
  help(): void
  applyChanges(): void
}

export function useShortcuts(actions: Actions): void {
  useEffect(() => {
    let goUntilMs = 0
    const keys: Record<string, () => void> = {
      '/': actions.ask,
      '?': actions.help,
      '.': actions.applyChanges,
      n: () => document.querySelector<HTMLElement>('main [data-next]')?.focus(),
      y: () => void navigator.clipboard?.writeText(location.href),
      g: () => {
        goUntilMs = Date.now() + chordMs
      },
      j: () => moveRow(1),
      k: () => moveRow(-1),
      e: explainRow,
      f: () => document.querySelector<HTMLElement>('main [data-filter]')?.focus(),
      v: () => document.querySelector<HTMLElement>('main [data-view]')?.click(),
    }
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        actions.ask()
        return
      }
      const target = event.target as HTMLElement
      if (!singleKeys.get() || event.ctrlKey || event.metaKey || event.altKey || isTyping(target)) return
      if (target.closest('[role=dialog]') && event.key !== '?') return
      const place = Date.now() < goUntilMs ? places[event.key] : undefined
      const run = place ?? keys[event.key] ?? keyOfScreen(event.key)
      goUntilMs = 0
      if (run === undefined) return
      event.preventDefault()
      run()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [actions])
}

/** Keys of one screen: what they press carries `data-key`. */
function keyOfScreen(key: string): (() => void) | undefined {
  const found = document.querySelector<HTMLElement>(`main [data-key="${CSS.escape(key)}"]`)
  return found === null ? undefined : () => found.click()
}

function isTyping(target: HTMLElement): boolean {
  return target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('main [data-row]')]
}

function currentRow(all: readonly HTMLElement[]): number {
  return all.findIndex((row) => row.contains(document.activeElement))
}

/** Moves the focus along the first link or button of each row; the page scrolls after it. */
function moveRow(by: number): void {
  const all = rows().filter((row) => row.querySelector('a, button') !== null)
  if (all.length === 0) return
  const at = currentRow(all)
  // From outside of the list the first row in sight is the next one.
  const inSight = all.findIndex((row) => row.getBoundingClientRect().top >= 48)
  const next = at < 0 ? Math.max(0, inSight) : Math.min(all.length - 1, Math.max(0, at + by))
  const link = all[next].querySelector<HTMLElement>('a, button')
  link?.focus({ preventScroll: true })
  all[next].scrollIntoView({ block: 'nearest' })
}

function explainRow(): void {
  const all = rows()
  const at = Math.max(0, currentRow(all))
  all[at]?.querySelector<HTMLElement>('[aria-expanded]')?.click()
}
