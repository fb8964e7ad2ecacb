import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { ask } from '../api/client.ts'
import { refreshAll } from '../api/live.ts'
import type { ProvisionalAdvisory } from '../api/schema.generated.ts'
import { Button } from '../parts/button.tsx'
import { Cli, shellWord } from '../parts/cli.tsx'
import { Failure } from '../parts/failure.tsx'
import styles from '../parts/form.module.css'
import { Ledger, Section } from '../parts/ledger.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { pb } from '../paths.ts'

const route = getRouteApi('/advisories/new')

const fields = [
  {
    name: 'package',
    label: 'Package',
    hint: 'A package URL without version: pkg:maven/org.example/lib',
    needed: true,
  },
  { name: 'range', label: 'Affected versions', hint: '>=1.0 <1.4.2, or <2.17.1, or 1.2.3', needed: true },
  { name: 'title', label: 'Title', hint: 'What it does, in one sentence', needed: true },
  { name: 'id', label: 'Id', hint: 'A CVE or GHSA id when there is one', needed: false },
] as const

/** An advisory typed in ten seconds, before any feed knows; what was typed stays when it is refused. */
export function AdvisoryNewScreen() {
  const search = route.useSearch()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [form, setForm] = useState({
    id: search.id ?? '',
    package: search.package ?? '',
    range: search.range ?? '',
    title: '',
    severity: '',
  })
  const [refused, setRefused] = useState<Error | null>(null)
  const [sending, setSending] = useState(false)
  const send = async (): Promise<void> => {
    setSending(true)
    setRefused(null)
    const filled = Object.entries(form)
      .map(([name, value]) => [name, value.trim()])
      .filter(([, value]) => value !== '')
    try {
      const { answer } = await ask('POST /api/v1/advisories/provisional', {
        body: Object.fromEntries(filled) as ProvisionalAdvisory,
      })
      void refreshAll(queries)
      await navigate(pb.cve(answer.id))
    } catch (error) {
      setRefused(error as Error)
    } finally {
      setSending(false)
    }
  }
  return (
    <>
      <PageHead
        title="Describe an advisory"
        facts={[
          'before any feed knows',
          'matched like any other record',
          'compared with the feed’s when that comes',
        ]}
      />
      <div className={styles.rule} />
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        {fields.map(({ name, label, hint, needed }) => (
          <div key={name} className={styles.field}>
            <label htmlFor={`advisory-${name}`}>
              {label} {!needed && <span className="meta">if known</span>}
            </label>
            <input
              id={`advisory-${name}`}
              value={form[name]}
              required={needed}
              aria-describedby={`advisory-${name}-hint`}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setForm({ ...form, [name]: event.target.value })}
            />
            <span className="meta" id={`advisory-${name}-hint`}>
              {hint}
            </span>
          </div>
        ))}
        <div className={styles.field}>
          <label htmlFor="advisory-severity">Severity</label>
          <select
            id="advisory-severity"
            value={form.severity}
            onChange={(event) => setForm({ ...form, severity: event.target.value })}
          >
            <option value="">not known yet</option>
            <option value="critical">critical</option>
            <option value="high">high</option>
            <option value="medium">medium</option>
            <option value="low">low</option>
          </select>
          <span className="meta">If unsure, the higher one.</span>
        </div>
        {refused && <Failure error={refused} />}
        <Button type="submit" kind="primary" disabledReason={sending ? 'It is being sent.' : undefined}>
          Show what it reaches
        </Button>
      </form>
      <Ledger>
        <Section title="In a terminal">
          <Cli
            line={`allclear advisory add${form.id ? ` --id ${shellWord(form.id)}` : ''} --package ${shellWord(form.package || 'pkg:TYPE/NAME')} --range ${shellWord(form.range || '<VERSION')} --title ${shellWord(form.title || '…')}`}
          />
        </Section>
      </Ledger>
    </>
  )
}
