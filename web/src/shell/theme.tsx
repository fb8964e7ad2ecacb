import { useEffect } from 'react'
import { followed } from '../followed.ts'

const themes = ['system', 'light', 'dark'] as const
type Theme = (typeof themes)[number]

const stored = localStorage.getItem('theme')
const theme = followed<Theme>(stored === 'light' || stored === 'dark' ? stored : 'system')

/** System, light, dark: one press each, remembered in this browser. */
export function ThemeButton({ className }: { className?: string }) {
  const now = theme.use()
  useEffect(() => {
    if (now === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = now
    localStorage.setItem('theme', now)
  }, [now])
  return (
    <button
      type="button"
      className={className}
      onClick={() => theme.set(themes[(themes.indexOf(now) + 1) % themes.length])}
    >
      Theme: {now}
    </button>
  )
}
