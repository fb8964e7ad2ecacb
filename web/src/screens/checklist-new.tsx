import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ask } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import type { CacaoPlaybook, ChecklistImport } from '../api/schema.generated.ts'
import { Failure } from '../parts/failure.tsx'
import { Inert } from '../parts/inert.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { ChecklistEditor } from './checklist-editor.tsx'
import styles from './checklist.module.css'

const empty = `apiVersion: allclear/v1
kind: Checklist
metadata:
  id: our-list
  title: What we must not forget
  version: 1.0.0
  status: draft
  phase: game-day
  owner: team:us
  confidentiality: internal
mode: DO-CONFIRM
pausePoints:
  - id: stop
    when: Before anything leaves
    lead: incident-commander
    holdOn: [contradicted, unknown]
items:
  - id: A1
    tier: killer
    pause: stop
    text: Count what runs.
    why: Nobody knows it by heart.
    role: expert
    probe: {id: know.coverage}
`

interface Beginning {
  text: string
  source: 'edited' | 'imported'
  /** What was read otherwise than it stood there. */
  notes: readonly string[]
}

/** A list of one's own: from nothing, from one that is there, from a file, or from a playbook of another tool. */
export function ChecklistNewScreen() {
  const [beginning, setBeginning] = useState<Beginning>({ text: empty, source: 'edited', notes: [] })
  const lists = useQuery(queries.checklists())
  const client = useQueryClient()
  const [playbook, setPlaybook] = useState<ChecklistImport | null>(null)
  const load = useMutation({
    async mutationFn(file: File) {
      const text = await file.text()
      if (!text.trimStart().startsWith('{')) return { text, read: null }
      const read = await ask('POST /api/v1/checklist-drafts/cacao', {
        body: { playbook: JSON.parse(text) as CacaoPlaybook['playbook'] },
      })
      return { text: read.text, read }
    },
    onSuccess({ text, read }) {
      setPlaybook(read)
      if (text !== null) setBeginning({ text, source: 'imported', notes: read?.notes ?? [] })
    },
  })
  const copy = useMutation({
    mutationFn: (id: string) => client.fetchQuery(queries.checklist(id)),
    onSuccess: ({ text, checklist: { id, version } }) =>
      setBeginning({ text: copied(text, id, version), source: 'edited', notes: [] }),
  })
  const failure = load.error ?? copy.error
  return (
    <>
      <PageHead
        title="A new checklist"
        facts={['the lint judges while you type; nothing is kept until you store it']}
      />
      <div className={styles.beginning}>
        <div>
          <label htmlFor="checklist-from">Begin with a copy of</label>
          <select
            id="checklist-from"
            value=""
            onChange={(event) => {
              if (event.target.value !== '') copy.mutate(event.target.value)
            }}
          >
            <option value="">a list …</option>
            {lists.data?.rows.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </select>
        </div>
        <div>
          <label htmlFor="checklist-file">Or a file: YAML, or a CACAO 2.0 playbook</label>
          <input
            id="checklist-file"
            type="file"
            accept=".yaml,.yml,.json"
            onChange={(event) => {
              const file = event.target.files?.[0]
              if (file !== undefined) load.mutate(file)
            }}
          />
        </div>
      </div>
      {failure !== null && <Failure error={failure} />}
      {playbook !== null && <PlaybookNotes read={playbook} />}
      <ChecklistEditor
        key={beginning.text}
        before={beginning.text}
        source={beginning.source}
        command="allclear checklist import list.yaml --reason 'ours'"
      />
    </>
  )
}

/** What the lint of playbooks says, and what reads differently now. */
function PlaybookNotes({ read: { text, problems, notes } }: { read: ChecklistImport }) {
  return (
    <section aria-label="The playbook" role="status">
      <p>
        {text === null
          ? 'The playbook was not read: it has errors.'
          : 'The playbook was read. Its steps are done by people; nothing in it is run.'}
      </p>
      <ul>
        {problems.map(({ severity, rule, step, message }) => (
          <li key={`${rule} ${step} ${message}`}>
            {severity}: <Inert text={message} max={300} />
          </li>
        ))}
        {notes.map((note) => (
          <li key={note}>
            <Inert text={note} max={300} />
          </li>
        ))}
      </ul>
    </section>
  )
}

/** The text under a name of its own, with where it comes from. */
function copied(text: string, id: string, version: string): string {
  return text
    .replace(/^ {2}id: .*$/m, `  id: our-${id}`)
    .replace(/^ {2}version: .*$/m, `  version: 1.0.0`)
    .replace(/^ {2}derivedFrom: .*\n/m, '')
    .replace(/^mode: /m, `  derivedFrom: {id: ${id}, version: ${version}}\nmode: `)
}
