/** Own stroke icons, 16 px; alone only for copy, close, open and closed, each named by its button. */
const shapes = {
  copy: 'M5.75 5.75h7.5v7.5h-7.5ZM3.5 10.25H2.75v-7.5h7.5v.75',
  close: 'M4 4l8 8M12 4l-8 8',
  open: 'M4 6l4 4 4-4',
  closed: 'M6 4l4 4-4 4',
  up: 'M8 12.5V4M4.5 7.5 8 4l3.5 3.5',
  down: 'M8 3.5V12M4.5 8.5 8 12l3.5-3.5',
} as const

export function Icon({ name }: { name: keyof typeof shapes }) {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      <path d={shapes[name]} fill="none" stroke="currentColor" strokeWidth="1.5" />
    </svg>
  )
}
