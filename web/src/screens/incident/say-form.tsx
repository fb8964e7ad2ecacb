import { useId, useState, type FormEvent } from 'react'
import { Button } from '../../parts/button.tsx'
import { Cli } from '../../parts/cli.tsx'
import { Failure } from '../../parts/failure.tsx'
import styles from './say-form.module.css'
import { useTalk } from './talk.ts'
import { lineOf, type Words } from './words.ts'

export interface Field {
  name: string
  label: string
  /** More than a line is expected. */
  long?: boolean
  optional?: boolean
  type?: 'text' | 'date'
  hint?: string
  /** What may be chosen, by value. */
  choices?: Readonly<Record<string, string>>
  initial?: string
}

type Values = Record<string, string>

/**
 * A few fields that become one thing said in the incident. What is typed stays until it is accepted, whatever arrives
 * meanwhile; the line of a terminal that says the same stands below.
 */
export function SayForm({
  label,
  fields,
  verb,
  wordsOf,
  onDone,
  onCancel,
}: {
  /** Names the form for those who do not see where it stands. */
  label: string
  fields: readonly Field[]
  verb: string
  wordsOf: (values: Values) => Words
  onDone?: () => void
  onCancel?: () => void
}) {
  const { incident, speaker, say } = useTalk()
  const id = useId()
  const initial = Object.fromEntries(fields.map((field) => [field.name, field.initial ?? '']))
  const [values, setValues] = useState<Values>(initial)
  const [refused, setRefused] = useState<Error | null>(null)
  const [sending, setSending] = useState(false)
  const missing = fields.find(({ name, optional }) => optional !== true && values[name].trim() === '')
  const words = wordsOf(values)
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (missing !== undefined || sending) return
    setSending(true)
    setRefused(null)
    try {
      await say(words)
      setValues(initial)
      onDone?.()
    } catch (error) {
      setRefused(error as Error)
    } finally {
      setSending(false)
    }
  }
  return (
    <form className={styles.form} aria-label={label} onSubmit={(event) => void send(event)}>
      {fields.map((field, at) => (
        <SayField
          key={field.name}
          id={`${id}-${field.name}`}
          field={field}
          value={values[field.name]}
          // Whoever opens a form wants to write in it.
          focused={at === 0 && onCancel !== undefined}
          onChange={(value) => setValues({ ...values, [field.name]: value })}
        />
      ))}
      {refused && <Failure error={refused} />}
      <div className={styles.actions}>
        <Button
          type="submit"
          disabledReason={
            sending
              ? 'It is being sent.'
              : missing === undefined
                ? undefined
                : `“${missing.label}” is still empty.`
          }
        >
          {verb}
        </Button>
        {onCancel && (
          <Button kind="quiet" onClick={onCancel}>
            Cancel
          </Button>
        )}
      </div>
      {missing === undefined && <Cli line={lineOf(words, incident.id, speaker.as)} />}
    </form>
  )
}

function SayField({
  id,
  field,
  value,
  focused,
  onChange,
}: {
  id: string
  field: Field
  value: string
  focused: boolean
  onChange: (value: string) => void
}) {
  const { label, long, optional, type = 'text', hint, choices } = field
  const common = { id, value, autoFocus: focused, 'aria-describedby': hint && `${id}-hint` }
  return (
    <div className={styles.field}>
      <label htmlFor={id}>
        {label}
        {optional && <span className="meta"> (may stay empty)</span>}
      </label>
      {choices !== undefined ? (
        <select {...common} onChange={(event) => onChange(event.target.value)}>
          {Object.entries(choices).map(([word, title]) => (
            <option key={word} value={word}>
              {title}
            </option>
          ))}
        </select>
      ) : long ? (
        <textarea {...common} rows={2} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <input
          {...common}
          type={type}
          autoComplete="off"
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      {hint && (
        <span className="meta" id={`${id}-hint`}>
          {hint}
        </span>
      )}
    </div>
  )
}

/** A button that says one thing; what is refused stands below it. */
export function SayButton({
  words,
  children,
  kind,
  disabledReason,
  shortcut,
}: {
  words: Words
  children: string
  kind?: 'plain' | 'primary' | 'quiet'
  disabledReason?: string
  shortcut?: string
}) {
  const { incident, speaker, say } = useTalk()
  const [refused, setRefused] = useState<Error | null>(null)
  const [sending, setSending] = useState(false)
  const send = async (): Promise<void> => {
    setSending(true)
    setRefused(null)
    try {
      await say(words)
    } catch (error) {
      setRefused(error as Error)
    } finally {
      setSending(false)
    }
  }
  return (
    <>
      <Button
        kind={kind}
        title={lineOf(words, incident.id, speaker.as)}
        disabledReason={sending ? 'It is being sent.' : disabledReason}
        onClick={() => void send()}
      >
        {children}
        {shortcut !== undefined && <kbd>{shortcut}</kbd>}
      </Button>
      {refused && <Failure error={refused} />}
    </>
  )
}
