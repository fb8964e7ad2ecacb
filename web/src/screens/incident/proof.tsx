import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ask } from '../../api/client.ts'
import { queries } from '../../api/queries.ts'
import type { IncidentVerification } from '../../api/schema.generated.ts'
import { grouped, plural } from '../../format.ts'
import { Asked } from '../../parts/asked.tsx'
import { buttonClass } from '../../parts/button.tsx'
import { Cli } from '../../parts/cli.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Id } from '../../parts/id.tsx'
import { Inert } from '../../parts/inert.tsx'
import { Verdict } from '../../parts/verdict.tsx'
import styles from './record.module.css'
import { useTalk } from './talk.ts'

/** Bytes of an export that are read here; the server refuses more too. */
const exportBytesMax = 32 * 1024 * 1024

/** That no entry was altered, taken out or moved: of the timeline that is kept here, and of an export. */
export function Proof() {
  const { incident } = useTalk()
  const result = useQuery(queries.incidentProof(incident.id))
  return (
    <>
      <Asked result={result} what="the proof of the timeline">
        {(found) => <Found found={found} where="The timeline that is kept here" />}
      </Asked>
      <p className={styles.actions}>
        <a
          className={buttonClass()}
          href={`/api/v1/incidents/${encodeURIComponent(incident.id)}/export`}
          download={`${incident.id}.json`}
        >
          Export as JSON
        </a>
      </p>
      <Cli line={`allclear incident export ${incident.id} --format md`} />
      <VerifyFile />
    </>
  )
}

function Found({ found, where }: { found: IncidentVerification; where: string }) {
  return (
    <div className={styles.list}>
      <p>
        {found.whole ? (
          <Verdict kind="confirmed">whole</Verdict>
        ) : (
          <Verdict kind="contradicted">not whole</Verdict>
        )}{' '}
        {where} has {plural(found.entries, 'entry', 'entries')}, each with the hash of the one before and
        signed with {plural(found.keys.length, 'key')}
        {found.ours === true
          ? ' of this installation'
          : found.ours === false
            ? ', not all of this installation'
            : ''}
        .
      </p>
      {found.head !== null && (
        <p className="meta">
          Last entry {grouped(found.head.seq)}: <Id value={`sha256:${found.head.hash}`} copy />
        </p>
      )}
      <ul>
        {found.problems.map(({ seq, kind, text }) => (
          <li key={`${seq} ${kind}`}>
            <Verdict kind="contradicted">{kind}</Verdict> {seq === null ? '' : `entry ${seq}: `}
            <Inert text={text} max={300} />
          </li>
        ))}
      </ul>
    </div>
  )
}

function VerifyFile() {
  const [found, setFound] = useState<{ name: string; answer: IncidentVerification } | null>(null)
  const [refused, setRefused] = useState<Error | null>(null)
  const verify = async (file: File | undefined): Promise<void> => {
    setFound(null)
    setRefused(null)
    if (file === undefined) return
    try {
      if (file.size > exportBytesMax) throw new Error(`${file.name} is larger than an export can be.`)
      const body: unknown = JSON.parse(await file.text())
      setFound({ name: file.name, answer: await ask('POST /api/v1/incidents/verification', { body }) })
    } catch (error) {
      setRefused(error as Error)
    }
  }
  return (
    <div className={styles.actions}>
      <label>
        Verify an export:{' '}
        <input
          type="file"
          accept=".json,application/json"
          onChange={(event) => void verify(event.target.files?.[0])}
        />
      </label>
      {found && <Found found={found.answer} where={found.name} />}
      {refused && <Failure error={refused} />}
    </div>
  )
}
