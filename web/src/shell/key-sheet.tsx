import { Dialog } from '@base-ui/react/dialog'
import { Button } from '../parts/button.tsx'
import { shortcutGroups, shortcuts, singleKeys } from './shortcuts.ts'
import styles from './key-sheet.module.css'

/** The keys, and the switch that turns single ones off. */
export function KeySheet({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const on = singleKeys.use()
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup className={styles.sheet}>
          <div className={styles.head}>
            <Dialog.Title>Keys</Dialog.Title>
            <Dialog.Close render={<Button />}>Close</Dialog.Close>
          </div>
          <div className={styles.groups}>
            {shortcutGroups.map((group) => (
              <section key={group}>
                <h3>{group}</h3>
                <dl>
                  {shortcuts
                    .filter((shortcut) => shortcut.group === group)
                    .map(({ keys, does }) => (
                      <div key={keys}>
                        <dt>
                          {keys.split(' ').map((key) => (
                            <kbd key={key}>{key}</kbd>
                          ))}
                        </dt>
                        <dd>{does}</dd>
                      </div>
                    ))}
                </dl>
              </section>
            ))}
          </div>
          <label className={styles.switch}>
            <input
              type="checkbox"
              checked={on}
              onChange={(event) => {
                singleKeys.set(event.target.checked)
                localStorage.setItem('single-keys', event.target.checked ? 'on' : 'off')
              }}
            />
            Single keys work in this browser
          </label>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
