/**
 * Where the focus goes after a navigation: to the heading of the new page, as soon as it is there. The first page keeps
 * the browser's own focus, and somebody who has begun to type elsewhere keeps theirs.
 */
let due = false

export function focusDue(): void {
  due = true
}

export function takeFocus(heading: HTMLElement | null): void {
  if (!due || heading === null) return
  due = false
  const active = document.activeElement
  if (active instanceof HTMLElement && /^(?:INPUT|TEXTAREA|SELECT)$/.test(active.tagName)) return
  heading.focus({ preventScroll: true })
}
