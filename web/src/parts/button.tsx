import type { ButtonHTMLAttributes } from 'react'
import styles from './button.module.css'

type Kind = 'plain' | 'primary' | 'icon' | 'quiet'

export function buttonClass(kind: Kind = 'plain'): string {
  return kind === 'plain' ? styles.button : `${styles.button} ${styles[kind]}`
}

/**
 * A button; at most one `primary` on a screen, which `n` goes to. `disabledReason` keeps it in the tab order and says
 * why it does nothing, instead of hiding it.
 */
export function Button({
  kind,
  disabledReason,
  onClick,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { kind?: Kind; disabledReason?: string }) {
  return (
    <button
      type="button"
      {...rest}
      className={buttonClass(kind)}
      data-next={kind === 'primary' ? '' : undefined}
      aria-disabled={disabledReason === undefined ? undefined : true}
      title={disabledReason ?? rest.title}
      onClick={disabledReason === undefined ? onClick : (event) => event.preventDefault()}
    />
  )
}
