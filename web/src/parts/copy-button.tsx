import { useState } from 'react'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'

/** Copies `text`. With `label` a button of words, else an icon whose name is `name`. Says that it did, or that it could not. */
export function CopyButton({ text, label, name }: { text: string; label?: string; name: string }) {
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle')
  const copy = (): void => {
    // Without a secure context there is no clipboard; then the text is selected by hand.
    const copied = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'))
    copied.then(
      () => setState('copied'),
      () => setState('refused'),
    )
  }
  const word = state === 'copied' ? 'Copied' : state === 'refused' ? 'Select and copy' : label
  return (
    <Button
      kind={label === undefined ? 'icon' : 'plain'}
      onClick={copy}
      aria-label={word === undefined ? name : undefined}
      title={label === undefined ? name : undefined}
    >
      {word ?? <Icon name="copy" />}
    </Button>
  )
}
