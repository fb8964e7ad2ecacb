import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { ask } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import { useSpeaker } from '../api/speaker.ts'
import { Button } from '../parts/button.tsx'
import { Cli, shellWord } from '../parts/cli.tsx'
import { Failure } from '../parts/failure.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { pb } from '../paths.ts'
import styles from './incident-new.module.css'

const route = getRouteApi('/incidents/new')

/** Three fields and an incident is there: with the lead, three hypotheses, five stages and a clock that runs. */
export function IncidentNewScreen() {
  const { advisory = '' } = route.useSearch()
  const client = useQueryClient()
  const navigate = useNavigate()
  const speaker = useSpeaker()
  const [form, setForm] = useState({ advisory, title: '', source: '' })
  const [refused, setRefused] = useState<Error | null>(null)
  const [sending, setSending] = useState(false)
  const id = form.advisory.trim()
  const known = useQuery(queries.liveIncidents()).data?.rows.find((row) => row.advisory === id)
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (id === '' || sending) return
    setSending(true)
    setRefused(null)
    try {
      const { title, source } = form
      const opened = await ask('POST /api/v1/incidents', {
        query: { as: speaker.as },
        body: {
          advisory: id,
          ...(title.trim() === '' ? {} : { title: title.trim() }),
          ...(source.trim() === '' ? {} : { source: source.trim() }),
        },
      })
      client.setQueryData(queries.incident(opened.id, speaker.as).queryKey, opened)
      await client.invalidateQueries({ queryKey: ['GET /api/v1/incidents'] })
      await navigate(pb.incident(opened.id))
    } catch (error) {
      setRefused(error as Error)
      setSending(false)
    }
  }
  const field = (name: keyof typeof form, label: string, hint: string) => (
    <div className={styles.field}>
      <label htmlFor={name}>{label}</label>
      <input
        id={name}
        value={form[name]}
        autoComplete="off"
        spellCheck={name !== 'advisory'}
        aria-describedby={`${name}-hint`}
        onChange={(event) => setForm({ ...form, [name]: event.target.value })}
      />
      <span className="meta" id={`${name}-hint`}>
        {hint}
      </span>
    </div>
  )
  return (
    <>
      <PageHead title="Declare incident" />
      <p className="prose soft">
        You lead until somebody takes over. Whether it really is one is decided in the first stage; if unsure,
        open it.
      </p>
      <form className={styles.form} onSubmit={(event) => void send(event)}>
        {field('advisory', 'What is it about?', 'A vulnerability, as in CVE-2021-44228.')}
        {field('title', 'Title', 'May stay empty: the advisory’s own.')}
        {field('source', 'Where did you hear of it?', 'May stay empty.')}
        {known !== undefined && (
          <p>
            <Link {...pb.incident(known.id)}>{known.id}</Link> is open for it already.
          </p>
        )}
        {refused && <Failure error={refused} />}
        <p>
          <Button
            type="submit"
            kind="primary"
            disabledReason={id === '' ? 'Say what it is about.' : sending ? 'It is being opened.' : undefined}
          >
            Open the incident <kbd>n</kbd>
          </Button>
        </p>
        {id !== '' && <Cli line={lineOf(id, form, speaker.as)} />}
      </form>
    </>
  )
}

function lineOf(
  id: string,
  { title, source }: { title: string; source: string },
  as: string | undefined,
): string {
  return [
    `allclear incident open ${shellWord(id)}`,
    ...(title.trim() === '' ? [] : [`--title ${shellWord(title.trim())}`]),
    ...(source.trim() === '' ? [] : [`--source ${shellWord(source.trim())}`]),
    ...(as === undefined ? [] : [`--as @${as}`]),
  ].join(' ')
}
