/**
 * Whether somebody reads: the focus or the pointer is in a list, a dialog is open, or the page is scrolled. Then what
 * changes waits (console.md 4.0, "Stable reading").
 */
export function isReading(): boolean {
  return (
    window.scrollY > 0 ||
    document.querySelector('[role=dialog], main [role=table]:hover, main [role=table]:focus-within') !== null
  )
}
