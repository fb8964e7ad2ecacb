import { useState, type ReactNode } from 'react'
import { Button } from './button.tsx'
import styles from './filter.module.css'

/** A field that narrows a list; what is typed goes into the URL when it is sent. `f` goes to it. */
export function Filter({
  label,
  value,
  placeholder,
  verb = 'Filter',
  primary,
  onFilter,
  children,
}: {
  label: string
  value: string
  placeholder?: string
  verb?: string
  primary?: boolean
  onFilter: (text: string) => void
  children?: ReactNode
}) {
  const [text, setText] = useState(value)
  const [shown, setShown] = useState(value)
  if (shown !== value) {
    // Another address, by the back button or a link: the field follows it.
    setShown(value)
    setText(value)
  }
  return (
    <form
      className={styles.filter}
      onSubmit={(event) => {
        event.preventDefault()
        onFilter(text.trim())
      }}
    >
      <label>
        <span>{label}</span>
        <input
          data-filter
          value={text}
          placeholder={placeholder}
          onChange={(event) => setText(event.target.value)}
          autoComplete="off"
          spellCheck={false}
        />
      </label>
      <Button type="submit" kind={primary ? 'primary' : 'plain'}>
        {verb}
      </Button>
      {value !== '' && !primary && (
        <Button onClick={() => onFilter('')}>{verb === 'Filter' ? 'Clear the filter' : 'Clear'}</Button>
      )}
      {children}
    </form>
  )
}
