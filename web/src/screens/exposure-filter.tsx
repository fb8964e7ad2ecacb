import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { queries } from '../api/queries.ts'
import { Button } from '../parts/button.tsx'
import type { ExposureSearch } from '../paths.ts'
import styles from './exposure.module.css'

type Narrowed = Pick<ExposureSearch, 'q' | 'cve' | 'owner' | 'cluster'>

const fields = [
  { name: 'q', label: 'Workload or owner', placeholder: 'part of a name' },
  { name: 'cve', label: 'Vulnerability', placeholder: 'CVE-2021-44228' },
  { name: 'owner', label: 'Team', placeholder: 'team-search' },
] as const

/** What narrows the order; it goes into the URL when it is sent. */
export function ExposureFilter({ search, onFilter }: { search: Narrowed; onFilter: (to: Narrowed) => void }) {
  const { q, cve, owner, cluster } = search
  const clusters = useQuery(queries.clusters()).data?.rows ?? []
  const [form, setForm] = useState<Narrowed>({ q, cve, owner, cluster })
  const send = (values: Narrowed): void =>
    onFilter(
      Object.fromEntries(
        Object.entries(values).map(([name, value]) => [name, (value ?? '').trim() || undefined]),
      ),
    )
  const isNarrowed = [q, cve, owner, cluster].some((value) => value !== undefined)
  return (
    <form
      className={styles.filter}
      onSubmit={(event) => {
        event.preventDefault()
        send(form)
      }}
    >
      {fields.map(({ name, label, placeholder }, at) => (
        <label key={name}>
          <span>{label}</span>
          <input
            data-filter={at === 0 ? '' : undefined}
            value={form[name] ?? ''}
            placeholder={placeholder}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setForm({ ...form, [name]: event.target.value })}
          />
        </label>
      ))}
      <label>
        <span>Cluster</span>
        <select
          value={form.cluster ?? ''}
          onChange={(event) => setForm({ ...form, cluster: event.target.value })}
        >
          <option value="">all</option>
          {[
            ...new Set([...clusters.map(({ name }) => name), ...(cluster === undefined ? [] : [cluster])]),
          ].map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <div className={styles.buttons}>
        <Button type="submit">Filter</Button>
        {isNarrowed && <Button onClick={() => send({})}>Clear the filter</Button>}
      </div>
    </form>
  )
}
