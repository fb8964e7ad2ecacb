import { useState } from 'react'
import type { CveAnswer } from '../../../src/know/answers.ts'
import { Refused, refreshAll, request } from '../api.ts'
import { go } from '../navigation.ts'
import { Cli, Failure } from '../parts.tsx'
import { pb } from '../paths.ts'

export function AdvisoryNewScreen({ search }: { search: URLSearchParams }) {
  const [form, setForm] = useState({
    id: search.get('id') ?? '',
    package: search.get('package') ?? '',
    range: search.get('range') ?? '',
    title: '',
    severity: '',
  })
  const [refused, setRefused] = useState<Refused | null>(null)
  const [sending, setSending] = useState(false)
  const field = (name: keyof typeof form, label: string, hint: string, required = true) => (
    <p className="field">
      <label htmlFor={`advisory-${name}`}>{label}</label>
      <input
        id={`advisory-${name}`}
        value={form[name]}
        required={required}
        aria-describedby={`advisory-${name}-hint`}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setForm({ ...form, [name]: event.target.value })}
      />
      <span className="meta" id={`advisory-${name}-hint`}>
        {hint}
      </span>
    </p>
  )
  return (
    <>
      <h1>Describe an advisory</h1>
      <p className="soft">
        Before any feed knows. It is matched like any other record, and compared with the feed’s when that
        comes.
      </p>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          setSending(true)
          const body = Object.fromEntries(Object.entries(form).filter(([, value]) => value !== ''))
          request<{ answer: CveAnswer }>('/advisories/provisional', {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          })
            .then(({ answer }) => {
              refreshAll()
              go(pb.cve(answer.id))
            })
            .catch((error: unknown) => setRefused(error instanceof Refused ? error : null))
            .finally(() => setSending(false))
        }}
      >
        {field('package', 'Package', 'A package URL without version: pkg:maven/org.example/lib')}
        {field('range', 'Affected versions', '>=1.0 <1.4.2, or <2.17.1, or 1.2.3')}
        {field('title', 'Title', 'What it does, in one sentence')}
        {field('id', 'Id', 'A CVE or GHSA id when there is one', false)}
        <p className="field">
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
        </p>
        {refused && <Failure refused={refused} />}
        <button type="submit" className="button button--primary" disabled={sending}>
          Show what it reaches
        </button>
      </form>
      <Cli
        line={`allclear advisory add --package ${form.package || 'pkg:TYPE/NAME'} --range '${form.range || '<VERSION'}' --title '${form.title || '…'}'`}
      />
    </>
  )
}
