import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { ask } from '../api/client.ts'
import { refreshAll } from '../api/live.ts'
import { queries } from '../api/queries.ts'
import type { SoftwareDeclaration } from '../api/schema.generated.ts'
import { Button } from '../parts/button.tsx'
import { Cli, shellWord } from '../parts/cli.tsx'
import { Failure } from '../parts/failure.tsx'
import styles from '../parts/form.module.css'
import { Ledger, Section } from '../parts/ledger.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { pb } from '../paths.ts'

const texts = [
  { name: 'name', label: 'Name', hint: 'What it is called: edr-agent', needed: true },
  { name: 'supplier', label: 'Supplier', hint: 'Whose it is: vendor.example', needed: true },
  { name: 'version', label: 'Version', hint: 'The one that runs', needed: false },
  {
    name: 'places',
    label: 'Places',
    hint: 'Divided by commas; nodes of a cluster that is named count as its hosts',
    needed: false,
  },
  { name: 'hosts', label: 'Hosts', hint: 'On how many it runs, a whole number', needed: false },
  {
    name: 'pushedBy',
    label: 'Pushed by',
    hint: 'Who can bring a new version without a gate of ours',
    needed: false,
  },
  { name: 'note', label: 'Note', hint: 'What else people should know', needed: false },
] as const

const choices = [
  {
    name: 'access',
    label: 'Access',
    hint: 'What it has of its host. If unsure, the most.',
    options: { user: 'its own user', root: 'root', kernel: 'loads code into the kernel' },
  },
  {
    name: 'channel',
    label: 'Next version',
    hint: 'How it comes.',
    options: {
      unknown: 'not known',
      pinned: 'pinned: a change of ours brings it',
      tag: 'a version that can be pushed again',
      floating: 'by itself, at any time',
    },
  },
] as const

type Form = Record<(typeof texts)[number]['name'], string> & Pick<SoftwareDeclaration, 'access' | 'channel'>

const empty: Form = {
  name: '',
  supplier: '',
  version: '',
  places: '',
  hosts: '',
  pushedBy: '',
  note: '',
  access: 'root',
  channel: 'unknown',
}

/** Software outside of Kubernetes, told by hand; what was typed stays when it is refused. */
export function SoftwareNewScreen() {
  const navigate = useNavigate()
  const client = useQueryClient()
  const example = useQuery(queries.status()).data?.example === true
  const [form, setForm] = useState(empty)
  const [refused, setRefused] = useState<Error | null>(null)
  const [sending, setSending] = useState(false)
  const send = async (): Promise<void> => {
    setSending(true)
    setRefused(null)
    try {
      await ask('POST /api/v1/software', { body: declarationOf(form) })
      void refreshAll(client)
      await navigate(pb.software({ role: 'host' }))
    } catch (error) {
      setRefused(error as Error)
    } finally {
      setSending(false)
    }
  }
  return (
    <>
      <PageHead
        title="Declare a host agent"
        facts={['software outside of Kubernetes', 'it replaces what was said of the name before']}
      />
      <div className={styles.rule} />
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          if (!example) void send()
        }}
      >
        {texts.map(({ name, label, hint, needed }) => (
          <div key={name} className={styles.field}>
            <label htmlFor={`software-${name}`}>
              {label} {!needed && <span className="meta">if known</span>}
            </label>
            <input
              id={`software-${name}`}
              value={form[name]}
              required={needed}
              inputMode={name === 'hosts' ? 'numeric' : undefined}
              pattern={name === 'hosts' ? '[0-9]{1,8}' : undefined}
              aria-describedby={`software-${name}-hint`}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setForm({ ...form, [name]: event.target.value })}
            />
            <span className="meta" id={`software-${name}-hint`}>
              {hint}
            </span>
          </div>
        ))}
        {choices.map(({ name, label, hint, options }) => (
          <div key={name} className={styles.field}>
            <label htmlFor={`software-${name}`}>{label}</label>
            <select
              id={`software-${name}`}
              value={form[name]}
              aria-describedby={`software-${name}-hint`}
              onChange={(event) => setForm({ ...form, [name]: event.target.value })}
            >
              {Object.entries(options).map(([value, title]) => (
                <option key={value} value={value}>
                  {title}
                </option>
              ))}
            </select>
            <span className="meta" id={`software-${name}-hint`}>
              {hint}
            </span>
          </div>
        ))}
        {refused && <Failure error={refused} />}
        <Button
          type="submit"
          kind="primary"
          disabledReason={
            example
              ? 'The example fleet is the same for everybody; declarations need a fleet of your own.'
              : sending
                ? 'It is being sent.'
                : undefined
          }
        >
          Declare it
        </Button>
        {example && (
          <p className={`meta ${styles.beside}`}>
            The example fleet is the same for everybody and takes no declarations; a fleet of your own does.
          </p>
        )}
      </form>
      <Ledger>
        <Section title="In a terminal">
          <Cli line={lineOf(form)} />
        </Section>
      </Ledger>
    </>
  )
}

function declarationOf(form: Form): SoftwareDeclaration {
  const { name, supplier, version, places, hosts, pushedBy, note, access, channel } = form
  return {
    name: name.trim(),
    supplier: supplier.trim(),
    version: version.trim() || null,
    hosts: hosts.trim() === '' ? null : Number(hosts),
    places: placesOf(places),
    access,
    channel,
    pushedBy: pushedBy.trim() || null,
    note: note.trim() || null,
  }
}

function placesOf(text: string): string[] {
  return text
    .split(',')
    .map((place) => place.trim())
    .filter((place) => place !== '')
}

/** The command that declares the same. */
function lineOf({ name, supplier, version, places, hosts, pushedBy, note, access, channel }: Form): string {
  const options: readonly (readonly [flag: string, value: string])[] = [
    ['--supplier', supplier.trim() || 'SUPPLIER'],
    ['--release', version.trim()],
    ...placesOf(places).map((place) => ['--place', place] as const),
    ['--hosts', hosts.trim()],
    ['--access', access],
    ['--channel', channel],
    ['--pushed-by', pushedBy.trim()],
    ['--note', note.trim()],
  ]
  return [
    `allclear software add ${shellWord(name.trim() || 'NAME')}`,
    ...options.flatMap(([flag, value]) => (value === '' ? [] : [`${flag} ${shellWord(value)}`])),
  ].join(' ')
}
