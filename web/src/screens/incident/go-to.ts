/** Brings a part of the page into sight and gives the focus to what can be done there. */
export function goTo(id: string): void {
  requestAnimationFrame(() => {
    const part = document.getElementById(id)
    if (part === null) return
    part.scrollIntoView({ block: 'center' })
    const control = part.querySelector<HTMLElement>(
      'form :is(input, textarea, select), [role=checkbox], button, a',
    )
    control?.focus({ preventScroll: true })
  })
}
